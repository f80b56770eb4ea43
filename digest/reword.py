"""What machines word for an issue: asked when it is made, checked, kept, and left out where it is late or wrong."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from typing import Any

from sqlalchemy import Engine

from config import Config
from digest.issue.compose import Material
from digest.issue.faithful import fault_of_summary, fault_of_translation
from digest.issue.issue import Issue
from digest.issue.wording import (
    Brief,
    Done,
    Phrase,
    Summaries,
    Summariser,
    Translations,
    Translator,
    Worded,
    WordingError,
    briefs,
    phrases,
    worded,
)
from digest.wording.asking import asked
from digest.wording.machines import summariser, translator
from store import wordings
from store.db import reading, writing
from store.records import Lexicon
from topics.concepts import Matcher

KEPT = timedelta(days=14)  # an answer: as long as the text that it was made from
LONGEST = 4000  # characters of an answer that are kept; a longer one is refused whatever it says
ASKED = "1"  # part of every key: another way of asking is another question

Answers = dict[str, "str | WordingError"]


@dataclass(frozen=True, slots=True)
class Reworded:
    """The issue, and what to tell the operator of each machine: "summaries by gpt: 9 of 12; 2 refused (...)"."""

    issue: Issue
    notes: tuple[str, ...] = ()


def reworded(
    config: Config, engine: Engine, issue: Issue, material: Material, now: datetime, *, keep: bool = True
) -> Reworded:
    """`issue` with what the configured machines worded for it; `issue` itself where none is configured.

    Takes at most as long as the larger of the two budgets, and never fails because of a machine. `keep`: store its
    answers.
    """
    writes, translates = summariser(config), translator(config)
    if writes is None and translates is None:
        return Reworded(issue)
    matcher = Matcher(Lexicon.of(config.lexicon_rows()))
    wanted = briefs(issue, material.articles, material.sources) if writes else []
    foreign = phrases(issue, material.articles) if translates else []
    keys = [*(_key(config.summary, b) for b in wanted), *(_key(config.translation, p) for p in foreign)]
    with reading(engine) as conn:
        known: Answers = dict(wordings.find(conn, keys))
    fresh = _fresh(config, writes, translates, wanted, foreign, known)
    answered = {key: text[:LONGEST] for key, text in fresh.items() if isinstance(text, str)}
    if answered and keep:
        with writing(engine) as tx:
            wordings.forget(tx, now - KEPT)
            wordings.keep(tx, answered, now)
    answers = fresh | known
    notes: list[str] = []
    summaries = translations = None
    if writes:
        checked = partial(fault_of_summary, matcher=matcher)
        summaries, faults = _checked(wanted, [answers.get(_key(config.summary, b)) for b in wanted], checked)
        notes += _note("summaries", writes.name, summaries.values(), faults)
    if translates:
        held = partial(fault_of_translation, matcher=matcher)
        translations, faults = _checked(foreign, [answers.get(_key(config.translation, p)) for p in foreign], held)
        notes += _note("translations", translates.name, translations.values(), faults)
    done = Done(
        briefs=tuple(wanted),
        summaries=Summaries(writes.name, {b.story: w for b, w in summaries.items()}) if writes and summaries else None,
        translations=Translations(translates.name, translations) if translates and translations else None,
    )
    return Reworded(worded(issue, material.articles, done), tuple(notes))


def _key(machine: Any, question: Brief | Phrase) -> str:
    """The hash of all that makes the answer what it is: whom was asked, and what."""
    asked_of = [ASKED, machine.engine, machine.url, machine.model, type(question).__name__, asdict(question)]
    if isinstance(question, Brief):
        asked_of[-1] = {**asdict(question), "story": 0}  # the number of a story is no part of the question
    return hashlib.sha256(
        json.dumps(asked_of, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    ).hexdigest()


# -- asking -----------------------------------------------------------------------------------------------------------


def _fresh(
    config: Config,
    writes: Summariser | None,
    translates: Translator | None,
    wanted: Sequence[Brief],
    foreign: Sequence[Phrase],
    known: Answers,
) -> Answers:
    """Answers to what is not known yet; the two machines are asked side by side."""
    found: Answers = {}
    began = time.monotonic()
    jobs: list[Callable[[], None]] = []
    if writes:
        open_briefs = [b for b in wanted if _key(config.summary, b) not in known][: config.summary.requests]
        jobs.append(lambda: found.update(_summarised(config, writes, open_briefs, began + config.summary.budget)))
    if translates:
        open_phrases = [p for p in foreign if _key(config.translation, p) not in known]
        jobs.append(
            lambda: found.update(_translated(config, translates, open_phrases, began + config.translation.budget))
        )
    threads = [Thread(target=job, name="machine") for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _summarised(config: Config, machine: Summariser, questions: Sequence[Brief], until: float) -> Answers:
    answers = asked(questions, machine.summarise, until)
    return {_key(config.summary, b): answer for b, answer in zip(questions, answers, strict=True)}


def _translated(config: Config, machine: Translator, questions: Sequence[Phrase], until: float) -> Answers:
    batches = _batches(questions, machine.batch)[: config.translation.requests]
    found: Answers = {}
    for batch, answer in zip(batches, asked(batches, machine.translate, until), strict=True):
        texts: Sequence[str | WordingError] = [answer] * len(batch) if isinstance(answer, WordingError) else answer
        found |= {_key(config.translation, p): text for p, text in zip(batch, texts, strict=True)}
    return found


def _batches(questions: Iterable[Phrase], size: int) -> list[tuple[Phrase, ...]]:
    """Phrases of one pair of languages together, at most `size`; the first phrase is in the first batch."""
    groups: dict[tuple[str, str], list[list[Phrase]]] = defaultdict(list)
    order: list[list[Phrase]] = []
    for phrase in questions:
        mine = groups[phrase.source, phrase.target]
        if not mine or len(mine[-1]) == size:
            mine.append([])
            order.append(mine[-1])
        mine[-1].append(phrase)
    return [tuple(batch) for batch in order]


# -- checking ---------------------------------------------------------------------------------------------------------


def _checked(
    questions: Sequence[Any], answers: Sequence[str | WordingError | None], fault: Callable[[str, Any], str]
) -> tuple[dict[Any, Worded], Counter[str]]:
    """What may be printed of each answer, and how often each fault was found."""
    found: dict[Any, Worded] = {}
    faults: Counter[str] = Counter()
    for question, answer in zip(questions, answers, strict=True):
        if not isinstance(answer, str):
            found[question] = Worded()
            faults[str(answer or "not asked: the requests of one issue were used up")] += 1
            continue
        wrong = fault(answer, question)
        found[question] = Worded(refused=True) if wrong else Worded(answer)
        if wrong:
            faults[wrong.split(":")[0]] += 1
    return found, faults


def _note(what: str, by: str, done: Iterable[Worded], faults: Mapping[str, int]) -> list[str]:
    results = list(done)
    if not results:
        return []
    made = sum(1 for one in results if one.text)
    why = ", ".join(f"{n} {fault}" for fault, n in sorted(faults.items(), key=lambda f: (-f[1], f[0])))
    return [f"{what} by {by}: {made} of {len(results)}" + (f" ({why})" if why else "")]
