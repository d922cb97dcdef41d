"""What columns are called, in the languages that the tools export in: English, German, French, Spanish, Portuguese,
Italian, Dutch and Japanese. A name is known however its accents, capitals and signs are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

_SIGNS = re.compile(r"[\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

_NAMES = {
    "query": """
        top queries; queries; query; search query; search queries; search term; keyword; keywords
        häufigste suchanfragen; top-suchanfragen; suchanfragen; suchanfrage; suchbegriff
        requêtes les plus fréquentes; principales requêtes; requêtes principales; requêtes; requête; mot clé; mots clés
        consultas principales; principales consultas; consultas más frecuentes; consultas; consulta; palabra clave
        principais consultas; consultas principais; palavra-chave
        query principali; query più frequenti; query di ricerca principali; parola chiave
        populairste zoekopdrachten; meest voorkomende zoekopdrachten; topzoekopdrachten; zoekopdrachten; zoekopdracht
        zoekwoord; 上位のクエリ; クエリ; 検索キーワード; キーワード
    """,
    "page": """
        top pages; pages; page; page url; landing page; landing pages; page address
        häufigste seiten; beliebteste seiten; top-seiten; seiten; seite
        pages les plus populaires; principales pages; pages principales; pages les plus fréquentes
        páginas principales; principales páginas; páginas más frecuentes; páginas; página
        principais páginas; páginas principais; pagine principali; pagine più frequenti; pagine; pagina
        populairste pagina's; belangrijkste pagina's; toppagina's; pagina's; 上位のページ; ページ
    """,
    "url": """
        url; urls; address; current url; permalink; adresse; dirección; endereço; indirizzo; adres; アドレス
    """,
    "target": """
        target url; target page; target page url; destination; destination url; destination page; url to
        zielseite; zielseiten; ziel-url; ziel; page cible; pages cibles; url cible; cible
        página de destino; destino; url de destino; pagina di destinazione; destinazione; url di destinazione
        doelpagina; bestemming; doel-url; ターゲット ページ; リンク先 url; リンク先; ターゲット url; target
    """,
    "source": """
        source url; source page; source page url; source; referring page url; referring page; linking page; url from
        quelle; quell-url; verweisende seite; verlinkende seite; page source; url source; page associée
        origen; página de origen; url de origen; página que enlaza; origem; página de origem; página com link
        origine; pagina di origine; url di origine; bron; bronpagina; bron-url; リンク元; リンク元 url; リンク元のページ
    """,
    "clicks": """
        clicks; url clicks; klicks; clics; clic; cliques; klikken; クリック数; クリック
    """,
    "impressions": """
        impressions; url impressions; impressionen; impresiones; impressões; impressioni; vertoningen; 表示回数
        インプレッション数
    """,
    "ctr": "ctr; url ctr; site ctr; klickrate; taux de clics; クリック率; 平均 ctr",
    "position": """
        position; positions; average position; avg position; avg impression position; current position
        durchschnittliche position; durchschn. position; position moyenne; posición; posición media; posição
        posição média; posizione; posizione media; positie; gemiddelde positie; 掲載順位; 平均掲載順位
    """,
    "links": """
        incoming links; backlinks; external links; links to page; number of links; eingehende links; externe links
        liens entrants; liens externes; enlaces entrantes; enlaces externos; links de entrada; links recebidos
        links externos; link in entrata; link in arrivo; link esterni; inkomende links; binnenkomende links
        被リンク数; 被リンク; 受信リンク; 外部リンク
    """,
    "sites": """
        linking sites; referring domains; ref domains; domains; linking domains; verweisende domains
        verlinkende websites; websites mit links; verweisende websites; sites associés; sites référents
        sites pointant vers la page; domaines référents; sitios que enlazan; sitios web que enlazan; sitios con enlaces
        dominios de referencia
        sites com links; sites de vinculação; domínios de referência; siti con link; siti che contengono link
        domini di riferimento; linkende sites; sites met links; verwijzende domeinen
        リンクしているサイト; リンク元サイト; リンク元のサイト; 参照ドメイン
    """,
    "internal": """
        inlinks; unique inlinks; internal links; incoming internal links; eingehende links; interne links
        eindeutige eingehende links; interne links; liens internes; liens entrants; enlaces internos; links internos
        link interni; 内部リンク; 内部リンク数; 被リンク
    """,
    "volume": """
        volume; search volume; suchvolumen; volume de recherche; volumen de búsqueda; volume de pesquisa
        volume di ricerca; zoekvolume; 検索ボリューム
    """,
    "nofollow": "nofollow",
    "lost": "lost link; lost status; lost; lost date",
    "type": "type; typ; tipo; タイプ",
    "status": """
        status code; statuscode; status-code; code de statut; code d'état; código de estado; código de status
        codice di stato; http status code; ステータスコード
    """,
    "content_type": """
        content type; content; inhaltstyp; inhalt; type de contenu; contenu; tipo de contenido; contenido
        tipo de conteúdo; conteúdo; tipo di contenuto; contenuto; コンテンツタイプ
    """,
    "indexability": """
        indexability; indexierbarkeit; indexabilité; indexabilidad; indexabilidade; indicizzabilità; インデックス可能性
    """,
    "depth": """
        crawl depth; crawl-tiefe; profondeur de crawl; profundidad de rastreo; profundidade de rastreamento
        profondità di scansione; profondità crawl; クロールの深さ
    """,
    "place": """
        link position; linkposition; position du lien; posición del enlace; posição do link; posizione del link
        posizione link; リンクの位置
    """,
    "context": "keyword context",
    "filter": "filter; filtre; filtro; フィルタ; フィルター",
}


def plain(heading: str) -> str:
    """Write the name of a column so that it is the same however it was written."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", heading.removeprefix("\ufeff")).casefold())
    return _SIGNS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


ROLES: Mapping[str, tuple[str, ...]] = {
    role: tuple(dict.fromkeys(plain(name) for name in names.replace("\n", ";").split(";") if name.strip()))
    for role, names in _NAMES.items()
}
COMPARED = ("clicks", "impressions", "position")  # Search Console writes a period in front where two are compared


def roles(headings: Sequence[str]) -> dict[str, int]:
    """Say which column holds what: role to place. Of several the name that is listed first counts."""
    known = [plain(heading) for heading in headings]
    places = {name: at for at, name in reversed(list(enumerate(known)))}
    found: dict[str, int] = {}
    for role, names in ROLES.items():
        at = next((places[name] for name in names if name in places), None)
        if at is None and role in COMPARED:
            at = next((place for place, name in enumerate(known) if _ends_with(name, names)), None)
        if at is not None:
            found[role] = at
    return found


def _ends_with(name: str, names: Sequence[str]) -> bool:
    return any(name.endswith(f" {each}") for each in names)
