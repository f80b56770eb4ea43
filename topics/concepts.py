"""Find the lexicon's concepts in a text of any of the three languages, in one Aho-Corasick pass.

How a form is written decides how it matches (docs: the comment at the head of each lexicon file):

- English and Russian forms are whole words; a trailing ``*`` makes a prefix (``санкци*``), a trailing ``~`` allows a
  Russian case ending and nothing else (``Трамп~`` finds "Трампу", never "трамплин"). Both may stand inside a phrase.
- A form with a capital letter wants that capital (``US`` never finds "us"), or a headline in capitals throughout.
- Chinese forms are substrings. ``^`` wants the beginning of a clause (``^美``), a trailing ``+`` wants a neighbour that
  is such an abbreviation too: ``中+`` and ``美+`` find 中美 but not 其中美国. What stands outside brackets must be
  there and is left to others: ``[美]大豆`` is America before soybeans, ``访[美]`` America after a visit.
- Where forms overlap the longest wins, so that a look-alike ("Moscow, Idaho") hides what it contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import ahocorasick

from store.records import SIDES, Concept, Lexicon
from topics import thresholds as at
from topics.script import folded, is_han

WORD = "word"  # general vocabulary: headlines of one event share it across languages, everything else overlooks it
LOOKALIKE = "lookalike"  # hides what it covers and is then dropped
NAMESAKE = "namesake"  # says what another name means here, and may be a name itself: Idaho is a state and no Russia
MINISTRY = "ministry"  # belongs to the state named beside it, else to the country of its entry
STATE = "state"
BODY = "body"  # a parliament, an army, a court: belongs to a state only where that is named beside it

_ENDING = (
    "(?:ами|ями|иями|ием|иям|иях|ого|ому|ыми|ему|его|ими|ом|ем|ой|ою|ей|ею|ью|ья|ам|ям|ах|ях|ов|ев|ий|ие|ия|ию|ии"
    "|ым|ых|ый|ая|ое|ые|ую|им|их|яя|ее|юю|а|я|у|ю|е|и|ы|о|й|ь)?"
)
_CLAUSE_START = frozenset(" \t\n，。：；！？、“”‘’「」『』《》【】()（）:;,.!?|｜-—–…·\"'")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a concept is named: `start` and `end` are character offsets into the text."""

    concept_id: str
    start: int
    end: int
    kind: str
    country: str | None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    concept: Concept
    text: str  # as written, marks removed
    guard: bool  # has a capital that the text must show
    word: bool  # bounded as a word; Chinese forms are not
    prefix: bool
    clause: bool
    neighbour: bool
    cover: tuple[int, int]  # of the key, from and to: what the form takes; brackets say so, else all
    rest: str  # the pattern that must match from the start of the form, where a mark asks for one


def _compiled(concept: Concept, written: str) -> tuple[str, _Form] | None:
    """The automaton's key (folded, up to the first mark) and the form; None for a form that says nothing."""
    raw = written.strip()
    if "~" in raw:
        raw = re.sub("[йь]~", "~", raw)  # the letter is part of the ending: "Шанхай~" is also Шанхая
    han = _HAN.search(raw) is not None
    clause, neighbour = raw.startswith("^"), raw.endswith("+") and han
    body = raw.removeprefix("^").removesuffix("+") if han else raw.removeprefix("^")
    cover = (body.find("["), body.find("]") - 1) if han and "[" in body else (0, 0)
    body = body.replace("[", "").replace("]", "") if cover[1] else body
    mark = _MARK.search(body)
    text = body[: mark.start()] if mark else body
    key = folded(text)
    if not key.strip():
        return None
    prefix = mark is not None and mark.end() == len(body) and mark.group() == "*"
    return key, _Form(
        concept,
        text,
        guard=not han and text != text.lower(),
        word=not han,
        prefix=prefix,
        clause=clause,
        neighbour=neighbour,
        cover=cover,
        rest="" if mark is None or prefix else _rest(body),
    )


_HAN = re.compile("[\u3400-\u9fff]")
_MARK = re.compile("[*~]")


def _rest(body: str) -> str:
    """The pattern of a form with marks inside it."""
    pattern = re.escape(folded(body)).replace(r"\*", r"\w*").replace("\\~", _ENDING).replace("~", _ENDING)
    return pattern if body.endswith("*") else pattern + r"(?!\w)"


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """Compiled when its form first occurs: 1,800 patterns take half a second, and one text needs a handful."""
    return re.compile(source)


