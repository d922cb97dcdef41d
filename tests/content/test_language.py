import subprocess
import sys

import pytest

from suggester.content.language import detect

ENGLISH = "The rye starter wants to be fed every day, and then it will raise the bread without any yeast at all."
TERSE = (  # few of the commonest words, but hardly any of another language
    "Release notes for the editors of this site: there are new buttons, larger previews, quicker uploads and keyboard "
    "shortcuts for most menus. Drafts save themselves every thirty seconds. Comments from reviewers appear beside each "
    "paragraph, with their names and pictures. The search now covers captions, tags and authors. Old browsers get the "
    "plain editor, which works without scripts."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (
            "Le levain de seigle doit être nourri chaque jour, et alors il fera lever le pain sans la moindre levure.",
            "fr",
        ),
        (
            "Der Sauerteig muss jeden Tag gefüttert werden, dann treibt er das Brot auch ganz ohne Hefe in die Höhe.",
            "de",
        ),
        (
            "O fermento natural precisa de ser alimentado todos os dias, e então o pão cresce sem nenhuma levedura.",
            "pt",
        ),
        (
            "Закваску нужно кормить каждый день, и тогда хлеб поднимется без дрожжей, а корка будет вкусной.",
            "ru",
        ),
        ("サワードウは毎日餌をやる必要があります。", "ja"),
        ("毎日のパン作り入門", "ja"),
        ("每天都要喂养酸面团。", "zh"),
        ("사워도우는 매일 먹이를 주어야 합니다.", "ko"),
        ("צריך להאכיל את המחמצת", "he"),
        ("يجب إطعام الخميرة", "ar"),
        ("خمیر ترش را هر روز پرورش دهید", "fa"),
        ("Хлеб на закваске", "ru"),
        ("Хліб із закваски", "uk"),
        ("Ψωμί με προζύμι", "el"),
        ("ขนมปัง", "th"),
        ("खमीर", "hi"),
    ],
)
def test_it_sees_which_language_a_text_is_in(text, language):
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "declared", "default", "language"),
    [
        (ENGLISH, "pt-BR", "", "pt"),
        (ENGLISH, "en_US", "", "en"),
        (ENGLISH, " DE ", "fr", "de"),
        (ENGLISH, "", "fr", "en"),
        ("Rye bread", "", "fr-CA", "fr"),
        ("Rye bread", "", "", ""),
        ("12 345 !", "", "pt", "pt"),
        ("", "", "", ""),
    ],
)
def test_the_declared_language_wins_and_short_texts_take_the_default(text, declared, default, language):
    assert detect(text, declared, default) == language


def test_the_statistics_are_loaded_only_when_they_are_needed():
    code = "import sys; from suggester.content.language import detect; detect('パン'); detect('x', 'en')"
    code += f"; assert detect({TERSE!r}, default='en') == 'en'; print('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Soil and sand. " * 20, "en"),  # statistics alone take this for Gaelic
        ("Compost Bokashi Leaf Mould Wormery " * 10, "en"),
        (TERSE, "en"),
        ("Der Boden und der Sand sind wichtig für die Pflanzen, die jeden Tag Wasser brauchen und wachsen.", "de"),
    ],
)
def test_a_site_s_own_language_gives_way_only_to_clear_signs(text: str, language: str) -> None:
    assert detect(text, default="en") == language


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        (
            "Antes de plantar os tomates, o solo precisa de composto maduro e de muita água, porque as raízes crescem "
            "depressa e as folhas ficam grandes. Quando chega o verão, quem rega todos os dias pela manhã colhe frutos "
            "doces até ao fim de setembro, e ainda guarda sementes para o ano seguinte.",
            "es",
            "pt",
        ),
        (
            "Før du planter tomatene, må jorda ha moden kompost og mye vann, fordi røttene vokser fort og bladene blir "
            "store. Når sommeren kommer, høster den som vanner hver morgen søte frukter helt til slutten av september.",
            "da",
            "no",
        ),
    ],
)
def test_a_neighbour_of_the_site_s_language_is_not_taken_for_it(text: str, default: str, language: str) -> None:
    assert detect(text, default=default) == language
