"""The history of the database: a list of small steps that only ever grows.

A step once released is never changed. `schema` shows where all of them together lead.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, insert, inspect, select

from suggester.errors import StoreTooNew
from suggester.store.dialect import column_words, keep_as_it_is, part_by_site, prepare, wait_for_turn, writing
from suggester.store.schema import schema_version

Step = Callable[["Run"], None]

STEPS: list[Step] = []


class Run:
    """Runs the statements of a step in the words of the database at hand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = column_words(connection)

    def __call__(self, statement: str) -> None:
        """Run a statement, with the words for its column types put in."""
        self._connection.exec_driver_sql(statement.format(**self._words))

    def keep_as_it_is(self, table: str, column: str) -> None:
        """Let the database not try to compress a column's values, where it would."""
        keep_as_it_is(self._connection, table, column)

    def part_by_site(self, *tables: str) -> None:
        """Part tables by site where the database can do that."""
        for table in tables:
            part_by_site(self._connection, table)


def migrate(engine: Engine) -> None:
    """Bring the database up to date; each step is one transaction, so that a stop in between leaves a whole step."""
    prepare(engine)
    with engine.connect() as connection:
        version = version_of(connection)
    if version > len(STEPS):
        raise StoreTooNew(
            f"The data folder was written by a newer version of this program (format {version}, this one knows "
            f"{len(STEPS)}); install the newer version again, or choose another data folder."
        )
    for number in range(version + 1, len(STEPS) + 1):
        with writing(engine).begin() as connection:
            _take(connection, number)


