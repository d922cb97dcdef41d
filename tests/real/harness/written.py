"""A post before WordPress has it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Written:
    """A post as the import takes it."""

    id: int
    title: str
    slug: str
    content: str = ""
    type: str = "post"
    status: str = "publish"
    date: str = "2024-01-01 08:00:00"
    excerpt: str = ""
    password: str = ""
    terms: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)

    def with_content(self, content: str) -> Written:
        """The same post with a body."""
        return replace(self, content=content)


def permalink(post: Written, structure: str) -> str:
    """The path of a published post below the site's address."""
    if post.type == "page":
        return f"/{post.slug}/"
    if post.type != "post":
        front = structure.split("%")[0]  # "/" or "/archives/": types of one's own stand behind it too
        return f"{front}{post.type}/{post.slug}/"
    parts = {"year": post.date[:4], "monthnum": post.date[5:7], "postname": post.slug, "post_id": str(post.id)}
    for name, value in parts.items():
        structure = structure.replace(f"%{name}%", value)
    return structure
