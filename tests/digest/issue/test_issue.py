"""An issue that was frozen once can be read for ever."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from digest.issue.issue import from_json, to_json

HERE = Path(__file__).parent


def test_an_issue_of_the_first_release_is_still_read() -> None:
    stored = json.loads((HERE / "frozen_first_release.json").read_text(encoding="utf-8"))
    issue = from_json(stored)
    assert [i.story for i in issue.every()] == [1, 2]
    first = next(issue.every())
    assert first.update is not None
    assert first.update.since == date(2026, 11, 23)
    assert (first.pinned, first.follows, first.terms, first.rank, first.summary_kind) == (
        False, None, (), None, "quoted",
    )  # fmt: skip
    assert issue.wording == ()
    assert from_json(to_json(issue)) == issue