def version_of(connection: Connection) -> int:
    """Say how many steps this database has behind it."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return connection.scalar(select(func.max(schema_version.c.version))) or 0


def _take(connection: Connection, number: int) -> None:
    wait_for_turn(connection)
    if version_of(connection) >= number:  # another process was quicker
        return
    STEPS[number - 1](Run(connection))
    connection.execute(insert(schema_version).values(version=number))


@STEPS.append
def m001_sites(run: Run) -> None:
    """Sites, and the table that counts the steps."""
    run("create table schema_version (version integer not null primary key)")
    run(
        "create table site (id {counted}, url text not null unique, source text not null, name text not null,"
        " lang text not null, aliases json not null, login_user text not null, login_secret {bytes} not null,"
        " created_at {moment} not null)"
    )


@STEPS.append
def m002_posts(run: Run) -> None:
    """The corpus, and the addresses that lead to its posts."""
    run(
        "create table post (site_id integer not null references site (id) on delete cascade, id bigint not null,"
        " url text not null, title text not null, type text not null, status text not null, slug text not null,"
        " excerpt text not null, published {moment}, modified {moment}, terms json not null, lang text not null,"
        " raw boolean not null, protected boolean not null, noindex boolean not null, old_slugs json not null,"
        " hash {bytes} not null, embedded_by text not null, content text not null,"
        " primary key (site_id, id))"
    )
    run("create index post_by_status on post (site_id, status, protected, noindex, embedded_by)")
    run(
        "create table address (site_id integer not null references site (id) on delete cascade,"
        " address text not null, post_id bigint, checked_at {moment} not null, primary key (site_id, address))"
    )
    run("create index address_by_post on address (site_id, post_id)")


@STEPS.append
def m003_sync(run: Run) -> None:
    """How far the sync of a site has come, and what its plugin told since."""
    run(
        "create table sync (site_id integer not null references site (id) on delete cascade, cursor text not null,"
        " since {moment}, whole boolean not null, started_at {moment}, last_started_at {moment}, synced_at {moment},"
        " seconds float not null, source_name text not null, read integer not null,"
        " changed integer not null, deleted integer not null, lookups_left integer not null, notes json not null,"
        " error text not null, error_at {moment}, primary key (site_id))"
    )
    run(
        "create table change (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " post_id bigint not null, kind text not null, old_url text not null, at {moment} not null)"
    )
    run("create index change_by_site on change (site_id, id)")


@STEPS.append
def m004_embeddings(run: Run) -> None:
    """Vectors, known by the hash of their text."""
    run("create table encoder (id {counted}, name text not null unique)")
    run(
        "create table embedding (encoder_id integer not null references encoder (id) on delete cascade,"
        " hash {bytes} not null, vector {bytes} not null, primary key (encoder_id, hash)) {compact}"
    )


@STEPS.append
def m005_people(run: Run) -> None:
    """What people said, and the keys they speak with."""
    run(
        "create table verdict (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " source_id bigint not null, target_id bigint not null, verdict text not null, anchor text not null,"
        " at {moment} not null)"
    )
    run("create index verdict_by_source on verdict (site_id, source_id)")
    run(
        'create table "key" (id {counted}, site_id integer not null references site (id) on delete cascade,'
        " name text not null, hash {bytes} not null unique, created_at {moment} not null)"
    )


@STEPS.append
def m006_settings(run: Run) -> None:
    """What the owner of a site decides."""
    run(
        "create table settings (site_id integer not null references site (id) on delete cascade,"
        " post_types json not null, excluded_posts json not null, excluded_terms json not null,"
        " excluded_words json not null, links_per_1000 float not null, least_score float not null,"
        " primary key (site_id))"
    )


@STEPS.append
def m007_dead_addresses(run: Run) -> None:
    """Addresses at which WordPress itself finds nothing, told from those that lead to a list, say."""
    run("alter table address add column dead boolean not null default false")
    run("delete from address where post_id is null")


@STEPS.append
def m008_runs(run: Run) -> None:
    """Bulk changes, the edits they are made of, and what is being written this moment."""
    run(
        "create table run (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " kind text not null, state text not null, title text not null, orphans_before integer not null,"
        " orphans_after integer not null, error text not null, created_at {moment} not null,"
        " changed_at {moment} not null)"
    )
    run("create index run_by_site on run (site_id, id)")
    run(
        "create table edit (id {counted}, run_id integer not null references run (id) on delete cascade,"
        " source_id bigint not null, target_id bigint, kind text not null, words text not null, anchor json not null,"
        " href text not null, old_href text not null, old_tag text not null, new_text json not null,"
        " score float not null, sentence text not null, reasons json not null, alternatives json not null,"
        " chosen boolean not null, state text not null, why text not null, tried boolean not null,"
        " leaving boolean not null)"
    )
    run("create index edit_by_state on edit (run_id, state, source_id)")
    run("create index edit_by_source on edit (run_id, source_id)")
    run(
        "create table intent (run_id integer not null references run (id) on delete cascade,"
        " source_id bigint not null, undo boolean not null, edit_ids json not null, before text not null,"
        " after_hash {bytes} not null, primary key (run_id, source_id))"
    )


@STEPS.append
def m009_rules(run: Run) -> None:
    """What the owner of a site laid down about links."""
    run(
        "create table rules (site_id integer not null references site (id) on delete cascade, rules json not null,"
        " stamp text not null, primary key (site_id))"
    )


@STEPS.append
def m010_sign_ins(run: Run) -> None:
    """Who may look at the dashboard, and at which sites there."""
    run(
        "create table sign_in (id {counted}, kind text not null, hash {bytes} not null unique,"
        " expires_at {moment} not null)"
    )
    run(
        "create table sign_in_site (sign_in_id integer not null references sign_in (id) on delete cascade,"
        " site_id integer not null references site (id) on delete cascade, primary key (sign_in_id, site_id))"
    )


@STEPS.append
def m011_refreshes(run: Run) -> None:
    """Suggestions as they were made last, what they were made of, and what each refresh did and noticed."""
    run(
        "create table refresh (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " started_at {moment} not null, ended_at {moment}, whole boolean not null, reason text not null,"
        " read integer not null, changed integer not null, deleted integer not null, embedded integer not null,"
        " renewed integer not null, appeared integer not null, died integer not null, seconds json not null,"
        " error text not null, sampled integer not null, differing integer not null)"
    )
    run("create index refresh_by_site on refresh (site_id, id)")
    run(
        "create table event (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " refresh_id integer not null references refresh (id) on delete cascade, kind text not null,"
        " source_id bigint, target_id bigint, what json not null, at {moment} not null)"
    )
    run("create index event_by_site on event (site_id, id)")
    run(
        "create table watched (site_id integer not null references site (id) on delete cascade,"
        " post_id bigint not null, hash {bytes} not null, title text not null, url text not null,"
        " target boolean not null, inbound integer not null, links json not null, broken json not null,"
        " due boolean not null, perhaps json not null, made_by text not null, made_at {moment},"
        " dropped json not null, primary key (site_id, post_id))"
    )
    run("create index watched_by_age on watched (site_id, due, made_at)")
    run(
        "create table suggestion (site_id integer not null references site (id) on delete cascade,"
        " source_id bigint not null, place integer not null, target_id bigint not null, score float not null,"
        " shown boolean not null, told json not null, primary key (site_id, source_id, place))"
    )
    run("create index suggestion_by_target on suggestion (site_id, target_id)")


@STEPS.append
def m012_tasks(run: Run) -> None:
    """What is to be done for each site and when, whose turn it is, and what failed."""
    run(
        "create table task (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " kind text not null, reason text not null, state text not null, due_at {moment} not null,"
        " made_at {moment} not null, changed_at {moment} not null, tries integer not null, slices integer not null,"
        " worker text not null, beat integer not null, why text not null)"
    )
    run("create index task_by_due on task (state, due_at)")
    run("create unique index task_waiting on task (site_id, kind) where state = 'waiting'")
    run("create unique index task_failed on task (site_id, kind) where state = 'failed'")
    run("create unique index task_running on task (site_id) where state = 'running'")
    run(
        "create table turn (site_id integer not null references site (id) on delete cascade, served bigint not null,"
        " night {moment}, primary key (site_id))"
    )
    run("alter table settings add column refresh_nightly boolean not null default true")
    run("alter table settings add column refresh_at text not null default '03:30'")
    run("alter table settings add column time_zone text not null default ''")


@STEPS.append
def m013_digests(run: Run) -> None:
    """Who wants to hear of a site, what was told, and what is still on its way."""
    run(
        "create table digest_wish (site_id integer not null references site (id) on delete cascade,"
        " emails json not null, webhook {bytes} not null, secret {bytes} not null, private text not null,"
        " primary key (site_id))"
    )
    run(
        "create table told (site_id integer not null references site (id) on delete cascade,"
        " event_id integer not null, primary key (site_id))"
    )
    run(
        "create table digest (id {counted}, site_id integer not null references site (id) on delete cascade,"
        ' "key" text not null, body json not null, made_at {moment} not null)'
    )
    run("create index digest_by_site on digest (site_id, id)")
    run(
        "create table delivery (id {counted}, digest_id integer not null references digest (id) on delete cascade,"
        " channel text not null, address text not null, state text not null, tries integer not null,"
        " error text not null, next_at {moment} not null, changed_at {moment} not null)"
    )
    run("create index delivery_by_digest on delivery (digest_id)")
    run("create index delivery_by_turn on delivery (state, next_at)")


@STEPS.append
def m014_many_machines(run: Run) -> None:
    """One vector a post, to find what is near it; files that every machine needs; large tables parted by site."""
    run(
        "create table post_vector (site_id integer not null references site (id) on delete cascade,"
        " encoder_id integer not null references encoder (id) on delete cascade, post_id bigint not null,"
        " vector {vector} not null, primary key (site_id, encoder_id, post_id)) {compact}"
    )
    run(
        "create table kept_file (site_id integer not null references site (id) on delete cascade,"
        " name text not null, version text not null, parts integer not null, primary key (site_id, name))"
    )
    run(
        "create table kept_part (site_id integer not null references site (id) on delete cascade,"
        " name text not null, version text not null, number integer not null, data {bytes} not null,"
        " primary key (site_id, name, version, number))"
    )
    run("update post set embedded_by = ''")  # each gets its vector when it is embedded again, from what is known
    run.part_by_site("post", "address", "watched", "suggestion", "post_vector", "kept_part")


@STEPS.append
def m015_events_of_a_refresh(run: Run) -> None:
    """What one refresh noticed is found without going through all that a site's refreshes ever did."""
    run("create index event_by_refresh on event (refresh_id, kind, id)")