def _telling(form: _Form) -> bool:
    """Whether the form can name one of the three states, or a relation that needs no state beside it."""
    concept = form.concept
    names = concept.country in SIDES or bool(concept.edge) or at.RELATION.get(concept.kind, 0.0) >= 1.0
    return names and concept.kind != LOOKALIKE


_Table = Mapping[str, Iterable[_Form]]


def _table(concepts: Iterable[Concept]) -> dict[str, list[_Form]]:
    table: dict[str, list[_Form]] = {}
    for concept in concepts:
        for written in (*concept.en, *concept.ru, *concept.zh):
            found = _compiled(concept, written)
            if found is not None:
                table.setdefault(found[0], []).append(found[1])
    return table


def _automaton(table: _Table) -> ahocorasick.Automaton:
    """Over the keys of `table`, which must not be empty."""
    automaton = ahocorasick.Automaton()
    for key, forms in table.items():
        automaton.add_word(key, (len(key), tuple(forms)))
    automaton.make_automaton()
    return automaton


class Matcher:
    """The lexicon, compiled once; `find` is pure and may be called from any thread."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.concepts: Mapping[str, Concept] = {concept.id: concept for concept in lexicon.concepts}
        self._table = _table(concept for concept in lexicon.concepts if concept.kind != WORD)
        self._empty = not self._table

    @cached_property
    def _all(self) -> ahocorasick.Automaton:
        return _automaton(self._table)

    @cached_property
    def _with_words(self) -> ahocorasick.Automaton:
        """Everything with the general words, which only the matching of headlines asks for."""
        words = _table(concept for concept in self.concepts.values() if concept.kind == WORD)
        return _automaton({key: [*self._table.get(key, ()), *words.get(key, ())] for key in (*self._table, *words)})

    @cached_property
    def _signs(self) -> ahocorasick.Automaton | None:
        told = {key: kept for key, forms in self._table.items() if (kept := [f for f in forms if _telling(f)])}
        return _automaton(told) if told else None

    def label(self, concept_id: str) -> str:
        """What a reader may be shown for a concept, its id where the lexicon gives no label."""
        concept = self.concepts.get(concept_id)
        return concept.label or concept_id if concept else concept_id

    def speaks(self, concept_id: str) -> bool:
        """Whether the concept has a name in all three languages, so that it is found in each."""
        concept = self.concepts[concept_id]
        return bool(concept.en and concept.ru and concept.zh)

    def find(self, text: str, language: str = "", *, words: bool = False) -> tuple[Hit, ...]:
        """All concepts in `text`, in order, without overlaps; with `words`, general vocabulary too. Latin names count
        in Russian and Chinese texts too.
        """
        if self._empty or not text:
            return ()
        low = folded(text)
        found = []
        for last, (length, forms) in (self._with_words if words else self._all).iter(low):
            start = last - length + 1
            for form in forms:
                end = _end(form, text, low, start, last + 1)
                if end and form.cover[1]:
                    found.append((start + form.cover[0], start + form.cover[1], form))
                elif end:
                    found.append((start, end, form))
        return _settled(text, found)

    def about(self, text: str, language: str = "", *, words: bool = False) -> tuple[Hit, ...]:
        """What `find` gives, each hit followed by the wider concept that it implies: of one catch, one outlet says
        pollock and another fish. For telling events apart; evidence is only what a text says.
        """
        hits: list[Hit] = []
        for hit in self.find(text, language, words=words):
            hits.append(hit)
            wider = self.concepts.get(self.concepts[hit.concept_id].broader)
            if wider is not None:
                hits.append(Hit(wider.id, hit.start, hit.end, wider.kind, None))
        return tuple(hits)

    def tells(self, text: str) -> bool:
        """Whether `text` may name one of the three states or an act between states: False where `find` gives neither.

        Most of what feeds list names none, and this says so in a tenth of the time. What it takes for a name, a
        look-alike may yet hide: then only `find` knows.
        """
        if self._signs is None or not text:
            return False
        low = folded(text)
        for last, (length, forms) in self._signs.iter(low):
            start = last - length + 1
            if any(_end(form, text, low, start, last + 1) for form in forms):
                return True
        return False


def _end(form: _Form, text: str, low: str, start: int, end: int) -> int:
    """Where the form ends when it stands at `start`, 0 when it does not."""
    if form.clause and start > 0 and text[start - 1] not in _CLAUSE_START:
        return 0
    if not form.word:
        return end
    if start > 0 and _wordy(low[start - 1]):
        return 0
    if form.rest:
        match = _pattern(form.rest).match(low, start)
        if match is None:
            return 0
        end = match.end()
    elif form.prefix:
        while end < len(low) and _wordy(low[end]):
            end += 1
    elif end < len(low) and _wordy(low[end]):
        return 0
    if form.guard:
        shown = text[start : start + len(form.text)]
        if not all(s == f for s, f in zip(shown, form.text, strict=False) if f.isupper()):
            return 0
    return end


def _wordy(char: str) -> bool:
    """Whether a Latin or Cyrillic word goes on with this character; Chinese text sets no spaces around such words."""
    return (char.isalnum() or char == "_") and not is_han(char)


def _settled(text: str, found: list[tuple[int, int, _Form]]) -> tuple[Hit, ...]:
    """Overlaps resolved (longest first, look-alikes before others of their length), neighbours and owners checked."""
    # What hides a name and is a word itself ("медведь" is no honey) is that word where words are asked for.
    worded = {(start, end) for start, end, form in found if form.concept.kind == WORD}
    if worded:
        found = [f for f in found if f[2].concept.kind != LOOKALIKE or f[:2] not in worded]
    # Of two prefixes that reach as far, the one that spells more of the word wins: "нефтепровод*" before "нефт*".
    found.sort(
        key=lambda f: (
            f[0] - f[1],
            f[2].concept.kind != LOOKALIKE,
            f[2].concept.kind != NAMESAKE,
            f[2].neighbour,
            -len(f[2].text),
            f[0],
            f[2].concept.id,
        )
    )
    taken = bytearray(len(text))
    kept: list[tuple[int, int, _Form]] = []
    for start, end, form in found:
        if not any(taken[start:end]):
            if form.concept.kind != NAMESAKE:
                taken[start:end] = b"\x01" * (end - start)
            kept.append((start, end, form))
    kept.sort(key=lambda f: f[0])
    short = {start for start, end, form in kept if end == start + 1 or _abbreviated(text, start, form)}
    hits = [
        Hit(form.concept.id, start, end, form.concept.kind, form.concept.country, form.concept.edge)
        for start, end, form in kept
        if form.concept.kind != LOOKALIKE and (not form.neighbour or start - 1 in short or start + 1 in short)
    ]
    return tuple(_owned(text, hits))


def _abbreviated(text: str, start: int, form: _Form) -> bool:
    """Whether a longer form begins with a state's abbreviation: 美军 after 中 is both armies, as 中美 is both states;
    but 美国 stands alone (其中美国).
    """
    return form.concept.country in SIDES and text[start] in _ABBREVIATIONS and not text.startswith(_IN_FULL, start)


_ABBREVIATIONS = frozenset("中俄美")
_IN_FULL = ("中国", "中國", "中方", "俄罗斯", "俄羅斯", "俄国", "俄方", "美国", "美國", "美方")


def _owned(text: str, hits: list[Hit]) -> Iterable[Hit]:
    """Give each ministry to the state named right beside it ("МИД Китая", 俄外交部, "Chinese defence ministry")."""
    for number, hit in enumerate(hits):
        if hit.kind not in (MINISTRY, BODY):
            yield hit
            continue
        owner = hit.country
        before = hits[number - 1] if number else None
        after = hits[number + 1] if number + 1 < len(hits) else None
        if before is not None and before.kind == STATE and _joined(text[before.end : hit.start], _BEFORE):
            owner = before.country
        elif after is not None and after.kind == STATE and _joined(text[hit.end : after.start], _AFTER):
            owner = after.country
        yield replace(hit, country=owner)


_BEFORE = re.compile(r"(?:['’]s)?[ \u00a0-]?(?:(?!(?:and|or|и|или|а)\b)[a-zа-я]+ )?")
_AFTER = re.compile(r" (?:of (?:the )?|in )?")


def _joined(between: str, gap: re.Pattern[str]) -> bool:
    return gap.fullmatch(between) is not None
