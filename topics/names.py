"""Names across scripts, where the lexicon is silent.

A Chinese name is spelled by pinyin in English (Xi Jinping), by the Palladius table in Russian (Си Цзиньпин) and by
characters in Chinese; a Western name is spelled by sound in Chinese (阿尔汉格尔斯克 is Arkhangelsk: sounding.py).
All are brought to one plain spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from topics.palladius import palladius, readings
from topics.script import folded, is_han, simplified
from topics.sounding import SOUNDING, keys


def _spelled(han: str) -> list[str]:
    """The toneless pinyin of each character."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a quarter of a second, and a crawl may need none

    return lazy_pinyin(han, style=Style.NORMAL)


_LETTERS = {
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "g",
    "д": "d",
    "е": "e",
    "ж": "zh",
    "з": "z",
    "и": "i",
    "й": "y",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ы": "y",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
    "і": "i",
    "ї": "yi",
    "є": "ye",
    "ґ": "g",
    "ў": "u",
}


@lru_cache(maxsize=4096)
def romanised(word: str) -> str:
    """A Cyrillic word in Latin letters (as English newspapers spell it), others folded."""
    return "".join(_LETTERS.get(char, char) for char in folded(word))


def pinyin(text: str) -> str:
    """Chinese characters as toneless pinyin without spaces; other characters left out."""
    han = "".join(char for char in simplified(text) if is_han(char))
    return "".join(_spelled(han)) if han else ""


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """The consonants of a name in a spelling-proof form, the same for Arkhangelsk, Архангельск and 阿尔汉格尔斯克.

    Empty where fewer than three are left: too little to recognise a name by.
    """
    if any(is_han(char) for char in word):
        plain = "-".join(_spelled(simplified(word)))
        plain = re.sub(r"\b(?:er|e'er)\b", "r", plain).replace("-", "")
        plain = re.sub(r"ng?(?![aeiou])", "n", plain)
    else:
        plain = romanised(word)
    for old, new in _SOUNDS:
        plain = plain.replace(old, new)
    plain = re.sub(r"[^bdfghjklmnprstvz]", "", plain)
    plain = re.sub(r"(.)\1+", r"\1", plain)
    return plain if len(plain) >= 3 else ""


_SOUNDS = (
    ("shch", "s"),
    ("kh", "h"),
    ("zh", "s"),
    ("ch", "s"),
    ("sh", "s"),
    ("ts", "s"),
    ("dz", "s"),
    ("th", "t"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("q", "s"),
    ("x", "s"),
    ("c", "s"),
    ("z", "s"),
    ("j", "s"),
    ("w", "v"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("v", "f"),
    ("l", "r"),
)


_SURNAMES = """
    ли ван чжан лю чэнь ян чжао хуан чжоу у сюй сунь ху чжу гао линь хэ го ма ло лян сун чжэн се хань тан фэн юй дун
    сяо чэн цао юань дэн фу шэнь цзэн пэн люй су лу цзян цай цзя дин вэй сюэ е янь пань ду дай ся чжун тянь жэнь
    фань фан ши яо тань ляо цзоу сюн цзинь хао кун бай цуй кан мао цю цинь гу хоу шао мэн лун вань дуань цянь инь
    чан цяо лай гун вэнь
"""
_SURNAME = frozenset(_SURNAMES.split())
_CAPITAL_RU = re.compile(r"[А-Я]")
_PERSON_RU = re.compile(r"\b([А-Я][а-я]{0,4}) ([А-Я][а-я]{2,9})\b")
_CASE_RU = re.compile(r"(?:ом|ем|ой|у|а|е|я|ю|ю)$")


def chinese_person(text: str) -> bool:
    """Whether a Russian text names somebody by a Chinese surname and given name ("посол Лю Чжэнфань")."""
    if not _CAPITAL_RU.search(text):
        return False
    for surname, given in _PERSON_RU.findall(text):
        if folded(surname) in _SURNAME:
            bare = _CASE_RU.sub("", folded(given))
            if any(len(palladius(form)) >= 4 for form in (given, bare, bare + "ь", bare + "й")):
                return True
    return False


_NAME = re.compile(r"(?<![A-Za-zА-Яа-яЁё])[A-ZА-ЯЁ][A-Za-zА-Яа-яё]+(?:['’-][A-Za-zА-Яа-яё]+)*")
_RUN = re.compile(f"[{''.join(sorted(SOUNDING))}]{{3,8}}")
_SYLLABLES = re.compile(
    "(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|[aeio]ng|i?ao|ian|uai|u?an|[ae]i|ou|[aeiu]n|i[aeu]|u[aoi]"
    "|ue|er|[aeiouv])){1,4}"
)


def sounds(text: str, known: Iterable[tuple[int, int]] = ()) -> frozenset[str]:
    """Names by sound, to be met in another script: of a Western name its consonants ("KRMT" of Керемет), of a Chinese
    one its pinyin (surname and given name together too), of a Latin one in any text itself. `known`: what the lexicon
    names, from and to; it is left out.
    """
    silent = list(text)
    for start, end in known:
        silent[start:end] = " " * (end - start)
    rest = "".join(silent)
    found: set[str] = set()
    before, gap = frozenset[str](), -1
    for match in _NAME.finditer(rest):
        word = match.group()
        spelt = frozenset(spelling for spelling in _as_pinyin(word))
        if match.start() == gap + 1:
            found |= {first + second for first in before for second in spelt}
        found |= {spelling for spelling in spelt if len(spelling) >= 5}
        before, gap = spelt, match.end()
        if word.isascii():
            found.add(folded(word))
        for part in re.split("['’-]", word):
            found |= keys(part)
    for run in _RUN.findall(rest):
        found |= keys(run)
    return frozenset(found)


def _as_pinyin(word: str) -> frozenset[str]:
    """How a Latin or Russian word spells Chinese syllables, if it does."""
    if not word.isascii():
        return readings(word)
    plain = folded(word).replace("-", "").replace("'", "")
    return frozenset((plain,)) if _SYLLABLES.fullmatch(plain) else frozenset()
