"""Text cut into a vocabulary's pieces: the likeliest way, spaces as SentencePiece has them, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.e5.pieces import SPACE, Pieces

VOCABULARY = {
    "<unk>": 0.0,
    f"{SPACE}rail": -3.0,
    "way": -3.0,
    f"{SPACE}": -5.0,
    "r": -6.0,
    "a": -6.0,
    "i": -6.0,
    "l": -6.0,
    "w": -6.0,
    "y": -6.0,
    f"{SPACE}railway": -9.0,
    "中": -4.0,
}
PIECES = Pieces.of(list(VOCABULARY), list(VOCABULARY.values()), {ord("\n"): " ", ord("Ａ"): "a"}, 0)


def cut(text: str) -> list[str]:
    return [list(VOCABULARY)[number] for number in PIECES.cut(text)]


def test_of_all_ways_to_cut_a_text_the_likeliest_is_taken() -> None:
    assert cut("railway") == [f"{SPACE}rail", "way"]  # -6 together; the whole word is rarer


def test_spaces_in_a_row_are_one_and_a_word_begins_at_the_beginning() -> None:
    assert cut("rail   rail") == cut("rail\n rail") == cut(" rail rail") == [f"{SPACE}rail", f"{SPACE}rail"]
    assert cut("rail ") == [f"{SPACE}rail", SPACE]


def test_what_the_vocabulary_lacks_is_unknown_character_by_character() -> None:
    assert cut("中文") == [SPACE, "中", "<unk>"]


def test_characters_are_read_as_others() -> None:
    assert cut("rＡil") == cut("rail")


@given(st.text("railwy 中", max_size=40))
def test_pieces_put_together_are_the_text(text: str) -> None:
    together = "".join(cut(text)).replace(SPACE, " ")
    assert together.split() == text.split()
