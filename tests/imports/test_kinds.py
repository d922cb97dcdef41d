"""Every kind of table of every tool, known by its columns, in the languages that the tools export in."""

from __future__ import annotations

import pytest

from suggester.entities import PostNumbers, Query
from suggester.errors import ImportRefused
from suggester.imports.kinds import KINDS

from .files import HOME, file, one, packed, resolver, understood, url

SEMRUSH = (
    "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Sponsored,Ugc,Text,"
    "Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link"
)
AHREFS = (
    "Referring page title\tReferring page URL\tLanguage\tPlatform\tReferring page HTTP code\tDomain rating\tUR\t"
    "Domain traffic\tReferring domains\tLinked domains\tExternal links\tPage traffic\tKeywords\tTarget URL\t"
    "Left context\tAnchor\tRight context\tType\tContent\tNofollow\tUGC\tSponsored\tRendered\tRaw\tLost status"
)
FROG = (
    "Type,Source,Destination,Size (Bytes),Alt Text,Anchor,Status Code,Status,Follow,Target,Rel,Path Type,Link Path,"
    "Link Position,Link Origin"
)
OF_A_LINK = "true,false,false,false,false,2026-01-01,2026-02-01"

CASES = {
    "google_pages": (
        f'Top pages,Clicks,Impressions,CTR,Position\n{url(1)},"1,234","56,789",2.17%,8.4\n',
        PostNumbers(1, clicks=1234, impressions=56789, position=8.4),
    ),
    "google_queries": (
        f"Query,Page,Clicks,Impressions,CTR,Position\nfeed a starter,{url(1)},3,60,5%,7.5\n",
        PostNumbers(1, clicks=3, impressions=60, position=7.5),
    ),
    "google_links": (
        f'Target page,Incoming links,Linking sites\n{url(1)},"2,100",80\n',
        PostNumbers(1, links=2100, domains=80),
    ),
    "google_internal_links": (f"Target page,Internal links\n{url(1)},17\n", PostNumbers(1, inlinks=17)),
    "bing_pages": (
        f'"Page","Impressions","Clicks","CTR","Avg. Position"\n"{url(1)}","500","7","1.4%","6.2"\n',
        PostNumbers(1, clicks=7, impressions=500, position=6.2),
    ),
    "bing_queries": (
        f'"Keyword","Page","Impressions","Clicks","CTR","Avg. Position"\n"rye","{url(1)}","50","7","14%","6.2"\n',
        PostNumbers(1, clicks=7, impressions=50, position=6.2),
    ),
    "bing_links": (
        f"Source URL,Target URL,Anchor Text\nhttps://a.example/x,{url(1)},words\nhttps://a.example/y,{url(1)},words\n",
        PostNumbers(1, links=2, domains=1),
    ),
    "ahrefs_pages": (
        "Target URL\tUR\tReferring domains\tDofollow\tNofollow\tExternal links\tTop keyword\n"
        f"{url(1)}\t23\t41\t90\t9\t99\tx\n",
        PostNumbers(1, domains=41, links=99),
    ),
    "ahrefs_backlinks": (
        f"{AHREFS}\nT\thttps://www.a.example/x\ten\twordpress\t200\t30\t9\t1\t2\t3\t4\t5\t6\t{url(1)}\tl\twords\tr\t"
        "text\ttrue\tfalse\tfalse\tfalse\ttrue\ttrue\t\n"
        f"T\thttps://b.example/x\ten\twordpress\t200\t30\t9\t1\t2\t3\t4\t5\t6\t{url(1)}\tl\twords\tr\t"
        "text\ttrue\ttrue\tfalse\tfalse\ttrue\ttrue\t\n"  # nofollow
        f"T\thttps://c.example/x\ten\twordpress\t200\t30\t9\t1\t2\t3\t4\t5\t6\t{url(1)}\tl\twords\tr\t"
        "text\ttrue\tfalse\tfalse\tfalse\ttrue\ttrue\tRemoved from page\n",
        PostNumbers(1, links=1, domains=1),
    ),
    "ahrefs_opportunities": (
        f"Source page,Keyword,Keyword context,Target page,PR\n{url(2)},rye starter,… rye starter …,{url(1)},4\n",
        PostNumbers(1),
    ),
    "ahrefs_keywords": (
        f"Keyword,Country,Volume,KD,CPC,Current position,Current URL\nrye starter,us,900,3,0.5,11,{url(1)}\n",
        PostNumbers(1, position=11),
    ),
    "semrush_pages": (
        f"Title,Source url,Response code,Backlinks,Domains,Last seen\nT,{url(1)},200,44,12,2026-01-01\n",
        PostNumbers(1, domains=12, links=44),
    ),
    "semrush_backlinks": (
        f"{SEMRUSH}\n20,T,https://a.example/x,{url(1)},words,3,4,false,false,false,{OF_A_LINK},false,false\n"
        f"20,T,https://b.example/x,{url(1)},words,3,4,false,false,false,{OF_A_LINK},false,true\n",  # lost
        PostNumbers(1, links=1, domains=1),
    ),
    "semrush_internal_links": (
        f"Page URL,Incoming Internal Links,Outgoing Internal Links,ILR\n{url(1)},14,3,55\n",
        PostNumbers(1, inlinks=14),
    ),
    "semrush_keywords": (
        f"Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL\nrye,9,10,900,3,0.5,{url(1)}\n",
        PostNumbers(1, position=9),
    ),
    "frog_internal": (
        f'"Address","Content Type","Status Code","Status","Indexability","Title 1","Crawl Depth","Inlinks"\n'
        f'"{url(1)}","text/html","200","OK","Indexable","T","2","31"\n',
        PostNumbers(1, inlinks=31),
    ),
    "frog_inlinks": (
        f"{FROG}\nHyperlink,{HOME}/,{url(1)},0,,words,200,OK,true,,,Absolute,//a,Content,HTML\n"
        f"Canonical,{url(1)},{url(1)},0,,,200,OK,true,,,Absolute,//link,Head,HTML\n",
        PostNumbers(1, inlinks=1),
    ),
    "table_links": (
        f"source,target\n{url(2)},{url(1)}\nhttps://a.example/,{url(1)}\n",
        PostNumbers(1, links=1, domains=1, inlinks=1),
    ),
    "table_queries": (f"url,keyword\n{url(1)},rye starter\n", PostNumbers(1)),
    "table_numbers": (f"URL,Name,Value\n{url(1)},x,2.5\n/post-2/,y,4\n", PostNumbers(1, weight=2.5)),
}


