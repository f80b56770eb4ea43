"""Foreign names by sound: one key for Peterson, Петерсон and 彼得森, where the lexicon is silent.

Chinese spells a foreign name by a table that the Xinhua agency keeps (Names of the World's Peoples, 1993): one
character a syllable, whose beginning says the consonant. Russian spells it by practical transcription. What survives
both ways is the row of consonants, in classes that no table keeps apart: b and p, d and t, g and k, f and v and w, all
hissing ones, l and r; an l or r that no vowel follows is written or not as the table's user pleases, and is left out.
Some letters and characters have two readings (g in Gerald, 杰 in 杰克 and 梅德韦杰夫): then a name has several keys.
"""

from __future__ import annotations

import itertools
import re
from functools import cache, lru_cache

from topics.script import folded, is_han, simplified

ENOUGH = 3  # consonants below which a key says too little: half the names of two sounds fit another name
READINGS = 4  # of one name, at most
# Characters whose pinyin is not the consonant that they stand for, or that stand for several; "" is a vowel.
_UNLIKE = {
    "加": "K", "迦": "K", "基": "K", "金": "Kn Sn Tn", "杰": "S T K", "捷": "T S", "季": "T S", "佳": "T", "久": "T",
    "吉": "K S T", "希": "H S", "欣": "Hn Sn", "休": "H", "兴": "Hn", "尔": "", "儿": "", "俄": "", "厄": "", "乌": "",
    "伍": "F", "怀": "F", "惠": "F H", "华": "F H", "耶": "", "约": " S", "恩": "n", "因": "n", "英": "n", "安": "n",
    "昂": "n", "翁": "n", "扬": "n", "延": "n", "永": "n", "雅": "", "亚": "", "伊": "", "尤": "", "叶": "", "丘": "S",
    "琼": "Sn", "茹": "S", "什": "S", "若": "S", "日": "S", "热": "S", "让": "Sn", "京": "Kn", "凯": "K", "奎": "K",
}  # fmt: skip
_CLASS = {
    "b": "P", "p": "P", "d": "T", "t": "T", "g": "K", "k": "K", "f": "F", "w": "F", "h": "H", "l": "R", "m": "M",
    "n": "N", "s": "S", "z": "S", "c": "S", "r": "S", "j": "S", "q": "S", "x": "S",
}  # fmt: skip
# Characters that Chinese uses to spell foreign names by sound; a run of them is such a name.
SOUNDING = frozenset(
    "阿埃艾安昂奥巴班邦保鲍贝本比彼毕宾波博伯布查柴昌茨察达戴丹当道邓德登迪蒂丁东杜敦顿多厄俄恩尔法范方菲费芬弗夫福盖冈甘高戈哥格葛根古圭哈海汉赫亨"
    "胡华霍惠怀基吉季加佳贾杰捷简金久卡凯坎康考柯科克肯孔库昆奎拉莱赖兰朗劳勒雷里利莉列林隆龙卢鲁伦罗洛马玛迈曼芒毛梅门蒙米密缪明莫默姆穆纳娜奈南内嫩"
    "尼妮涅宁纽努诺欧帕派潘庞佩彭皮平珀普契奇恰切钦琴乔琼丘让热日茹若瑞萨塞桑森瑟沙莎尚绍舍什史舒斯苏索塔泰坦汤唐陶滕特提铁廷通图托瓦万威韦维魏温文翁沃"
    "乌伍西希谢辛欣兴休亚雅延扬叶耶伊因英永尤约泽曾扎詹珍治朱兹卓佐济"
)
_SOUNDS = """
    shch:S tsch:S sch:S tch:S dzh:S dge:S zh:S sh:S chr:KR ch:S cz:S sz:S ts:S tz:S dz:S kh:H ph:F gh: th:T,S wh:F ck:K
    cq:K qu:K ks:KS mb:NP mp:NP nga:NK nge:NK,NS ngi:NK,NS ngo:NK ngu:NK ng:N ce:S ci:S cy:S ge:K,S gi:K,S x:KS b:P p:P
    d:T t:T g:K k:K c:K q:K f:F v:F s:S z:S j:S m:M n:N
"""
_SPELT = {
    letters: tuple(classes.split(",")) for letters, classes in (pair.split(":") for pair in _SOUNDS.split())
}  # letters of Latin and (romanised) Russian words; two readings stand apart by a comma
_SPOKEN = {"l": "R", "r": "R", "w": "F", "h": "H"}  # where a vowel follows; else left out
_LETTERS = re.compile("|".join(sorted((*_SPELT, *_SPOKEN), key=len, reverse=True)))
_VOWELS = frozenset("aeiouy")
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "k", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "u", "я": "a", "і": "i",
    "ї": "i", "є": "e", "ґ": "k", "ў": "u",
}  # fmt: skip
# Case endings with a consonant of their own; those of vowels leave no trace in a key.
_CASE = re.compile("(?:ами|ями|ого|его|ому|ему|ыми|ими|ом|ем|ым|им|ам|ям|ах|ях|ых|их)$")


@lru_cache(maxsize=8192)
def keys(name: str) -> frozenset[str]:
    """The keys of a name: one word, or a run of Chinese characters; empty where it has too few consonants to be told by
    them. Two names sound alike where they share one.
    """
    if any(is_han(char) for char in name):
        rows = _of_han(simplified(name))
    else:
        low = folded(name)
        stem = _CASE.sub("", low)
        rows = _of_letters(low) + (_of_letters(stem) if stem != low and len(stem) > 3 else [])
    return frozenset(key for row in rows if len(key := _plain(row)) >= ENOUGH)


def _plain(row: str) -> str:
    """Doubled consonants as one; of n before m nothing is heard (汉密 is Hami)."""
    return re.sub(r"(.)\1+", r"\1", row.replace("n", "N").replace("NM", "M"))


def _of_han(name: str) -> list[str]:
    found = [_syllable(char) for char in name if is_han(char)]
    return ["".join(row) for row in itertools.islice(itertools.product(*found), READINGS)]


@cache
def _syllable(char: str) -> tuple[str, ...]:
    """What a character may stand for: a class of consonants, and n where its syllable ends so."""
    if char in _UNLIKE:
        return tuple(_UNLIKE[char].split(" "))
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a quarter of a second, and a crawl may need none

    spelt = lazy_pinyin(char, style=Style.NORMAL)[0]
    return (_CLASS.get(spelt[0], "") + ("n" if spelt.endswith(("n", "ng")) and len(spelt) > 1 else ""),)


def _of_letters(word: str) -> list[str]:
    rest = "".join(_CYRILLIC.get(char, char) for char in word)
    rest = re.sub(r"^u(?=[aeio])", "f", rest) if rest != word else rest  # Уилсон, Уайт
    found: list[tuple[str, ...]] = []
    for match in _LETTERS.finditer(rest):
        letters, after = match.group(), rest[match.end() : match.end() + 1]
        if letters in _SPOKEN:
            if after and after in _VOWELS:
                found.append((_SPOKEN[letters],))
        elif letters == "x" and match.start() == 0:
            found.append(("S",))
        else:
            found.append(_SPELT[letters])
    return ["".join(row) for row in itertools.islice(itertools.product(*found), READINGS)]
