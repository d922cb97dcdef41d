"""Which post types are a site's public content, and which are WordPress's or a plugin's own furniture."""

from __future__ import annotations

from dataclasses import dataclass

EDITABLE_STATUSES = ("publish", "future", "draft", "pending", "private")

_INTERNAL = frozenset(
    "attachment revision nav_menu_item custom_css customize_changeset oembed_cache user_request "
    "acf-field acf-field-group acf-post-type acf-taxonomy elementor_library elementor_snippet e-floating-buttons "
    "elementor-hf et_pb_layout et_template et_body_layout fl-builder-template fl-theme-layout ct_template "
    "oxy_user_library brizy_template bricks_template ae_global_templates astra-advanced-hook gp_elements "
    "custom-layout mailpoet_page feedback jp_mem_plan jp_pay_order jp_pay_product wpcf7_contact_form wpforms "
    "ninja-forms frm_form frm_display shop_order shop_order_refund shop_coupon scheduled-action "
    "product_variation patterns_ai_data amp_validated_url nf_sub flamingo_contact flamingo_inbound "
    "tablepress_table rm_content_editor web-story-template".split()
)


@dataclass(frozen=True, slots=True)
class PostType:
    """A public post type, as REST offers it."""

    slug: str
    path: str  # of its collection: "/wp/v2/posts"
    taxonomies: tuple[str, ...] = ()
    raw: bool = False  # whether the login may read the raw content of everybody's posts


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A taxonomy, as REST offers it."""

    slug: str
    path: str  # of its terms: "/wp/v2/categories"
    field: str  # of a post, holding the ids of its terms: "categories"


def is_content(slug: str) -> bool:
    """Whether posts of this type are content that readers visit."""
    return slug not in _INTERNAL and not slug.startswith(("wp_", "jetpack_"))


def content_first(slug: str) -> tuple[int, str]:
    """Sort key: posts, then pages, then the rest by name."""
    return {"post": 0, "page": 1}.get(slug, 2), slug
