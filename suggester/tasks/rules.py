"""What a site's owner lays down about links: kept, checked, and carried in and out as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from suggester.content.sheets import numbered, to_csv
from suggester.engine.rules import Rules
from suggester.engine.words import fold, words
from suggester.entities import RULE_KINDS, QueriedRule, Rule
from suggester.errors import RequestError, SuggesterError
from suggester.imports.keywords import keywords
from suggester.store import Store
from suggester.tasks.whichpost import WhichPost

COLUMNS = ("kind", "phrase", "post", "other_post", "number", "options")
SPOKEN = ("always", "keyword")  # kinds that have a phrase
OF_A_POST = ("always", "keyword", "never_target", "never_source", "never_pair")
LIMITING = ("most_per_run", "most_per_source", "most_per_target")  # kinds of which the last one holds
MOST_RULES = 10_000
LONGEST_PHRASE = 200  # characters
LARGEST_NUMBER = 1_000_000
NAMED = 5  # lines of a CSV that are named where more are wrong
OPTIONS = ("any_case", "inflected")


@dataclass(frozen=True, slots=True)
class _Held:
    """The rules of a site as they were when they had this stamp."""

    stamp: str
    rules: Rules
    queried: tuple[QueriedRule, ...]


class RuleBooks:
    """The rules of each site, ready to be asked; read anew only after a change, whoever made it.

    Imported queries count as keywords of their posts, after those that the owner laid down.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[int, _Held] = {}
        self._reading = Lock()

    def of(self, site_id: int) -> Rules:
        """Give the rules of a site."""
        return self._of(site_id).rules

    def listed(self, site_id: int) -> tuple[Rule, ...]:
        """Give the rules of a site, with a keyword for each query that tells of one of its posts."""
        return (*self._store.rules.of(site_id), *self.queried(site_id))

    def queried(self, site_id: int) -> tuple[QueriedRule, ...]:
        """Give the keywords that come of imported queries; what the owner said of the same words goes first."""
        return self._of(site_id).queried

    def _of(self, site_id: int) -> _Held:
        stamp = f"{self._store.rules.stamp(site_id)} {self._store.imports_stamp(site_id)}"
        held = self._held.get(site_id)
        if held is None or held.stamp != stamp:
            with self._reading:
                own = self._store.rules.of(site_id)
                queried = self._queried(site_id, own)
                held = self._held[site_id] = _Held(stamp, Rules((*own, *queried)), queried)
        return held

    def _queried(self, site_id: int, own: Iterable[Rule]) -> tuple[QueriedRule, ...]:
        if not self._store.imports_stamp(site_id):
            return ()
        said = {fold(rule.phrase) for rule in own if rule.kind in SPOKEN}
        return tuple(rule for rule in keywords(self._store.queries(site_id)) if fold(rule.phrase) not in said)


class RuleVerbs:
    """The verbs about rules, as the service has them."""

    store: Store

    def rules(self, site_id: int) -> tuple[Rule, ...]:
        """List what a site's owner laid down."""
        return self.store.rules.of(site_id)

    def change_rules(
        self, site_id: int, add: Iterable[Rule] = (), remove: Iterable[int] = (), *, whole: bool = False
    ) -> tuple[Rule, ...]:
        """Add rules and take others out by their ids; `whole` takes all out first. They hold from the next answer on.

        A limit takes the place of the one before. Raises RequestError where a rule says nothing that can be followed.
        """
        new = [tidied(rule) for rule in add]
        gone = set(remove)
        before = [] if whole else [rule for rule in self.rules(site_id) if rule.id not in gone]
        limited = {rule.kind for rule in new} & set(LIMITING)
        gone |= {rule.id for rule in before if rule.kind in limited}
        new = list({(rule.kind if rule.kind in LIMITING else rule): rule for rule in new}.values())
        check([rule for rule in before if rule.id not in gone], new)
        return self.store.rules.change(site_id, new, gone, whole=whole)

    def import_rules(self, site_id: int, text: str, *, whole: bool = False) -> tuple[Rule, ...]:
        """Take rules in from CSV, beside those there are, or with `whole` instead of them; all of them or none.

        Raises RequestError that names each wrong line.
        """
        which = WhichPost(self.store, site_id)
        kept = () if whole else self.rules(site_id)
        linked = {fold(rule.phrase): rule.post for rule in kept if rule.kind == "always"}
        rules: list[Rule] = []
        wrong: list[str] = []
        for line, row in numbered(text, ("kind",)):
            try:
                rules.append(_from_row(row, which.known))
                _check(rules[-1], linked)
            except SuggesterError as error:
                wrong.append(f"line {line}: {str(error).rstrip('.')}")
        if wrong:
            more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
            raise RequestError(f"Nothing was imported, mend this first: {'; '.join(wrong[:NAMED])}{more}.")
        return self.change_rules(site_id, rules, whole=whole)

    def export_rules(self, site_id: int) -> str:
        """Give all rules as CSV, posts by their addresses where they have some."""
        urls = {each.id: each.url for each in self.store.urls(site_id)}
        return to_csv(COLUMNS, (list(_row(rule, urls.get)) for rule in self.rules(site_id)))


