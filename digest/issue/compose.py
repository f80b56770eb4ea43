"""Pure: what is known at an instant -> the issue. The same material gives the same issue, to the byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from digest.issue.candidates import Basis, Candidate, candidate_of
from digest.issue.days import by_day
from digest.issue.issue import Earlier, Issue, Item, Section
from digest.issue.plain import plain
from digest.issue.quotes import leads
from digest.issue.ranking import ALONE, heads
from digest.issue.silence import LISTENED, Listening, Watch, read_sources
from digest.issue.summary import QUOTE, quotation
from digest.issue.tellings import (
    Label,
    Row,
    Voice,
    base,
    elsewhere,
    headline,
    headline_of,
    independent_texts,
    outlet_ids,
    printable,
    report_of,
    span,
    tellings,
)
from digest.issue.terms import Terms, contrasts
from store.records import EDGES, Article, Copy, Fetch, Reached, Source, Story

AGE = timedelta(hours=72)  # an article older than this is no news; a missed day loses nothing
WEEKLY_AGE = timedelta(days=8)  # of a weekly edition: its week, and a day for what came too late for the last one


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an issue holds. Ranks beyond it stand on the web and are counted in the mail."""

    stories: int = 12  # told in full
    one_sided: int = 6  # with headline and outlets only
    briefs: int = 8  # one line each
    quote: int = QUOTE
    asked: int = 60  # stories, by rank, whose silent sides are looked into: more than are printed


@dataclass(frozen=True, slots=True)
class Frame:
    """Which issue is made: its edition, slot, date and closing instant."""

    edition: str
    title: str
    language: str
    slot: str
    timezone: str
    local_date: date
    number: int
    closes: datetime
    early: bool = False
    edges: tuple[str, ...] = EDGES
    age: timedelta = AGE


@dataclass(frozen=True, slots=True)
class Material:
    """What was known when the issue closed. `told` maps articles this slot has told to the date of that issue."""

    stories: Sequence[Story]
    articles: Mapping[int, Article]
    sources: Mapping[str, Source]
    fetches: Sequence[Fetch]
    copies: Mapping[int, Copy]
    listening: Mapping[str, Listening] = field(default_factory=dict)  # by side
    newest: Mapping[str, datetime] = field(default_factory=dict)  # by source
    reached: Sequence[Reached] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)  # by concept
    told: Mapping[int, date] = field(default_factory=dict)
    followed: Mapping[int, Story] = field(default_factory=dict)  # by number: what another story follows
    retitled: Mapping[int, int] = field(default_factory=dict)  # article -> how often its headline was changed
    terms: Terms | None = None


def _item(
    candidate: Candidate, material: Material, frame: Frame, watch: Watch, limits: Limits, tired: Mapping[str, int]
) -> Item:
    """A candidate as an item. Raises ValueError where a field cannot be printed."""
    fresh, earlier, voices = candidate.fresh, candidate.earlier, candidate.voices
    head = headline_of(fresh, frame.language, tired)
    quotable = not head.article.reserved and base(head.article.language) == frame.language
    row = Row(frame.language, material.labels, head, voices, candidate.sides, watch)
    first, latest = span(voices)
    return Item(
        story=candidate.story.id,
        headline=report_of(head, frame.language, material.labels),
        summary=quotation(head.article.text, head.article.lead, limit=limits.quote) if quotable else "",
        edges=candidate.edges,
        tellings=tellings(fresh, earlier, row),
        elsewhere=elsewhere(fresh, row),
        elsewhere_outlets=len({v.source.id for v in voices if v.side is None}),
        outlet_ids=outlet_ids(voices),
        texts=independent_texts(voices),
        first=first,
        latest=latest,
        articles=tuple(v.article.id for v in fresh),
        update=candidate.update,
        pinned=candidate.story.pinned,
        follows=_followed(candidate.story, material, frame),
        rank=candidate.rank,
    )


