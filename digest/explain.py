"""Why a story is what it is: who is in it and why, why it ranks where it ranks, and why it is in the next issue or not.

Reads only. `tripoint stories explain` prints it, a story's page shows parts of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config import Config
from digest.issue.compose import Frame, Material, compose
from digest.issue.issue import Rank
from digest.issue.ranking import rank_of
from digest.issue.reasons import Absence, absence, in_words, place
from digest.issue.silence import LISTENED, Watch, read_sources
from digest.issue.tellings import Voice, independent_texts, printable
from digest.page import words
from digest.publish import Upcoming, upcoming
from digest.stories import explain
from digest.stories.corrections import MERGE
from digest.stories.pool import Told
from digest.stories.possible import Listening
from store import articles, corrections, issues, revisions, sources, stories
from store.records import EDGES, SIDES, Article, Copy, Correction, Membership, Source, Story

NAMED = 8  # concepts in common that are named
ABSENT: dict[Absence, str] = {
    "hidden": "no: it is hidden (`tripoint stories hide {id} --off` shows it again)",
    "other edges": "no: it is about {about}, and the edition is not",
    "old": "no: its newest report is older than {hours} hours",
    "told": "no: this slot has told all of it already, last on {last}",
    "nothing new": "no: what came since the issue of {last} is a reprint, a rewrite or says nothing new",
    "unprintable": "no: none of its reports has a headline and a link that can be printed",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One article: who, when, as what, and why it is here. `common` are subjects that others of the story name too."""

    article: int
    published: datetime
    outlet: str
    side: str
    ownership: str
    language: str
    title: str
    role: str
    score: float
    why: str
    common: tuple[str, ...]
    headlines: int
    url: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it, in words where there are words for it. `asked` is the number asked for: another one was merged."""

    asked: int
    story: Story
    about: str
    engine: str
    members: tuple[Member, ...]
    rank: Rank | None
    rank_words: str
    next_issue: str
    told: tuple[str, ...]
    quiet: tuple[str, ...]  # of each side without a report: is its silence known?
    corrected: tuple[str, ...]  # what an operator said of it, and still holds


def explained(
    config: Config, conn: Connection, id: int, now: datetime, edition: str | None = None
) -> Explanation | None:
    """The story `id`, as the next issue of `edition` (default: the first) sees it; None where there is none."""
    story = stories.by_ids(conn, [id]).get(id) if 0 < id < 2**63 else None
    if story is None:
        return None
    known, outlets = articles.by_ids(conn, story.members), sources.all(conn)
    places = stories.copies(conn, story.members)
    why = stories.members(conn, [story.id]).get(story.id, [])
    titles = revisions.headlines(conn, story.members)
    names = {form.id: form.label or form.id for form in config.lexicon}
    shared = _shared(list(known.values()))
    members = tuple(
        _member(known[m.article_id], outlets, places, m, shared, names, len(titles.get(m.article_id, [])))
        for m in why
        if m.article_id in known and known[m.article_id].source_id in outlets
    )
    coming = upcoming(config, conn, now=now, edition=edition)
    rank, standing = _standing(story, coming)
    return Explanation(
        asked=id,
        story=story,
        about=words.about([e for e in EDGES if e in story.edges]),
        engine=", ".join(sorted({str(m.parts.get("engine", "")) for m in why} - {""})),
        members=members,
        rank=rank,
        rank_words=in_words(rank) if rank else "none: it has no report that an issue could print",
        next_issue=standing,
        told=tuple(
            f"{day} ({slot}): {words.count(n, 'new article')}" for slot, day, n in issues.of_story(conn, story.id)
        ),
        quiet=_quiet(
            [
                Voice(known[id], outlets[known[id].source_id], places.get(id, Copy(id, None)))
                for id in story.members
                if id in known and known[id].source_id in outlets
            ],
            coming,
        ),
        corrected=_corrected(conn, story.id),
    )


def _quiet(voices: Sequence[Voice], coming: Upcoming) -> tuple[str, ...]:
    """What would be said of each side that has no report of it, and which item forbids its silence."""
    material, closes = coming.material, coming.frame.closes
    readings = read_sources(material.sources.values(), material.fetches, material.newest, closes, material.reached)
    watch = Watch(readings, material.listening, closes - LISTENED)
    told, spoke = [voice.article for voice in voices], {voice.side for voice in voices}
    lines = []
    for side in SIDES:
        if side not in spoke:
            telling = watch.quiet(side, told, independent_texts(voices))
            heard = material.listening.get(side) if telling.reason == "possible match" else None
            item = heard.heard(told) if isinstance(heard, Listening) else None
            named = _item(item, side, material.sources) if item else ""
            lines.append(f"{words.NAMES[side]}: {words.quiet(telling)}{named}")
    return tuple(lines)


def _item(item: Told, side: str, outlets: Mapping[str, Source]) -> str:
    """Which item forbids a side's silence: its own, or what others told in one story with one of its own."""
    outlet = outlets.get(item.source_id)
    name = outlet.name if outlet else item.source_id
    which = "It is" if outlet is None or outlet.side == side else "It was told together with"
    return f" {which} “{item.title}” ({name})."


