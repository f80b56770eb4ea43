"""The lexicon of a config folder and its words that differ, and where an operator finds their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import ConfigError, load
from tests.config.written import faults, one, write


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


def test_the_lexicon_of_the_folder_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "lexicon").mkdir()
    concept = '[[concept]]\nid = "us"\nkind = "state"\ncountry = "US"\nen = ["US"]\n'
    (folder / "lexicon" / "states.toml").write_text(concept)
    (folder / "lexicon" / "mine.local.toml").write_text(concept.replace('["US"]', '["America"]'))
    assert [(row["id"], row["en"]) for row in load(folder).lexicon_rows()] == [("us", ("America",))]
    (folder / "lexicon" / "states.toml").write_text(concept.replace("country", "contry"))
    fault = one(folder)
    assert (fault.file, fault.entry, fault.suggestion) == ("lexicon/states.toml", "concept 'us'", "country")


@pytest.mark.parametrize(
    "text",
    [
        "concept = 3\n",
        "[concept]\nid = 'us'\n",
        "concept = [\n",
        '[[concept]]\nid = "us"\nkind = "state"\n',
        '[[concept]]\nid = "us"\nkind = "state"\nen = [""]\n',
    ],
)
def test_a_lexicon_file_of_another_shape_is_a_fault_that_names_it(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path)
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "mine.local.toml").write_text(text)
    assert one(folder).file == "lexicon/mine.local.toml"


PAIR = """
[[pair]]
id = "fighting"
subject = "the fighting"
[[pair.wordings]]
label = "operation"
en = ["operation"]
[[pair.wordings]]
label = "war"
ru = ["войн*"]
"""


def test_words_that_differ_have_a_file_of_their_own_and_a_local_one_over_it(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "terms.toml").write_text(PAIR)
    assert [(row["id"], [w["label"] for w in row["wordings"]]) for row in load(folder).term_rows()] == [
        ("fighting", ["operation", "war"])
    ]
    local = folder / "lexicon" / "terms.local.toml"
    local.write_text('[[pair]]\nid = "fighting"\nsubject = "the war"\n' + PAIR.replace('"fighting"', '"mine"'))
    assert [(row["id"], row["subject"]) for row in load(folder).term_rows()] == [
        ("fighting", "the war"), ("mine", "the fighting"),
    ]  # fmt: skip
    local.write_text('[[pair]]\nid = "fighting"\nenabled = false\n')
    assert load(folder).term_rows() == []


@pytest.mark.parametrize(
    ("text", "entry", "said"),
    [
        ("pair = 3\n", "pair", "two brackets"),
        ("[[pears]]\n", "", "only [[pair]]"),
        ('[[pair]]\nid = "x"\nsubject = "y"\nwordings = []\n', "pair 'x'", "two [[pair.wordings]]"),
        (PAIR.replace('ru = ["войн*"]', ""), "pair 'fighting'", "nothing to find it by"),
        (PAIR.replace('"войн*"', '"Operation"'), "pair 'fighting'", "stands in it twice"),
        (PAIR + PAIR, "pair 'fighting'", "used twice"),
        (PAIR.replace("subject", "subjekt"), "pair 'fighting'", ""),
    ],
)
def test_a_faulty_pair_is_named_with_its_file(tmp_path: Path, text: str, entry: str, said: str) -> None:
    folder = write(tmp_path)
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "terms.local.toml").write_text(text)
    found = faults(folder)
    assert {fault.file for fault in found} == {"lexicon/terms.local.toml"}
    assert found[0].entry == entry
    assert said in found[0].message