def tidied(rule: Rule) -> Rule:
    """Give a rule as it is kept: white space folded, nothing in fields that its kind does not have."""
    spoken = rule.kind in SPOKEN
    return replace(
        rule,
        phrase=" ".join(rule.phrase.split()) if spoken else "",
        post=rule.post if rule.kind in OF_A_POST else None,
        other_post=rule.other_post if rule.kind == "never_pair" else None,
        number=rule.number if rule.kind in LIMITING else None,
        any_case=rule.any_case and spoken,
        inflected=rule.inflected and spoken,
        id=0,
    )


def check(before: Sequence[Rule], new: Sequence[Rule]) -> None:
    """Raise RequestError where a new rule cannot be followed, by itself or beside the others."""
    if len(before) + len(new) > MOST_RULES:
        raise RequestError(f"A site may have {MOST_RULES:,} rules; take some out first.")
    linked = {fold(rule.phrase): rule.post for rule in before if rule.kind == "always"}
    for rule in new:
        _check(rule, linked)


def _check(rule: Rule, linked: dict[str, int | None]) -> None:
    """Raise RequestError where a rule cannot be followed; `linked` are the phrases that are always linked so far."""
    if trouble := next(_troubles(rule), ""):
        raise RequestError(trouble)
    if rule.kind == "always" and linked.setdefault(fold(rule.phrase), rule.post) != rule.post:
        raise RequestError(f"“{rule.phrase}” is always linked to another post already; take that rule out first.")


def _troubles(rule: Rule) -> Iterator[str]:
    if rule.kind not in RULE_KINDS:
        yield f"There is no rule of kind {rule.kind!r}; there are {', '.join(RULE_KINDS)}."
    if rule.kind in SPOKEN and not (words(rule.phrase, "") and len(rule.phrase) <= LONGEST_PHRASE):
        yield f"A rule of kind {rule.kind} needs a phrase of one word or more, and at most {LONGEST_PHRASE} characters."
    if rule.kind in OF_A_POST and not rule.post:
        yield f"A rule of kind {rule.kind} needs a post; give its id, address or slug."
    if rule.kind == "never_pair" and rule.other_post in (None, 0, rule.post):
        yield "A rule of kind never_pair needs another post, to which the first must not link."
    if rule.kind in LIMITING and not (rule.number and 0 < rule.number <= LARGEST_NUMBER):
        yield f"A rule of kind {rule.kind} needs a whole number from 1 to {LARGEST_NUMBER:,}."


def _from_row(row: dict[str, str], find: Callable[[str], int]) -> Rule:
    cells = {name: row.get(name, "").strip() for name in COLUMNS}
    options = cells["options"].lower().replace(",", " ").split()
    if unknown := [name for name in options if name not in OPTIONS]:
        raise RequestError(f"There is no option {unknown[0]!r}; there are {' and '.join(OPTIONS)}.")
    if cells["number"] and not (cells["number"].isascii() and cells["number"].isdecimal()):
        raise RequestError(f"{cells['number']!r} is no whole number.")
    rule = Rule(
        kind=cells["kind"].lower(),
        phrase=cells["phrase"],
        post=find(cells["post"]) if cells["post"] else None,
        other_post=find(cells["other_post"]) if cells["other_post"] else None,
        number=int(cells["number"][:12]) if cells["number"] else None,
        any_case="any_case" in options,
        inflected="inflected" in options,
    )
    return tidied(rule)


def _row(rule: Rule, url_of: Callable[[int], str | None]) -> Iterator[str | int | None]:
    yield from (rule.kind, rule.phrase)
    for post in (rule.post, rule.other_post):
        yield post and (url_of(post) or post)
    yield rule.number
    yield " ".join(name for name in OPTIONS if getattr(rule, name))