def test_every_kind_has_a_case():
    assert set(CASES) == set(KINDS)


@pytest.mark.parametrize("kind", CASES)
def test_a_table_of_each_tool_is_known_by_its_columns(kind: str):
    text, said = CASES[kind]
    found = one(file(text))
    assert (found.kind, found.posts[0]) == (kind, said)
    assert found.unresolved == 0


@pytest.mark.parametrize("kind", CASES)
def test_headings_may_come_in_any_order_and_case(kind: str):
    text, said = CASES[kind]
    separator = "\t" if "\t" in text else ","
    if '"' in text:
        return
    turned = "\n".join(separator.join(reversed(line.split(separator))) for line in text.splitlines())
    heading, _, rest = turned.partition("\n")
    found = one(file(f"{heading.upper()}\n{rest}\n"))
    assert (found.kind, found.posts[0]) == (kind, said)


QUERIES = {  # of Search Console, in each language
    "de": "Häufigste Suchanfragen;Klicks;Impressionen;Klickrate;Durchschnittliche Position",
    "en": "Top queries;Clicks;Impressions;CTR;Position",
    "es": "Consultas principales;Clics;Impresiones;CTR;Posición media",
    "fr": "Requêtes les plus fréquentes;Clics;Impressions;CTR;Position moyenne",
    "it": "Query principali;Clic;Impressioni;CTR;Posizione media",
    "ja": "上位のクエリ;クリック数;表示回数;CTR;掲載順位",
    "nl": "Populairste zoekopdrachten;Klikken;Vertoningen;CTR;Positie",
    "pt": "Principais consultas;Cliques;Impressões;CTR;Posição",
}
PAGES = {
    "de": "Häufigste Seiten",
    "en": "Top pages",
    "es": "Páginas principales",
    "fr": "Pages les plus populaires",
    "it": "Pagine principali",
    "ja": "上位のページ",
    "nl": "Populairste pagina's",
    "pt": "Principais páginas",
}


@pytest.mark.parametrize("lang", QUERIES)
def test_searches_are_read_in_each_language(lang: str):
    queries = one(file(f"{QUERIES[lang]}\nroggen;1.234;56.789;2,2 %;8,4\n"))
    assert queries.queries == (Query("roggen", None, 1234, 56789, 8.4, "google_queries"),)
    measures = QUERIES[lang].partition(";")[2]
    pages = one(file(f"{PAGES[lang]};{measures}\n{url(3)};1.234;56.789;2,2 %;8,4\n", encoding="utf-16"))
    assert pages.posts == (PostNumbers(3, clicks=1234, impressions=56789, position=8.4),)


@pytest.mark.parametrize(
    "heading",
    [
        "Zielseite,Eingehende Links,Verweisende Websites",
        "Page cible,Liens entrants,Sites référents",
        "Página de destino,Enlaces entrantes,Sitios que enlazan",
        "Página de destino,Links recebidos,Sites com links",
        "Pagina di destinazione,Link in entrata,Siti con link",
        "Doelpagina,Inkomende links,Linkende sites",
        "ターゲット ページ,受信リンク,リンク元サイト",
    ],
)
def test_links_of_search_console_are_read_in_each_language(heading: str):
    found = one(file(f"{heading}\n{url(1)},210,80\n"))
    assert (found.kind, found.posts) == ("google_links", (PostNumbers(1, links=210, domains=80),))