def _in_full(item: Item, candidate: Candidate, material: Material, frame: Frame, limits: Limits) -> Item:
    """`item` with what only the long form shows: each side's opening sentence, and the words that differ."""
    spent = Counter({item.headline.article: len(item.summary)})
    rows = leads(item.tellings, material.articles, spent)
    if material.terms is None:
        return replace(item, tellings=rows)
    found = contrasts(
        candidate.fresh,
        material.terms,
        spent,
        limits.quote,
        lambda voice: report_of(voice, frame.language, material.labels),
    )
    return replace(item, tellings=rows, terms=found)


def _followed(story: Story, material: Material, frame: Frame) -> Earlier | None:
    """The story that this one follows, by the headline that would stand over it; None where it follows none that can
    be shown."""
    before = material.followed.get(story.follows) if story.follows is not None else None
    if before is None or before.hidden:
        return None
    voices = [voice for id in before.members if (voice := _voice(id, material)) and printable(voice)]
    if not voices:
        return None
    head = headline_of(voices, frame.language)
    told = [material.told[v.article.id] for v in voices if v.article.id in material.told]
    language = plain(head.article.language, 16) or "und"
    return Earlier(before.id, headline(head), language, max(told, default=None))


def _candidates(material: Material, frame: Frame) -> tuple[list[Candidate], int]:
    """All stories with something to tell, best first, and how many cannot be printed."""
    found, dropped = [], 0
    basis = Basis(material.told, frame.edges, frame.closes, frame.closes - frame.age, material.labels)
    for story in material.stories:
        edges = tuple(e for e in EDGES if e in story.edges)
        if story.hidden or not set(edges) & set(frame.edges):
            continue
        try:
            candidate = candidate_of(story, edges, _known(story, material, frame), basis)
        except ValueError:
            dropped += 1
            continue
        if candidate is not None:
            found.append(candidate)
    return sorted(found, key=lambda c: c.order), dropped


def _voice(id: int, material: Material) -> Voice | None:
    article = material.articles.get(id)
    source = material.sources.get(article.source_id) if article else None
    if article is None or source is None:
        return None
    return Voice(article, source, material.copies.get(id, Copy(id, None)), material.retitled.get(id, 0))


def _known(story: Story, material: Material, frame: Frame) -> list[Voice]:
    """The members that were known when the issue closed, oldest first."""
    found = (_voice(id, material) for id in story.members)
    known = [v for v in found if v and v.article.fetched <= frame.closes and v.article.published <= frame.closes]
    return sorted(known, key=lambda v: (v.article.published, v.article.id))


def _items(material: Material, frame: Frame, watch: Watch, limits: Limits) -> tuple[list[Item], int]:
    """All items, best first, and how many were dropped: one poisoned item never costs the issue."""
    candidates, dropped = _candidates(material, frame)
    items: list[Item] = []
    standing: Counter[str] = Counter()  # headlines of each outlet over stories that are told in full
    for place, candidate in enumerate(candidates):
        listening = watch if place < limits.asked else replace(watch, asks=False)
        tired = {id: n for id, n in standing.items() if n >= heads(limits.stories)}
        try:
            item = _item(candidate, material, frame, listening, limits, tired)
            if item.kind in FULL and (item.pinned or standing.total() < limits.stories):
                item = _in_full(item, candidate, material, frame, limits)
        except ValueError:  # UnicodeError is one: what cannot be printed is left out and counted
            dropped += 1
            continue
        items.append(item)
        if item.kind in FULL:
            standing[item.headline.outlet.id] += 1
    return items, dropped


def _short(item: Item) -> Item:
    """An item as printed in brief."""
    return replace(item, summary="")


