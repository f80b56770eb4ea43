"""Do the checks of a machine's words let the good through and stop the bad? python -m benchmarks.wording [--data PATH]

PATH holds `articles.jsonl` (title, lead, body, language) and, or, a table of headlines in three languages (`*.tsv` with
the columns en, ru, zh); without it the sets that ship are taken. Nothing is asked of any machine: good summaries are
the reports' own opening sentences, bad ones are these with one thing changed; good translations are the headlines that
an editor wrote for the same event in another language, bad ones those of another event. An editor's headline is no
literal translation, so that the share of good ones let through is a lower bound.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import click

from config.load import load, shipped
from digest.issue.faithful import NAMING, fault_of_summary, fault_of_translation
from digest.issue.issue import Outlet
from digest.issue.summary import quotation
from digest.issue.turned import actors, claims, sentences
from digest.issue.wording import Brief, Excerpt, Phrase
from store.records import Lexicon
from topics.concepts import Matcher

SETS = Path(__file__).parent / "sets"
OUTLET = Outlet("o", "Outlet", "US", "en", "private")
STRANGER = {"en": "Bloggs", "ru": "Кукушкинс"}


def reports(path: Path) -> list[Mapping[str, str]]:
    """The articles of a set that have a text and are in one of the three languages."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row.get("body") and row["language"] in ("en", "ru", "zh")]


def changed(text: str, language: str, source: str, other: str, matcher: Matcher) -> Iterator[tuple[str, str]]:
    """(what was changed, the text with one thing changed)."""
    digits = re.search(r"\d+", text)
    if digits:
        yield "a number", text[: digits.start()] + str(int(digits.group()) + 7) + text[digits.end() :]
    known = {hit.concept_id for hit in matcher.find(source, language)}
    for hit in matcher.find(text, language):
        form = _another(matcher, hit.kind, language, known) if hit.kind in NAMING else ""
        if form:
            yield "a name of the lexicon", text[: hit.start] + form + text[hit.end :]
            break
    if language in STRANGER and len(text.split()) > 4:
        words = text.split()
        yield "a name of nobody", " ".join([*words[:3], STRANGER[language], *words[3:]])
    turned = _turned(text, source, matcher)
    if turned:
        yield "turned round", turned
    yield "a link", text[:200] + " evil.example/x"
    yield "mark-up", f"<i>{text[:200]}</i>"
    if other:
        yield "another event", other


def _turned(text: str, source: str, matcher: Matcher) -> str:
    """The first two names of a sentence that stand around a word, each in the other's place: "B sued A"."""
    for sentence in sentences(text):
        found = actors(sentence, matcher)
        for a, b in pairwise(found):
            swapped = (
                sentence[: a.start] + sentence[b.start : b.end] + sentence[a.end : b.start]
                + sentence[a.start : a.end] + sentence[b.end :]
            )  # fmt: skip
            if set(claims(swapped, matcher, near=True)) - set(claims(source, matcher)):
                return text.replace(sentence, swapped)
    return ""


def _another(matcher: Matcher, kind: str, language: str, known: set[str]) -> str:
    for id, concept in sorted(matcher.concepts.items()):
        forms = [f for f in getattr(concept, language) if not re.search(r"[*~^+]", f) and (f[0].isupper() or f > "一")]
        if concept.kind == kind and id not in known and forms:
            return str(forms[0])
    return ""


def summaries(rows: list[Mapping[str, str]], matcher: Matcher) -> dict[str, list[int]]:
    """What was changed ("" for nothing) -> [let through, of how many]."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    opening = [quotation(row["body"], row.get("lead", "")) for row in rows]
    for number, row in enumerate(rows):
        language, text = row["language"], opening[number].replace("…", "")
        brief = Brief(1, language, (Excerpt(OUTLET, language, row["title"], row["body"][:900]),))
        far = [(number + len(rows) // 2 + n) % len(rows) for n in range(len(rows))]  # neighbours may tell one event
        other = next(opening[n] for n in far if rows[n]["language"] == language)
        tried = [("", text), *changed(text, language, f"{row['title']} {row['body']}", other, matcher)]
        for what, words in tried:
            counted[what][0] += not fault_of_summary(words, brief, matcher)
            counted[what][1] += 1
    return counted


def translations(path: Path, matcher: Matcher) -> dict[str, list[int]]:
    """Pair of languages, and "another event" -> [let through, of how many]."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    for number, row in enumerate(rows):
        for source, target in (("ru", "en"), ("zh", "en"), ("en", "ru")):
            phrase = Phrase(row[source], source, target)
            for what, text in ((f"{source}-{target}", row[target]), ("another event", rows[number - 1][target])):
                counted[what][0] += not fault_of_translation(text, phrase, matcher)
                counted[what][1] += 1
    return counted


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="A folder with articles.jsonl or *.tsv.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def main(data: Path | None, json_: bool) -> None:
    matcher = Matcher(Lexicon.of(load(shipped()).lexicon_rows()))
    articles = [data / "articles.jsonl"] if data else [SETS / "newsroom-2" / "articles.jsonl"]
    tables = sorted(data.glob("*.tsv")) if data else [SETS / "triples-3.tsv"]
    found: dict[str, dict[str, list[int]]] = {}
    for path in articles:
        if path.exists():
            found["summaries"] = summaries(reports(path), matcher)
    for path in tables:
        found[f"translations {path.name}"] = translations(path, matcher)
    if json_:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for title, counted in found.items():
        click.echo(title)
        for what, (passed, of) in counted.items():
            click.echo(f"  {what or 'unchanged':<24} let through {passed} of {of}")


if __name__ == "__main__":
    main()
