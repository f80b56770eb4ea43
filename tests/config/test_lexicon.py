"""Faults of the lexicon, where an operator will look for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import ConfigError, load
from tests.config.test_load import one, write


def test_an_unreadable_entry_of_the_lexicon_is_told_with_file_and_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "lexicon").mkdir()
    good = '[[concept]]\nid = "us"\nkind = "state"\ncountry = "US"\nen = ["US"]\n\n'
    (folder / "lexicon" / "states.toml").write_text("# states\n" + good + '[[concept]]\nid = "cn"\nkind = 3\nen = 4\n')
    with pytest.raises(ConfigError) as told:
        load(folder)
    assert {str(fault).split(":")[0] for fault in told.value.faults} == {"lexicon/states.toml, line 8"}
    (folder / "lexicon" / "states.toml").write_text(good + good)
    assert str(one(folder)).startswith("lexicon/states.toml, line 7: concept 'us': id: the id 'us' is used twice")
    (folder / "lexicon" / "states.toml").write_text(good + '[[concept]]\nid = "cn\n')
    assert "line 8" in str(one(folder))
