"""The job that freezes an issue: what was known when its slot closed, once per local date; and queues its mails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from config import Config
from config.schema import Edition, Form, Slot
from digest import hours
from digest.hours import slot_key
from digest.issue import slots
from digest.issue.compose import AGE, WEEKLY_AGE, Frame, Limits, Material, compose
from digest.issue.issue import Issue, Readings, to_json
from digest.issue.silence import LISTENED, LOOKED_BACK, WINDOW, Watch, read_sources
from digest.issue.tellings import VAGUE, Label
from digest.issue.terms import Terms
from digest.listening import listening
from digest.page.overrides import fit
from digest.page.words import NAMES, count, long_date
from digest.reword import reworded
from store import articles, history, issues, outbox, revisions, sources, stories
from store.db import reading, writing
from store.records import SIDES, Fetch, Lexicon, Page, Reached
from topics.concepts import Matcher

# So long after its hour an issue tells what was known at the hour; one that is later tells what is known by then.
PROMPT = timedelta(minutes=10)
# A morning paper is not printed in the evening: the day is missed, its stories come with the next issue.
LATEST = timedelta(hours=12)


# The kinds of concept that a line "mentions" may name, in the order in which they tell one story from another.
NAMED = {
    "person": 0,
    **dict.fromkeys(("commodity", "weapon", "company"), 1),
    **dict.fromkeys(("place", "agency", "office", "ministry", "body", "bloc"), 2),
    "state": 3,
    **dict.fromkeys(("act", "flow", "currency", "market"), 4),  # "visits", "sales": of many stories
    "deed": VAGUE,  # "increases", "statements": of any
}


class PublishError(Exception):
    """Raised when what is asked for cannot be published at all (an unknown edition), from publish and preview."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What became of one slot.

    `state`: frozen | empty | early (nothing is due yet) | done (it exists) | unread (nothing to freeze) | dry run.
    """

    issue: Issue | None
    state: str
    message: str
    page: Page | None = None
    issue_id: int | None = None
    queued: int = 0


def _edition(config: Config, name: str | None) -> Edition:
    if not config.editions:
        raise PublishError("no edition is configured: tripoint.toml needs an [edition.NAME]")
    found = config.edition(name) if name else config.editions[0]
    if found is None:
        raise PublishError(f"no edition {name!r}; there is: {', '.join(e.name for e in config.editions)}")
    return found


# -- what was known ---------------------------------------------------------------------------------------------------


def _newest(conn: Connection) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for (source, _), endpoint in sources.endpoints(conn).items():
        if endpoint.newest is not None:
            found[source] = max(endpoint.newest, found.get(source, endpoint.newest))
    return found


def _label(form: Form, language: str) -> str:
    """What a page in `language` calls a concept: in Russian and Chinese the first wording that is a whole word, or
    nothing, where only stems are known."""
    if language == "en":
        return form.label or (form.en[0].rstrip("*~+") if form.en else "")
    forms = form.ru if language == "ru" else form.zh
    return next((f.rstrip("~").strip("«»") for f in forms if not set(f) & set("*^+")), "")


def labels(config: Config, language: str = "en") -> dict[str, Label]:
    """What the page calls each concept. The three states are left out: what a story is about says them already."""
    known = {}
    for form in config.lexicon:
        text = _label(form, language)
        if text and form.kind in NAMED and not (form.kind == "state" and form.country in SIDES):
            known[form.id] = Label(NAMED[form.kind], text)
    return known


def _fetches(conn: Connection, closes: datetime) -> list[Fetch]:
    return sources.fetches_between(conn, closes - WINDOW, closes + timedelta(microseconds=1))


def _reached(conn: Connection, closes: datetime) -> list[Reached]:
    return history.reached(conn, closes - LOOKED_BACK, closes)


def watch(config: Config, conn: Connection, now: datetime) -> Watch:
    """What the silence rule looks at `now`, for one story's live page."""
    return Watch(read_by(conn, now), listening(config, conn, now), now - LISTENED)


def read_by(conn: Connection, now: datetime) -> Readings:
    """How well the sources were read in the window that ends `now`."""
    known = sources.all(conn).values()
    return read_sources(known, _fetches(conn, now), _newest(conn), now, _reached(conn, now))


def unprintable_silences(readings: Readings) -> list[str]:
    """For the operator: the sides whose silence may not be printed, and for whose sake."""
    return [
        f"no silence of {NAMES[side.side]} can be printed: "
        + (f"{', '.join(side.missed)} not read well" if side.missed else f"{side.read} of {side.watched} read well")
        for side in readings.sides
        if not side.measurable
    ]


