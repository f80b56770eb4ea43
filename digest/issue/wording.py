"""Pure: what a machine may word for an issue, who words it, and the issue with what passed the checks in it.

Off by default. A summary that a machine wrote, or a headline that it translated, is marked as such; what it did not
answer, or what the checks of `faithful.py` refused, falls back to the outlets' own opening sentences and to the line of
what a headline mentions, and the issue says how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from digest.issue.issue import Issue, Item, Outlet, Report, Wording
from digest.issue.orders import gives_orders, harmless
from digest.issue.plain import plain
from digest.issue.silence import outlet_of
from digest.issue.summary import QUOTE, quotation
from digest.issue.tellings import base
from store.records import Article, Source

GIVEN = 900  # characters of each report that a machine is given: what happened is said by then
REPORTS = 3  # reports that it is given: the headline's, and one of each other side
LEAST = 60  # characters of room without which a quotation is not worth translating
FULL = ("all", "two", "two-open")
# Characters of a quotation in its own language, so that its translation fits into QUOTE: Chinese says more with fewer.
TRANSLATED = {"zh": 80, "ru": 220}


class WordingError(Exception):
    """Raised when a machine gives no usable answer (late, an error, nonsense), from summarise and translate."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a machine is told of one report."""

    outlet: Outlet
    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A summary that is wanted: of `story`, in `language`, in at most `limit` characters, from these reports."""

    story: int
    language: str
    reports: tuple[Excerpt, ...]
    limit: int = QUOTE


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that is wanted in another language: a headline, or what is quoted of a report (`limit` characters)."""

    text: str
    source: str
    target: str
    kind: Literal["headline", "quotation"] = "headline"
    limit: int = 300


class Summariser(Protocol):
    """Writes a summary from what it is given. `name` is printed; `until` is an instant of time.monotonic()."""

    @property
    def name(self) -> str: ...

    def summarise(self, brief: Brief, until: float) -> str:
        """One summary. Raises WordingError."""
        ...


class Translator(Protocol):
    """Translates phrases of one pair of languages. `name` is printed; `until` is an instant of time.monotonic()."""

    @property
    def name(self) -> str: ...

    @property
    def batch(self) -> int:
        """How many phrases it takes at once."""
        ...

    def translate(self, phrases: tuple[Phrase, ...], until: float) -> tuple[str, ...]:
        """As many texts as phrases, in their order. Raises WordingError."""
        ...


@dataclass(frozen=True, slots=True)
class Worded:
    """What came of one wish: `text` where it passed the checks; else `refused`, or neither where nobody answered."""

    text: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Summaries:
    """What a summariser did for an issue, by story."""

    by: str
    done: Mapping[int, Worded]


@dataclass(frozen=True, slots=True)
class Translations:
    """What a translator did for an issue, by phrase."""

    by: str
    done: Mapping[Phrase, Worded]


# -- what is wanted ---------------------------------------------------------------------------------------------------


def briefs(issue: Issue, articles: Mapping[int, Article], sources: Mapping[str, Source]) -> list[Brief]:
    """A summary for each story that is printed in full and has a report that may be quoted; the first stories first."""
    found = []
    for section in issue.sections:
        for item in section.items if section.key in FULL else ():
            reports = tuple(_excerpts(item, articles, sources))
            if reports:
                found.append(Brief(item.story, issue.language, reports))
    return found


def _excerpts(item: Item, articles: Mapping[int, Article], sources: Mapping[str, Source]) -> Iterable[Excerpt]:
    """The headline's report first, then one of each other side; reserved ones and rewrites are left out."""
    wanted = [item.headline, *(t.report for t in item.tellings if t.report is not None)]
    named = 0
    for id in dict.fromkeys(report.article for report in wanted if not report.rewritten):
        article = articles.get(id)
        source = sources.get(article.source_id) if article else None
        if article is None or source is None or article.reserved or named == REPORTS:
            continue
        text = plain(harmless((article.text.strip() or article.lead)[: 4 * GIVEN]), GIVEN)
        if text and not gives_orders(article.title):
            named += 1
            yield Excerpt(outlet_of(source), base(article.language), plain(article.title), text)


