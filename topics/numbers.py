"""Quantities as three languages write them, brought to one scale. Pure."""

from __future__ import annotations

import re

from topics.script import folded

_SCALE = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "mln": 1e6,
    "bn": 1e9,
    "m": 1e6,
    "b": 1e9,
    "тыс": 1e3,
    "тысяч": 1e3,
    "тысячи": 1e3,
    "млн": 1e6,
    "миллион": 1e6,
    "миллиона": 1e6,
    "миллионов": 1e6,
    "млрд": 1e9,
    "миллиард": 1e9,
    "миллиарда": 1e9,
    "миллиардов": 1e9,
    "трлн": 1e12,
    "万": 1e4,
    "亿": 1e8,
    "万亿": 1e12,
    "百万": 1e6,
    "千": 1e3,
    "千万": 1e7,
}
_NUMBER = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:\s?(thousand|million|billion|trillion|mln|bn|тыс(?:яч[аи]?)?|млн|миллион(?:а|ов)?|млрд|миллиард(?:а|ов)?|"
    r"трлн|万亿|千万|百万|万|亿))?"
)
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "два": 2,
    "две": 2,
    "двух": 2,
    "три": 3,
    "трех": 3,
    "четыре": 4,
    "четырех": 4,
    "пять": 5,
    "пяти": 5,
    "шесть": 6,
    "шести": 6,
    "семь": 7,
    "семи": 7,
    "восемь": 8,
    "восьми": 8,
    "девять": 9,
    "девяти": 9,
    "десять": 10,
    "десяти": 10,
    "одиннадцать": 11,
    "двенадцать": 12,
    "двадцать": 20,
}
_HAN_DIGITS = {
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
    "十五": 15,
    "二十": 20,
}
_HAN_COUNT = re.compile(r"(十一|十二|十五|二十|[两二三四五六七八九十])(?=[名家国枚艘架人年个天日次条轮州位国])")


def numbers(text: str) -> frozenset[float]:
    """The quantities that `text` states, in one scale for all languages (14亿 = 1.4 billion = 1,4 млрд), years left
    out.
    """
    low = folded(text)
    found: set[float] = set()
    for match in _NUMBER.finditer(low):
        raw = re.sub(r"[ \u00a0\u202f]", "", match.group(1))
        raw = raw.replace(",", "") if re.search(r",\d{3}(?!\d)", raw) else raw.replace(",", ".")
        value = float(raw) * _SCALE.get((match.group(2) or "").strip(), 1.0)
        if not (1900 <= value <= 2100 and value == int(value)) and value > 1:
            found.add(float(f"{value:.4g}"))
    found.update(float(_WORDS[word]) for word in re.findall(r"[a-zа-я]+", low) if word in _WORDS)
    found.update(float(_HAN_DIGITS[match.group(1)]) for match in _HAN_COUNT.finditer(low))
    return frozenset(found)