def gather(config: Config, conn: Connection, frame: Frame) -> Material:
    """All that is known when the issue of `frame` closes, and may concern it."""
    slot, closes = frame.slot, frame.closes
    open_ = stories.open_stories(conn, closes - frame.age)
    followed = stories.by_ids(conn, {story.follows for story in open_ if story.follows is not None})
    ids = sorted({id for story in (*open_, *followed.values()) for id in story.members})
    told = issues.told_by(conn, slot, ids)
    return Material(
        stories=open_,
        articles=articles.by_ids(conn, ids),
        sources=sources.all(conn),
        fetches=_fetches(conn, closes),
        copies=stories.copies(conn, ids),
        listening=listening(config, conn, closes),
        newest=_newest(conn),
        reached=_reached(conn, closes),
        labels=labels(config, frame.language),
        told=told,
        followed=followed,
        retitled=revisions.retitled(conn, ids),
        terms=Terms.of(config.term_rows(), Matcher(Lexicon.of(config.lexicon_rows()))),
    )


def _frame(edition: Edition, slot: Slot, day: date, closes: datetime, number: int) -> Frame:
    return Frame(
        edition=edition.name,
        title=edition.title,
        language=edition.language,
        slot=slot_key(edition, slot),
        timezone=slot.timezone,
        local_date=day,
        number=number,
        closes=closes,
        early=closes < slots.closing(slot, day),
        edges=tuple(edition.edges),
        age=WEEKLY_AGE if edition.weekday else AGE,
    )


