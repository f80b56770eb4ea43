"""Quantities as three languages write them, brought to one scale. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from topics.script import folded

_SCALE = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6,
    "mln": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12, "trn": 1e12, "тыс": 1e3, "тысяч": 1e3, "млн": 1e6, "миллион": 1e6,
    "млрд": 1e9, "миллиард": 1e9, "трлн": 1e12, "триллион": 1e12, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7,
    "亿": 1e8, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
# A figure within a word ("Su-57", "A14") is none; Chinese sets no space before one.
_NUMBER = re.compile(
    r"(?<![a-zа-я\d_.,/-])(\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:[\s-]?(hundred|thousand|million|billion|trillion|mln|bn|тыс(?=яч|\b)|тысяч|млн|миллион|млрд|миллиард|трлн|"
    r"триллион|万亿|千亿|百亿|千万|百万|万|亿)|(?<=\d)(mn|trn|tn|m|b|k)\b)?"
)
_MONEY = re.compile(r"[$€£¥₽]\s?$")  # "$200m" is money, "200m" a distance
# "24 November", "Nov. 24", "24 ноября", "11月24日": what day it is, not how many.
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th|-?го)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|"
    r"июн|июл|авг|сен|окт|ноя|дек)[a-zа-я]{0,6}\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d{1,2}(?:st|nd|rd|th)?\b(?!\s?%)"
    r"|(?<!\d)\d{1,2}月\d{1,2}[日号]"
)
_HOUR = re.compile(r"(?<!\d)\d{1,2}(?::\d\d|日(?!元))")


# English and Russian numerals, one form a word; "one" is an article as often as a number.
_WORDS = {
    2: "two два две двух двум двумя",
    3: "three три трех трем тремя трое троих",
    4: "four четыре четырех четырем четверо",
    5: "five пять пяти пятью",
    6: "six шесть шести шестью",
    7: "seven семь семи семью",
    8: "eight восемь восьми восемью",
    9: "nine девять девяти девятью",
    10: "ten десять десяти десятью",
    11: "eleven одиннадцать одиннадцати одиннадцатью",
    12: "twelve dozen двенадцать двенадцати двенадцатью дюжина дюжину дюжины",
    13: "thirteen тринадцать тринадцати",
    14: "fourteen четырнадцать четырнадцати",
    15: "fifteen пятнадцать пятнадцати пятнадцатью",
    16: "sixteen шестнадцать шестнадцати",
    17: "seventeen семнадцать семнадцати",
    18: "eighteen восемнадцать восемнадцати",
    19: "nineteen девятнадцать девятнадцати",
    20: "twenty двадцать двадцати двадцатью",
    30: "thirty тридцать тридцати тридцатью",
    40: "forty сорок сорока",
    50: "fifty пятьдесят пятидесяти",
    60: "sixty шестьдесят шестидесяти",
    70: "seventy семьдесят семидесяти",
    80: "eighty восемьдесят восьмидесяти",
    90: "ninety девяносто девяноста",
    100: "hundred сто стопроцентный стопроцентную стопроцентной стопроцентные сотня сотню",
    200: "двести двухсот",
    300: "триста трехсот",
    500: "пятьсот пятисот",
}
_WORD_VALUES = {word: float(value) for value, words in _WORDS.items() for word in words.split()}
_WORD = re.compile("[a-zа-я]+")
_WORD_SCALES = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "тысяч": 1e3, "миллион": 1e6, "миллиард": 1e9,
    "триллион": 1e12, "млн": 1e6, "млрд": 1e9, "трлн": 1e12,
}  # fmt: skip
_SCALE_WORD = re.compile("(?:" + "|".join(_WORD_SCALES) + ")")
_TIMES = {"hundred": 100.0, "dozen": 12.0}  # "two hundred", "three dozen": told in numbers of themselves


def _spelt_out(low: str) -> Iterator[float]:
    """Numerals in words: "five billion", «двадцатью», «три тысячи», "two dozen"."""
    value = 0.0
    for word in _WORD.findall(low):
        part = _WORD_VALUES.get(word)
        if part is not None:
            if word in _TIMES and 0 < value < 100:
                value *= _TIMES[word]
                continue
            whole = value >= 20 and part < 10 and value % 10 == 0  # "twenty four" is one number
            if value and not whole:
                yield value
            value = value + part if whole else part
            continue
        if value:
            scale = _SCALE_WORD.match(word)
            yield value * (_WORD_SCALES[scale.group()] if scale else 1.0)
        value = 0.0
    if value:
        yield value


_HAN_DIGITS = {"两": 2} | {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 1e4, "亿": 1e8}
# A numeral counts something; without a counting word or a scale it is mostly part of another word (一致, 三星, 万斯).
_HAN_NUMBER = re.compile(
    r"([零〇一二两三四五六七八九十百千]*[零〇一二两三四五六七八九十百千万亿])"
    r"(?=[多余]?[名家国枚艘架人年个天日次条轮州位项批款张座台吨元美欧卢岁届辆票点小公平桶])"
)
_HAN_PERCENT = re.compile("百分之([零一二两三四五六七八九十百]+)")


def han_number(numeral: str) -> float:
    """What a Chinese numeral says: 三千 is 3000, 二十四 is 24, 十二 is 12, 五十亿 is 5e9."""
    whole = section = digit = 0.0
    for char in numeral:
        if char in _HAN_DIGITS:
            digit = float(_HAN_DIGITS[char])
        elif char in _HAN_PLACES:
            section += (digit or 1.0) * _HAN_PLACES[char]
            digit = 0.0
        else:
            whole = (whole + section + digit) * _HAN_SCALES[char]
            section = digit = 0.0
    return whole + section + digit


def _written(low: str) -> Iterator[float]:
    """Numerals in digits, with their scale."""
    for match in _NUMBER.finditer(low):
        raw = re.sub(r"[ \u00a0\u202f]", "", match.group(1))
        raw = raw.replace(",", "") if re.search(r",\d{3}(?!\d)", raw) else raw.replace(",", ".")
        scale = match.group(2) or ""
        if match.group(3):
            before = low[max(0, match.start() - 4) : match.start()]
            scale = match.group(3) if match.group(3) != "m" or _MONEY.search(before) else ""
        yield float(raw) * _SCALE.get(scale, 1.0)


def numbers(text: str) -> frozenset[float]:
    """The quantities that `text` states, in one scale for all languages (14亿 = 1.4 billion = 1,4 млрд), years left
    out.
    """
    low = folded(text)
    found = {value for value in _written(low) if not (1900 <= value <= 2100 and value == int(value)) and value > 1}
    found.update(_spelt_out(low))
    found.update(value for match in _HAN_NUMBER.finditer(low) if (value := han_number(match.group(1))) > 1)
    found.update(value for match in _HAN_PERCENT.finditer(low) if (value := han_number(match.group(1))) > 1)
    return frozenset(float(f"{value:.4g}") for value in found)


def without_days(text: str) -> str:
    """`text` with its days and hours taken out: every report has its day, and that is no figure of the event."""
    return _HOUR.sub(" ", _DATE.sub(" ", folded(text)))