@STEPS.append
def m016_imports(run: Run) -> None:
    """What was taken in from other tools: one import of each kind, its numbers of posts, and what people search for."""
    run(
        "create table imported (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " kind text not null, files json not null, at {moment} not null, rows integer not null,"
        " unresolved integer not null, examples json not null, notes json not null)"
    )
    run("create unique index imported_once on imported (site_id, kind)")
    run(
        "create table imported_post (import_id integer not null references imported (id) on delete cascade,"
        " post_id bigint not null, weight float, domains float, links float, clicks float, impressions float,"
        " position float, inlinks float, primary key (import_id, post_id)) {compact}"
    )
    run(
        "create table imported_query (import_id integer not null references imported (id) on delete cascade,"
        " number integer not null, post_id bigint, query text not null, clicks float, impressions float,"
        " position float, primary key (import_id, number)) {compact}"
    )
    run("create index imported_query_by_post on imported_query (import_id, post_id)")


@STEPS.append
def m017_visits(run: Run) -> None:
    """What visitors of a site find at its addresses, and the links on its pages."""
    run(
        "create table visit (site_id integer not null references site (id) on delete cascade, url text not null,"
        " status integer not null, final_url text not null, hops integer not null, error text not null,"
        " at {moment} not null, depth integer, content_depth integer, noindex boolean not null,"
        " canonical text not null, post_id bigint, external boolean not null, outcome text not null,"
        " title text not null, page boolean not null, primary key (site_id, url))"
    )
    run(
        "create table page_links (site_id integer not null references site (id) on delete cascade, page text not null,"
        " links {bytes} not null, primary key (site_id, page))"
    )
    run(
        "create table tour (site_id integer not null references site (id) on delete cascade,"
        " started_at {moment} not null, since {moment} not null, ended_at {moment}, external boolean not null,"
        " most_pages integer not null, pages integer not null, checked integer not null, notes json not null,"
        " primary key (site_id))"
    )