def phrases(issue: Issue, articles: Mapping[int, Article]) -> list[Phrase]:
    """The headlines in other languages, those in the mail first, and what would be quoted where the headline's report
    is in another language. Each text once."""
    printed = [_headline(report, issue.language) for item in issue.printed() for report in _cited(item)]
    quoted = [_quotation(item, articles, issue.language) for s in issue.sections if s.key in FULL for item in s.items]
    beyond = [_headline(report, issue.language) for item in issue.every() for report in _cited(item)]
    return list(dict.fromkeys(phrase for phrase in (*printed, *quoted, *beyond) if phrase is not None))


def _cited(item: Item) -> list[Report]:
    return [item.headline, *(t.report for t in item.tellings if t.report is not None)]


def _headline(report: Report, language: str) -> Phrase | None:
    source = base(report.language)
    if source in (language, "und") or gives_orders(report.title):
        return None
    return Phrase(report.title, source, language)


def _quotation(item: Item, articles: Mapping[int, Article], language: str) -> Phrase | None:
    """The opening of a foreign headline's report, within what the item leaves of the article's budget."""
    article = articles.get(item.headline.article)
    if item.summary or article is None or article.reserved or base(article.language) in (language, "und"):
        return None
    room = QUOTE - quoted_of(item, article.id)
    if room < LEAST:
        return None
    source = base(article.language)
    text = quotation(article.text, article.lead, limit=min(room, TRANSLATED.get(source, QUOTE)))
    return Phrase(text, source, language, "quotation", room) if text and not gives_orders(text) else None


def quoted_of(item: Item, article: int) -> int:
    """How many characters of an article an item quotes."""
    total = len(item.summary) if item.headline.article == article else 0
    total += sum(len(t.lead) for t in item.tellings if t.report is not None and t.report.article == article)
    usages = (usage for contrast in item.terms for usage in contrast.usages if usage.report.article == article)
    return total + sum(len(u.before + u.term + u.after) for u in usages)


# -- what came of it --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What machines did for an issue; None where none was asked."""

    briefs: tuple[Brief, ...] = ()
    summaries: Summaries | None = None
    translations: Translations | None = None

    @property
    def outlets(self) -> dict[int, tuple[Outlet, ...]]:
        return {brief.story: tuple(report.outlet for report in brief.reports) for brief in self.briefs}


def worded(issue: Issue, articles: Mapping[int, Article], done: Done) -> Issue:
    """`issue` with every summary and translation that passed, each marked, and with the count of those that did not."""
    outlets = done.outlets

    def item_of(item: Item, full: bool) -> Item:
        if done.translations:
            item = _translated(item, articles, issue.language, done.translations, full)
        text = done.summaries.done.get(item.story, Worded()).text if done.summaries and full else ""
        if done.summaries is None or not text:
            return item
        by = plain(done.summaries.by, 60)
        return replace(
            item, summary=text, summary_kind="written", summary_by=by, summary_from=outlets.get(item.story, ())
        )

    sections = tuple(
        replace(
            section,
            items=tuple(item_of(item, section.key in FULL) for item in section.items),
            beyond=tuple(item_of(item, False) for item in section.beyond),
        )
        for section in issue.sections
    )
    told = [_told("summary", done.summaries.by, done.summaries.done.values())] if done.summaries else []
    if done.translations:
        told.append(_told("translation", done.translations.by, done.translations.done.values()))
    return replace(issue, sections=sections, wording=tuple(one for one in told if one.wanted))


def _told(job: Literal["summary", "translation"], by: str, done: Iterable[Worded]) -> Wording:
    counted = Counter("made" if one.text else "refused" if one.refused else "unanswered" for one in done)
    return Wording(job, plain(by, 60), counted.total(), counted["made"], counted["refused"], counted["unanswered"])


def _translated(
    item: Item, articles: Mapping[int, Article], language: str, translations: Translations, full: bool
) -> Item:
    """`item` with its headlines translated, and its summary where only a foreign report could be quoted."""
    quoted = _quotation(item, articles, language) if full else None
    text = translations.done.get(quoted, Worded()).text if quoted else ""
    rows = tuple(replace(t, report=_report(t.report, language, translations)) if t.report else t for t in item.tellings)
    item = replace(item, headline=_report(item.headline, language, translations), tellings=rows)
    if not text:
        return item
    return replace(item, summary=text, summary_kind="translated", summary_by=plain(translations.by, 60))


def _report(report: Report, language: str, translations: Translations) -> Report:
    phrase = _headline(report, language)
    text = translations.done.get(phrase, Worded()).text if phrase else ""
    return replace(report, translation=text) if text else report