@pytest.mark.parametrize(
    "heading",
    [
        "Typ,Quelle,Ziel,Ankertext,Statuscode,Follow,Linkposition",
        "Type,Source,Destination,Ancre,Code de statut,Follow,Position du lien",
        "Tipo,Origen,Destino,Texto,Código de estado,Follow,Posición del enlace",
        "Tipo,Origine,Destinazione,Testo,Codice di stato,Follow,Posizione del link",
        "タイプ,リンク元,リンク先,アンカー,ステータスコード,Follow,リンクの位置",
    ],
)
def test_links_of_screaming_frog_are_read_in_each_language(heading: str):
    found = one(file(f"{heading}\nHyperlink,{url(2)},{url(1)},words,200,true,Content\n"))
    assert (found.kind, found.posts) == ("frog_inlinks", (PostNumbers(1, inlinks=1),))


def test_pages_of_a_language_that_is_not_listed_are_known_by_their_shape():
    text = f"Najlepsze strony,Kliknięcia,Wyświetlenia,CTR,Pozycja\n{url(1)},5,100,5%,4.2\n{url(2)},0,9,0%,61\n"
    found = one(file(text))
    assert (found.kind, found.posts[0]) == ("google_pages", PostNumbers(1, clicks=5, impressions=100, position=4.2))


def test_of_two_periods_the_first_counts():
    heading = "Top pages,Last 3 months Clicks,Previous 3 months Clicks,Last 3 months Impressions,"
    rest = "Previous 3 months Impressions,Last 3 months Position,Previous 3 months Position"
    found = one(file(f"{heading}{rest}\n{url(1)},5,9,100,200,4.2,8\n"))
    assert found.posts == (PostNumbers(1, clicks=5, impressions=100, position=4.2),)


@pytest.mark.parametrize(
    "text",
    [
        "Country,Clicks,Impressions,CTR,Position\nGermany,5,100,5%,4.2\n",
        "Name,Address\nAnn,12 High Street\n",
        "url,title,words\nhttps://blog.example/post-1/,One,two\n",
        "a,b\n1,2\n",
    ],
)
def test_what_is_none_of_these_is_refused_with_what_was_found_and_what_is_expected(text: str):
    with pytest.raises(ImportRefused) as refused:
        understood(file(text, "odd.csv"))
    said = str(refused.value)
    assert said.startswith("odd.csv is of no known kind: its columns are “")
    assert all(f"“{name}”" in said for name in text.partition("\n")[0].split(","))
    assert "“url”" in said
    assert said.count(". ") == 0


def test_a_kind_can_be_named_and_needs_its_columns():
    assert one(file(f"url,Backlinks\n{url(1)},5\n"), kind="google_links").posts == (PostNumbers(1, links=5),)
    with pytest.raises(ImportRefused, match="no column for where a link stands"):
        understood(file(f"url,n\n{url(1)},5\n"), kind="frog_inlinks")
    with pytest.raises(ImportRefused, match="There is no kind 'frogs'; there are google_pages"):
        understood(file("a,b\n"), kind="frogs")


def test_queries_of_a_report_that_was_filtered_by_a_page_belong_to_it():
    members = {
        "Queries.csv": "Top queries,Clicks,Impressions,CTR,Position\nrye starter,1,20,5%,6\n",
        "Filters.csv": f"Filter,Value\nSearch type,Web\nPage,+{url(5)}\n",
    }
    assert one(packed(members)).queries == (Query("rye starter", 5, 1, 20, 6, "google_queries"),)


def test_queries_without_a_page_say_what_to_do():
    found = one(file("Top queries,Clicks,Impressions,CTR,Position\nrye starter,1,20,5%,6\n"))
    assert found.queries[0].post_id is None
    assert "1 query does not say which post was shown" in found.notes[0]


def test_addresses_are_joined_by_the_post_they_lead_to_and_the_others_counted():
    text = (
        "Page,Clicks,Impressions,CTR,Position\n"
        f"{url(1)},1,100,1%,10\n{url(1)}#part,2,300,1%,20\nhttp://www.blog.example/post-1/amp/,1,100,1%,10\n"
        f"{HOME}/gone/,1,2,50%,1\nhttps://other.example/,1,2,50%,1\n"
    )
    found = one(file(text))
    assert found.posts == (PostNumbers(1, clicks=4, impressions=500, position=16),)
    assert (found.rows, found.unresolved) == (5, 2)
    assert found.examples == (f"{HOME}/gone/", "https://other.example/")


def test_files_of_one_kind_are_taken_together():
    queries = "Query,Page,Clicks,Impressions,CTR,Position\n"
    found = one(file(f"{queries}rye,{url(1)},1,20,5%,6\n"), file(f"{queries}spelt,{url(1)},1,30,5%,6\n", "b.csv"))
    assert [each.query for each in found.queries] == ["spelt", "rye"]
    assert found.files == ("some.csv", "b.csv")
    assert resolver().resolve(url(1)) == 1