@STEPS.append
def m018_audits(run: Run) -> None:
    """What audits of a site's links came to, the faults of the last one, and how often one is made by itself."""
    run(
        "create table audit (id {counted}, site_id integer not null references site (id) on delete cascade,"
        " at {moment} not null, reason text not null, score float not null, parts json not null,"
        ' counts json not null, "of" json not null, costs json not null, fresh json not null, gone json not null,'
        " posts integer not null, links integer not null, pages integer not null, seconds float not null)"
    )
    run("create index audit_by_site on audit (site_id, id)")
    run(
        "create table audit_fault (audit_id integer not null references audit (id) on delete cascade,"
        " kind text not null, number integer not null, post_id bigint not null, fresh boolean not null,"
        " hash {bytes} not null, told json not null, primary key (audit_id, kind, number)) {compact}"
    )
    run("alter table settings add column audit_every integer not null default 3")


@STEPS.append
def m019_clicks(run: Run) -> None:
    """How often readers follow links, as far as the owner of a site lets that be counted."""
    run(
        "create table clicked (site_id integer not null references site (id) on delete cascade, month text not null,"
        " hash {bytes} not null, source_id bigint not null, target_id bigint, href text not null,"
        " anchor text not null, clicks integer not null, primary key (site_id, month, hash)) {compact}"
    )
    run(
        "create table click_batch (site_id integer not null references site (id) on delete cascade,"
        " batch text not null, at {moment} not null, primary key (site_id, batch)) {compact}"
    )
    run(
        "create table counting (site_id integer not null references site (id) on delete cascade,"
        " counts boolean not null, since {moment}, until {moment}, primary key (site_id))"
    )


@STEPS.append
def m020_audits_that_visit(run: Run) -> None:
    """Whether an audit that comes by itself visits the pages of its site before."""
    run("alter table settings add column audit_visits boolean not null default true")


@STEPS.append
def m021_short_addresses(run: Run) -> None:
    """Addresses that would not fit into an index of every database are not kept any more."""
    run("delete from address where length(address) > 2000")


@STEPS.append
def m022_parts_as_they_are(run: Run) -> None:
    """What is kept of a site as a file is mostly vectors and hashes: compressing it costs more than it saves."""
    run.keep_as_it_is("kept_part", "data")
