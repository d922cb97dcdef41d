import pytest

from suggester.errors import AnswerUnreadable
from suggester.wordpress.posttypes import PostType, Taxonomy
from suggester.wordpress.types import post_types, taxonomies

POST = {"slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2", "taxonomies": ["category"]}
CAPS = {"edit_posts": "edit_posts", "edit_others_posts": "edit_others_posts"}


@pytest.mark.parametrize(
    ("slug", "entry", "path"),
    [
        ("post", POST, "/wp/v2/posts"),
        ("recipe", {"slug": "recipe", "rest_base": "recipes", "rest_namespace": "shop/v1"}, "/shop/v1/recipes"),
        ("recipe", {"slug": "recipe", "rest_base": False}, "/wp/v2/recipe"),  # before 5.9, and without a base
        ("wp_font_face", {"rest_base": "font-families/(?P<id>[\\d]+)/font-faces"}, None),
        ("odd", {"rest_base": "odd/(?P<id>[\\d]+)/parts"}, None),
        ("elementor_library", {"rest_base": "elementor_library"}, None),
        ("hidden", {"rest_base": "hidden", "viewable": False}, None),
    ],
)
def test_the_types_that_readers_visit_are_taken(slug, entry, path):
    found = post_types({"page": {"rest_base": "pages"}, slug: entry})
    assert [kind.path for kind in found if kind.slug != "page"] == ([path] if path else [])


def test_posts_come_first_then_pages_then_the_rest_by_name():
    listing = {slug: {"rest_base": slug} for slug in ("zebra", "page", "apple", "post")}
    assert [kind.slug for kind in post_types(listing)] == ["post", "page", "apple", "zebra"]


@pytest.mark.parametrize(
    ("held", "raw"),
    [(["edit_posts", "edit_others_posts"], True), (["edit_posts"], False), (["edit_others_posts"], False), ([], False)],
)
def test_raw_content_needs_the_right_to_edit_everybodys_posts(held, raw):
    assert post_types({"post": {**POST, "capabilities": CAPS}}, held) == (
        PostType("post", "/wp/v2/posts", ("category",), raw),
    )


@pytest.mark.parametrize("listing", [{}, [], {"wp_block": {"rest_base": "blocks"}}, "nonsense"])
def test_a_site_that_hides_all_its_types_is_told_so(listing):
    with pytest.raises(AnswerUnreadable, match="shows no post types"):
        post_types(listing)


def test_taxonomies_know_where_their_terms_are():
    listing = {
        "category": {"rest_base": "categories", "rest_namespace": "wp/v2"},
        "cuisine": {"rest_base": ""},
        "nav_menu": {"rest_base": "menus"},
        "wp_pattern_category": {"rest_base": "wp_pattern_category"},
    }
    assert taxonomies(listing) == {
        "category": Taxonomy("category", "/wp/v2/categories", "categories"),
        "cuisine": Taxonomy("cuisine", "/wp/v2/cuisine", "cuisine"),
    }
