"""Names across scripts, where the lexicon is silent.

A Chinese name is spelled by pinyin in English (Xi Jinping), by the Palladius table in Russian (Си Цзиньпин) and by
characters in Chinese; a Western name is spelled by sound in Chinese (阿尔汉格尔斯克 is Arkhangelsk). All are brought to
one plain spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache

from topics.script import folded, is_han, simplified


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


_PALLADIUS = (
    ("цзюнь", "jun"),
    ("цзюань", "juan"),
    ("цзянь", "jian"),
    ("цзинь", "jin"),
    ("цзян", "jiang"),
    ("цзин", "jing"),
    ("чжуан", "zhuang"),
    ("чжуань", "zhuan"),
    ("чжан", "zhang"),
    ("чжань", "zhan"),
    ("чжэн", "zheng"),
    ("чжэнь", "zhen"),
    ("чжун", "zhong"),
    ("чжоу", "zhou"),
    ("чжао", "zhao"),
    ("чжи", "zhi"),
    ("чжу", "zhu"),
    ("чжо", "zhuo"),
    ("чжа", "zha"),
    ("чжэ", "zhe"),
    ("цзяо", "jiao"),
    ("цзе", "jie"),
    ("цзя", "jia"),
    ("цзи", "ji"),
    ("цзюй", "ju"),
    ("цзю", "jiu"),
    ("цзы", "zi"),
    ("цзэн", "zeng"),
    ("цзэ", "ze"),
    ("цзо", "zuo"),
    ("цзу", "zu"),
    ("цзун", "zong"),
    ("цза", "za"),
    ("цзао", "zao"),
    ("цзоу", "zou"),
    ("сянь", "xian"),
    ("сян", "xiang"),
    ("сяо", "xiao"),
    ("синь", "xin"),
    ("син", "xing"),
    ("сюань", "xuan"),
    ("сюнь", "xun"),
    ("сюн", "xiong"),
    ("сюй", "xu"),
    ("сю", "xiu"),
    ("сюэ", "xue"),
    ("сы", "si"),
    ("ся", "xia"),
    ("се", "xie"),
    ("си", "xi"),
    ("цянь", "qian"),
    ("цян", "qiang"),
    ("цяо", "qiao"),
    ("цинь", "qin"),
    ("цин", "qing"),
    ("цюань", "quan"),
    ("цюнь", "qun"),
    ("цюй", "qu"),
    ("цю", "qiu"),
    ("ця", "qia"),
    ("це", "qie"),
    ("ци", "qi"),
    ("цы", "ci"),
    ("жэнь", "ren"),
    ("жун", "rong"),
    ("жуй", "rui"),
    ("жу", "ru"),
    ("жи", "ri"),
    ("жань", "ran"),
    ("хэй", "hei"),
    ("хуань", "huan"),
    ("хуан", "huang"),
    ("хуа", "hua"),
    ("хуай", "huai"),
    ("хун", "hong"),
    ("хой", "hui"),
    ("хуэй", "hui"),
    ("ху", "hu"),
    ("хэ", "he"),
    ("хань", "han"),
    ("хан", "hang"),
    ("хай", "hai"),
    ("хоу", "hou"),
    ("юань", "yuan"),
    ("юнь", "yun"),
    ("юн", "yong"),
    ("юй", "yu"),
    ("ю", "you"),
    ("юэ", "yue"),
    ("янь", "yan"),
    ("ян", "yang"),
    ("яо", "yao"),
    ("я", "ya"),
    ("е", "ye"),
    ("инь", "yin"),
    ("ин", "ying"),
    ("и", "yi"),
    ("вэнь", "wen"),
    ("вэн", "weng"),
    ("вань", "wan"),
    ("ван", "wang"),
    ("вэй", "wei"),
    ("вай", "wai"),
    ("ва", "wa"),
    ("во", "wo"),
    ("у", "wu"),
)


@lru_cache(maxsize=4096)
def palladius(word: str) -> str:
    """A Russian spelling of a Chinese name as pinyin ("Цзямусы" is jiamusi); "" where the word is no such
    spelling.
    """
    rest, out = folded(word).replace("-", ""), ""
    while rest:
        for syllable, latin in _syllables():
            if rest.startswith(syllable):
                out, rest = out + latin, rest[len(syllable) :]
                break
        else:
            return ""
    return out


@lru_cache(maxsize=1)
def _syllables() -> tuple[tuple[str, str], ...]:
    table = dict(_PALLADIUS)
    finals = {
        "а": "a",
        "о": "o",
        "э": "e",
        "ай": "ai",
        "эй": "ei",
        "ао": "ao",
        "оу": "ou",
        "ань": "an",
        "энь": "en",
        "ан": "ang",
        "эн": "eng",
        "ун": "ong",
        "и": "i",
        "я": "ia",
        "яо": "iao",
        "е": "ie",
        "ю": "iu",
        "янь": "ian",
        "инь": "in",
        "ян": "iang",
        "ин": "ing",
        "у": "u",
        "уа": "ua",
        "о_": "uo",
        "уай": "uai",
        "уй": "ui",
        "уань": "uan",
        "унь": "un",
        "уан": "uang",
        "юй": "u",
        "юэ": "ue",
    }
    initials = {
        "б": "b",
        "п": "p",
        "м": "m",
        "ф": "f",
        "д": "d",
        "т": "t",
        "н": "n",
        "л": "l",
        "г": "g",
        "к": "k",
        "ш": "sh",
        "ч": "ch",
        "с": "s",
        "ц": "c",
    }
    for cyrillic, latin in initials.items():
        for final, sound in finals.items():
            if "_" not in final:
                table.setdefault(cyrillic + final, latin + sound)
    for plain in ("а", "о", "ай", "ао", "ань", "ан", "эр"):
        table.setdefault(
            plain, {"а": "a", "о": "e", "ай": "ai", "ао": "ao", "ань": "an", "ан": "ang", "эр": "er"}[plain]
        )
    return tuple(sorted(table.items(), key=lambda pair: -len(pair[0])))


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
