"""A gate: on a whole news day the checks let the reports' own sentences through, and nothing with one thing changed."""

from __future__ import annotations

from benchmarks.wording import SETS, reports, summaries
from config.load import load, shipped
from store.records import Lexicon
from topics.concepts import Matcher


def test_changed_summaries_are_stopped_and_true_ones_are_not() -> None:
    matcher = Matcher(Lexicon.of(load(shipped()).lexicon_rows()))
    counted = summaries(reports(SETS / "newsroom-2" / "articles.jsonl"), matcher)
    passed, of = counted.pop("")
    assert passed >= 0.85 * of
    turned, swapped = counted.pop("turned round")
    assert turned <= 0.05 * swapped > 1
    assert {what: n for what, (n, _) in counted.items() if n} == {}
    assert len(counted) == 6