def _limits(edition: Edition) -> Limits:
    return Limits(stories=edition.stories, one_sided=max(1, edition.stories // 2))


def _printed(config: Config, issue: Issue) -> tuple[Issue, Page]:
    """The issue as it can be printed, and its page, in the operator's templates where there are any."""
    web, mail = config.web, config.mail
    return fit(issue, public_url=web.public_url, postal_address=mail.postal_address, folder=config.templates)


# -- when -------------------------------------------------------------------------------------------------------------


def _said(at: datetime, slot: Slot) -> str:
    """ "Tuesday 24 November 2026 07:00 Europe/Moscow (04:00 UTC)"."""
    local = at.astimezone(ZoneInfo(slot.timezone))
    utc = "" if slot.timezone == "UTC" else f" ({at.astimezone(UTC):%H:%M} UTC)"
    return f"{long_date(local.date())} {local:%H:%M} {slot.timezone}{utc}"


def _not_yet(engine: Engine, edition: Edition, slot: Slot, now: datetime) -> PublishReport:
    with reading(engine) as conn:
        day = hours.next_date(conn, edition, slot, now)
    when = _said(slots.closing(slot, day), slot)
    return PublishReport(
        None,
        "early",
        f"{slot_key(edition, slot)}: nothing to publish yet; the next issue closes {when}. "
        "`tripoint preview` shows what it would hold now, `tripoint publish --now` freezes it early.",
    )


def _early_date(edition: Edition, slot: Slot, now: datetime) -> date:
    """The date whose issue `--now` freezes: the one that closes today, whether its hour is past or to come."""
    today = now.astimezone(ZoneInfo(slot.timezone)).date()
    past = slots.current_date(slot, now, edition.weekday)
    return past if past == today else slots.next_date(slot, now, edition.weekday)


def _miss(engine: Engine, edition: Edition, slot: Slot, day: date, now: datetime) -> None:
    """Note that a slot had no issue on `day`; its stories move to the next one."""
    nothing = Page("", "", "", "")
    with writing(engine) as tx:
        if issues.find(tx, slot_key(edition, slot), day) is None:
            issues.freeze(
                tx,
                edition=edition.name,
                slot=slot_key(edition, slot),
                local_date=day,
                number=0,
                state="missed",
                closed=slots.closing(slot, day),
                now=now,
                content={},
                page=nothing,
                articles={},
            )


# -- the job ----------------------------------------------------------------------------------------------------------


def publish_slot(
    config: Config,
    engine: Engine,
    edition: Edition,
    slot: Slot,
    *,
    now: datetime,
    early: bool = False,
    dry_run: bool = False,
) -> PublishReport:
    """Freeze the issue of one slot if it is due at `now`; with `early` the one of today, due or not."""
    key = slot_key(edition, slot)
    day = _early_date(edition, slot, now) if early else slots.current_date(slot, now, edition.weekday)
    closing = slots.closing(slot, day)
    with reading(engine) as conn:
        there, begun = hours.issue_of(conn, edition, slot, day), issues.ever(conn, key, before=day)
    if there is not None and there.state != "missed":
        if not early:
            return _not_yet(engine, edition, slot, now)
        return PublishReport(
            None,
            "done",
            f"{key}: the issue of {long_date(day)} exists already (frozen {there.frozen:%H:%M} UTC) and never changes.",
        )
    if not early and now - closing > LATEST:
        if begun and there is None and not dry_run:
            _miss(engine, edition, slot, day, now)
        return _not_yet(engine, edition, slot, now)
    closes = min(now, closing) if now - closing <= PROMPT else now
    with reading(engine) as conn:
        frame = _frame(edition, slot, day, closes, issues.next_number(conn, key))
        material = gather(config, conn, frame)
    issue = compose(material, frame, _limits(edition))
    if issue.empty and (issue.readings.read == 0 or frame.early):
        why = "no source was read in the last 24 hours" if issue.readings.read == 0 else "there is no story to tell yet"
        said = f"{key}: nothing was frozen, {why}. `tripoint crawl` reads the sources."
        return PublishReport(issue, "unread", said, _printed(config, issue)[1])
    made = reworded(config, engine, issue, material, now, keep=not dry_run)
    issue, page = _printed(config, made.issue)
    told = "".join(f"\n  {note}" for note in (*made.notes, *unprintable_silences(issue.readings)))
    if dry_run:
        said = f"{key}: {_told(issue)} would be frozen for {long_date(day)}; this was a dry run.{told}"
        return PublishReport(issue, "dry run", said, page)
    report = _freeze(engine, issue, page, now)
    return replace(report, message=report.message + told) if report.issue else report


def _freeze(engine: Engine, issue: Issue, page: Page, now: datetime) -> PublishReport:
    """Issue, what it tells, and one delivery per reader, in one transaction: all of it or nothing."""
    state = "empty" if issue.empty else "frozen"
    with writing(engine) as tx:
        id = issues.freeze(
            tx,
            edition=issue.edition,
            slot=issue.slot,
            local_date=issue.local_date,
            number=issue.number,
            state=state,
            closed=issue.closes,
            now=now,
            content=to_json(issue),
            page=page,
            articles={article: item.story for item in issue.every() for article in item.articles},
        )
        queued = outbox.enqueue(tx, id, issue.slot, now) if id is not None and state == "frozen" else 0
    if id is None:
        return PublishReport(
            None, "done", f"{issue.slot}: the issue of {long_date(issue.local_date)} was frozen meanwhile."
        )
    early = f" early, {_instant(now, issue)}" if issue.early else ""
    mails = count(queued, "mail") + " queued" if state == "frozen" else "no mail: an empty issue is not sent"
    message = f"{issue.slot}: the issue of {long_date(issue.local_date)} is frozen{early}: {_told(issue)}; {mails}."
    return PublishReport(issue, state, message, page, id, queued)


def _instant(now: datetime, issue: Issue) -> str:
    """ "at 06:30 UTC"; on another day than the issue's, as a weekly one may be, with the day."""
    day = now.astimezone(ZoneInfo(issue.timezone)).date()
    return f"at {now:%H:%M} UTC" if day == issue.local_date else f"on {long_date(day)} at {now:%H:%M} UTC"


def _told(issue: Issue) -> str:
    return f"{count(issue.stories, 'story', 'stories')} from {count(issue.outlets, 'outlet')}"


def publish(
    config: Config,
    engine: Engine,
    *,
    now: datetime,
    edition: str | None = None,
    early: bool = False,
    dry_run: bool = False,
) -> PublishReport:
    """Freeze what is due in every slot of `edition` (the first one by default); safe to repeat.

    Returns the report of the edition's own slot, its message joined with those of the slots that readers chose.
    Raises PublishError for an edition that is not configured.
    """
    chosen = _edition(config, edition)
    moved = [] if dry_run else hours.settle(config, engine, now)
    with reading(engine) as conn:
        wanted = [(e, s) for e, s in hours.wanted(config, conn) if e == chosen]
    reports = [publish_slot(config, engine, e, s, now=now, early=early, dry_run=dry_run) for e, s in wanted]
    return replace(reports[0], message="\n".join([*moved, *(report.message for report in reports)]))


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next issue of an edition as things stand: what it is made of."""

    edition: Edition
    material: Material
    frame: Frame
    limits: Limits


def upcoming(config: Config, conn: Connection, *, now: datetime, edition: str | None = None) -> Upcoming:
    """What the next issue would be made of now: of the slot that is due, else of the next one. Raises PublishError."""
    chosen = _edition(config, edition)
    slot = chosen.default_slot
    day = hours.next_date(conn, chosen, slot, now)
    past = slots.current_date(slot, now, chosen.weekday)
    if now - slots.closing(slot, past) <= LATEST and hours.issue_of(conn, chosen, slot, past) is None:
        day = past  # due already, and not frozen yet
    frame = _frame(chosen, slot, day, now, issues.next_number(conn, slot_key(chosen, slot)))
    return Upcoming(chosen, gather(config, conn, frame), frame, _limits(chosen))


def preview(config: Config, engine: Engine, *, now: datetime, edition: str | None = None) -> Page:
    """The page of the next issue as it would be now; makes no issue. Raises PublishError.

    What machines answer for it is kept, so that the issue itself says the same.
    """
    with reading(engine) as conn:
        coming = upcoming(config, conn, now=now, edition=edition)
    issue = compose(coming.material, coming.frame, coming.limits)
    return _printed(config, reworded(config, engine, issue, coming.material, now).issue)[1]
