"""The gate's short ways give what the long ones do: folding, cutting into sentences, leaving out plain headlines."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import demo
from config.load import load, shipped
from store.records import SIDES, Lexicon
from topics import thresholds as at
from topics.concepts import Matcher
from topics.evidence import namesakes, zone
from topics.relevance import headline, sentences, worth_fetching
from topics.script import _SAME, folded, simplified

NEWSROOM = Path(demo.__file__).parent / "newsroom.jsonl"
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+(?=[\"'«“(]?[A-ZА-ЯЁ0-9])|(?<=[。！？；])|\n+")


@cache
def matcher() -> Matcher:
    return Matcher(Lexicon.of(load(shipped()).lexicon_rows()))


@cache
def pieces() -> tuple[str, ...]:
    """Every form of the lexicon with its marks read as endings, and what stands between and around them."""
    forms = {
        re.sub(r"[*~].*", ending, form).strip("^+")
        for concept in Lexicon.of(load(shipped()).lexicon_rows()).concepts
        for form in (*concept.en, *concept.ru, *concept.zh)
        for ending in ("", "ом")
    }
    return tuple(sorted(forms))


def whole(title: str, lead: str, language: str, home: str) -> bool:
    """worth_fetching's rule with every sentence matched in full: its definition."""
    parts = [headline(title), *sentences(lead)]
    found = [matcher().find(part, language) for part in parts]
    gone = namesakes(found)
    zones = [zone(hits, part, gone) for hits, part in zip(found, parts, strict=True)]
    present = {side for side in SIDES if any(z.countries.get(side, 0) >= at.WEAK for z in zones)}
    off = set() if any(z.politics for z in zones) else set().union(*(z.off for z in zones))
    relation = max((z.relation for z in zones), default=0.0)
    if len(present) >= 2 or (home in SIDES and present - {home}):
        return len(off) <= 1 or relation >= 1.0
    return not off and relation >= (at.FLOW if present else 1.0)


GAPS = st.sampled_from([" ", " ", " ", ", ", ". ", "! ", "。", "；", "\n", " — ", "-", "", "’s ", " «", "_", "…", "ъ"])
PLAIN = st.sampled_from(["the", "museum", "В", "субботу", "Посол Лю Чжэнфань", "今天", "focus", "Paris", "opened", "7"])


@st.composite
def texts(draw: st.DrawFn, most: int = 9) -> str:
    """A few forms and plain words, in any order, set apart by anything."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        piece = draw(st.one_of(st.sampled_from(pieces()), PLAIN))
        found += [draw(st.sampled_from([piece, piece, piece.upper(), piece.lower(), piece.title()])), draw(GAPS)]
    return "".join(found)


@settings(max_examples=300, deadline=None)
@given(texts(4), texts(), st.sampled_from(["en", "ru", "zh"]), st.sampled_from(["", "US", "RU", "CN", "GB"]))
def test_a_headline_is_left_out_only_where_the_whole_rule_leaves_it_out(
    title: str, lead: str, language: str, home: str
) -> None:
    assert worth_fetching(matcher(), title, lead, language, home=home) == whole(title, lead, language, home)


@pytest.mark.parametrize("home", ["", "US", "RU", "CN"])
def test_the_newsroom_passes_the_gate_as_by_the_whole_rule(home: str) -> None:
    taken = 0
    for line in NEWSROOM.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        title, lead, language = row["title"], row.get("lead", ""), row["language"]
        short = worth_fetching(matcher(), title, lead, language, home=home)
        assert short == whole(title, lead, language, home), title
        taken += short
    assert taken > 50


@settings(max_examples=300, deadline=None)
@given(texts())
def test_a_text_that_tells_nothing_names_no_state_and_no_act(text: str) -> None:
    hits = matcher().find(text)
    named = [hit for hit in hits if hit.country in SIDES or hit.edge or at.RELATION.get(hit.kind, 0.0) >= 1.0]
    assert matcher().tells(text) or not named


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(".!?…。！？；\n\"'»”) «“(AЖ0aж中\t\u00a0"), max_size=30))
def test_sentences_end_where_the_rule_says(text: str) -> None:
    assert sentences(text) == [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=40) | st.text(st.sampled_from("ёЁ’‘`‐‑‒\u00a0\u202f\u2009·•İAaЖ中國龍𠀀-'"), max_size=30))
def test_folding_is_the_same_for_every_script(text: str) -> None:
    low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    if len(text.lower()) == len(text):
        low = text.lower()
    assert folded(text) == simplified(low).translate(_SAME)