def _placed(ranked: Sequence[Item], kinds: Iterable[str], most: int) -> list[Item]:
    """The best of `kinds`, `most` at most; pinned ones beyond that too. What one outlet tells alone gives way, past
    `ALONE` of its stories, to what others tell; it fills what they leave empty."""
    wanted = [item for item in ranked if item.kind in frozenset(kinds)]
    alone = Counter[str]()
    first: list[Item] = []
    later: list[Item] = []
    for item in wanted:
        single = item.outlet_ids[0] if item.outlets == 1 else ""
        alone[single] += 1
        (later if single and alone[single] > ALONE else first).append(item)
    pinned = {item.story for item in wanted if item.pinned}
    chosen = pinned | {item.story for item in [*first, *later][:most]}
    return [item for item in wanted if item.story in chosen]


FULL = ("all", "two", "two-open")
ONE_SIDED = ("one", "one-open")


def sections_of(items: Iterable[Item], limits: Limits) -> tuple[Section, ...]:
    """Ranked items in their sections. What is over a section's limit goes to "briefly", then beyond, to the web."""
    ranked = list(items)
    full = _placed(ranked, FULL, limits.stories)
    single = _placed(ranked, ONE_SIDED, limits.one_sided)
    placed = {i.story for i in (*full, *single)}
    rest = [i for i in ranked if i.story not in placed]
    brief = _placed(rest, (*FULL, *ONE_SIDED, "brief"), limits.briefs)
    shown = {i.story for i in brief}
    beyond = [i for i in rest if i.story not in shown]
    sections = [
        Section("all", tuple(i for i in full if i.kind == "all")),
        Section("two", tuple(i for i in full if i.kind == "two")),
        Section("two-open", tuple(i for i in full if i.kind == "two-open")),
        Section("one", tuple(_short(i) for i in single if i.kind == "one")),
        Section("one-open", tuple(_short(i) for i in single if i.kind == "one-open")),
        Section("brief", tuple(_short(i) for i in brief), tuple(_short(i) for i in beyond)),
    ]
    return tuple(s for s in sections if s.items or s.beyond)


def compose(material: Material, frame: Frame, limits: Limits = Limits()) -> Issue:
    """The issue of `frame` from what `material` holds."""
    readings = read_sources(
        material.sources.values(), material.fetches, material.newest, frame.closes, material.reached
    )
    watch = Watch(readings, material.listening, frame.closes - LISTENED)
    items, dropped = _items(material, frame, watch, limits)
    weekly = frame.age > AGE
    return Issue(
        edition=frame.edition,
        title=plain(frame.title, 40),
        language=frame.language,
        slot=frame.slot,
        timezone=frame.timezone,
        local_date=frame.local_date,
        number=frame.number,
        closes=frame.closes,
        early=frame.early,
        sections=sections_of(items, limits),
        readings=readings,
        articles=sum(len(item.articles) for item in items),
        dropped=dropped,
        frequency="weekly" if weekly else "daily",
        days=by_day(items, material.articles, material.sources, frame.closes.date()) if weekly and items else (),
    )


def move_beyond(issue: Issue) -> Issue | None:
    """The issue with its lowest-ranked printed item moved to the web; None when none is left to move.

    Briefs go first, then one-sided stories, then the long ones; the first story of the issue stays.
    """
    for key in ("brief", "one-open", "one", "two-open", "two", "all"):
        section = issue.section(key)
        if section and section.items and sum(1 for _ in issue.printed()) > 1:
            smaller = replace(section, items=section.items[:-1], beyond=(section.items[-1], *section.beyond))
            return replace(issue, sections=tuple(smaller if s.key == key else s for s in issue.sections))
    return None


def without(issue: Issue, story: int) -> Issue:
    """The issue without one story, which is counted as dropped."""
    sections = tuple(
        replace(
            s,
            items=tuple(i for i in s.items if i.story != story),
            beyond=tuple(i for i in s.beyond if i.story != story),
        )
        for s in issue.sections
    )
    return replace(issue, sections=tuple(s for s in sections if s.items or s.beyond), dropped=issue.dropped + 1)
