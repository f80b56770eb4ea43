"""What script a text is in, and one folding for matching that keeps every offset true."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_SAME = str.maketrans(
    {
        "ё": "е",
        "’": "'",
        "‘": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "·": "·",
        "•": "·",
    }
)

_ONE_BY_ONE = tuple((chr(char), same) for char, same in _SAME.items())
_FAR = re.compile("[\u2e80-\U0010ffff]")  # every character that `_simplified` changes is one of these


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


@cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified, character by character (OpenCC's TSCharacters, Apache-2.0)."""
    lines = resources.files("topics").joinpath("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if len(line) == 2 and not line.startswith("#")}


def simplified(text: str) -> str:
    """`text` with traditional Chinese characters made simplified; everything else untouched."""
    return text.translate(_simplified())


def folded(text: str) -> str:
    """`text` for comparing: lower case, ё as е, one kind of hyphen, apostrophe and space, simplified Chinese."""
    if text.isascii():
        return text.lower().replace("`", "'")  # the one key of `_SAME` in there
    low = text.lower()
    if len(low) != len(text):  # İ becomes two characters: fold one by one and leave such a one alone
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    if _FAR.search(low):
        return simplified(low).translate(_SAME)
    for char, same in _ONE_BY_ONE:  # `translate` looks at every character of the text, this at these few
        low = low.replace(char, same)
    return low


def script_of(text: str) -> str:
    """The script that most letters are in: "zh", "ru" or "en"; "en" where there are no letters."""
    han = cyrillic = latin = 0
    for char in text:
        if is_han(char):
            han += 1
        elif "\u0400" <= char <= "\u04ff":
            cyrillic += 1
        elif char.isalpha():
            latin += 1
    if han and 3 * han >= max(cyrillic, latin):  # one character says about as much as half a word
        return "zh"
    return "ru" if cyrillic > latin else "en"