def _corrected(conn: Connection, story: int) -> tuple[str, ...]:
    """The merges and splits by hand that concern a story; pins and hides are the story's own marks."""
    said = corrections.said(conn)
    homes = corrections.homes(conn, {article for c in said for article in (c.left, c.right)})
    return tuple(dict.fromkeys(line for c in said if (line := _said(c, story, homes))))


def _said(c: Correction, story: int, homes: Mapping[int, int]) -> str:
    one, other = homes.get(c.left), homes.get(c.right)
    if story not in (one, other):
        return ""
    day = f"{c.at.day} {c.at:%B %Y}"
    if c.kind == MERGE:
        return f"put together by hand on {day}"
    apart = other if one == story else one
    return f"kept apart from story {apart} by hand since {day}" if apart not in (story, None) else ""


def _shared(known: Sequence[Article]) -> Counter[str]:
    """In how many of the articles each concept is named."""
    return Counter(concept for article in known for concept in set(article.concepts))


def _member(
    article: Article,
    outlets: Mapping[str, Source],
    places: Mapping[int, Copy],
    why: Membership,
    shared: Counter[str],
    names: Mapping[str, str],
    headlines: int,
) -> Member:
    outlet = outlets[article.source_id]
    common = sorted((c for c in article.concepts if shared[c] > 1), key=lambda c: (-shared[c], c))
    return Member(
        article=article.id,
        published=article.published,
        outlet=outlet.name,
        side=words.NAMES.get(outlet.side or "", "elsewhere"),
        ownership=outlet.ownership,
        language=article.language,
        title=article.title,
        role=role(places.get(article.id)),
        score=round(why.score, 3),
        why=explain.in_words(why.score, why.parts),
        common=tuple(dict.fromkeys(names.get(c, c) for c in common))[:NAMED],
        headlines=headlines,
        url=article.url,
    )


def role(copy: Copy | None) -> str:
    """ "own report", "original of 12", "copy of 12 crediting Bay Wire", "rewrite crediting Bay Wire"."""
    if copy is None or copy.role == "own":
        return "own report"
    credit = f" crediting {copy.credits}" if copy.credits else ""
    if copy.role == "rewrite":
        return f"rewrite{credit}"
    return (
        f"original, reprinted (text {copy.group})" if copy.role == "original" else f"copy of text {copy.group}{credit}"
    )


def _standing(story: Story, coming: Upcoming) -> tuple[Rank | None, str]:
    """The story's rank, and whether the next issue has it, in words."""
    material, frame = coming.material, coming.frame
    issue = compose(material, frame, coming.limits)
    found = place(issue, story.id)
    when = f"the issue that closes {frame.closes:%Y-%m-%d %H:%M} UTC" if frame.early else "the issue that is due"
    if found is not None:
        title = words.TITLES[found.section][0]
        where = f'in "{title}", number {found.number} of {found.of}'
        if found.beyond:
            where = f"beyond what the mail holds, on the web, number {found.number} of {found.of} there"
        pinned = "; pinned" if found.item.pinned else ""
        return found.item.rank, f"yes: {where}{pinned} (as things stand for {when})"
    told = [material.told[id] for id in story.members if id in material.told]
    last = words.day(max(told)) if told else ""
    reason = ABSENT[absence(story, material, frame)]
    text = reason.format(
        id=story.id,
        about=words.about([e for e in EDGES if e in story.edges]) or "none of the edges",
        last=last,
        hours=int(frame.age.total_seconds() // 3600),
    )
    return _rank(story, material, frame), text


def _rank(story: Story, material: Material, frame: Frame) -> Rank | None:
    """What the story would rank with all its reports."""
    voices = [
        Voice(article, material.sources[article.source_id], material.copies.get(id, Copy(id, None)))
        for id in story.members
        if (article := material.articles.get(id)) and article.source_id in material.sources
    ]
    good = [voice for voice in voices if printable(voice)]
    edges = [edge for edge in story.edges if edge in frame.edges]
    return rank_of(good, (), edges, frame.closes) if good else None
