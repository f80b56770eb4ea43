"""The Palladius table: Chinese syllables as Russian writes them, and how pinyin does."""

from __future__ import annotations

from functools import cache, lru_cache

from topics.script import folded

# Syllables that do not follow from initial and final below, in pairs: Russian, pinyin.
_WHOLE = """
    цзюнь jun  цзюань juan  цзянь jian  цзинь jin  цзян jiang  цзин jing  чжуан zhuang  чжуань zhuan
    чжан zhang  чжань zhan  чжэн zheng  чжэнь zhen  чжун zhong  чжоу zhou  чжао zhao  чжи zhi  чжу zhu
    чжо zhuo  чжа zha  чжэ zhe  цзяо jiao  цзе jie  цзя jia  цзи ji  цзюй ju  цзю jiu  цзы zi  цзэн zeng
    цзэ ze  цзо zuo  цзу zu  цзун zong  цза za  цзао zao  цзоу zou  сянь xian  сян xiang  сяо xiao  синь xin
    син xing  сюань xuan  сюнь xun  сюн xiong  сюй xu  сю xiu  сюэ xue  сы si  ся xia  се xie  си xi
    цянь qian  цян qiang  цяо qiao  цинь qin  цин qing  цюань quan  цюнь qun  цюй qu  цю qiu  ця qia  це qie
    ци qi  цы ci  жэнь ren  жун rong  жуй rui  жу ru  жи ri  жань ran  хэй hei  хуань huan  хуан huang
    хуа hua  хуай huai  хун hong  хой hui  хуэй hui  ху hu  хэ he  хань han  хан hang  хай hai  хоу hou
    юань yuan  юнь yun  юн yong  юй yu  ю you  юэ yue  янь yan  ян yang  яо yao  я ya  е ye  инь yin  ин ying
    и yi  вэнь wen  вэн weng  вань wan  ван wang  вэй wei  вай wai  ва wa  во wo  у wu  а a  о e  ай ai  ао ao
    ань an  ан ang  эр er
"""
_INITIALS = "б b п p м m ф f д d т t н n л l г g к k ш sh ч ch с s ц c"
_FINALS = """
    а a о o э e ай ai эй ei ао ao оу ou ань an энь en ан ang эн eng ун ong и i я ia яо iao е ie ю iu янь ian инь in
    ян iang ин ing у u уа ua уай uai уй ui уань uan унь un уан uang юй u юэ ue
"""
_CASES = ("ом", "ем", "у", "ю", "а", "я", "е")  # "Цзиньпину", "Чжэнфаня"


@lru_cache(maxsize=4096)
def palladius(word: str) -> str:
    """A Russian spelling of a Chinese name as pinyin ("Цзямусы" is jiamusi); "" where the word is no such
    spelling.
    """
    rest, out = folded(word).replace("-", ""), ""
    table = _syllables()
    while rest:
        for length in range(min(6, len(rest)), 0, -1):
            latin = table.get(rest[:length])
            if latin is not None:
                out, rest = out + latin, rest[length:]
                break
        else:
            return ""
    return out


@lru_cache(maxsize=4096)
def readings(word: str) -> frozenset[str]:
    """Every pinyin that a Russian word may spell, in the nominative and with a case ending taken off."""
    found = {palladius(word)}
    low = folded(word)
    for ending in _CASES:
        stem = low.removesuffix(ending)
        if stem != low and len(stem) > 1:
            found |= {palladius(stem), palladius(stem + "ь"), palladius(stem + "й")}
    return frozenset(found - {""})


@cache
def _syllables() -> dict[str, str]:
    table = _pairs(_WHOLE)
    for cyrillic, latin in _pairs(_INITIALS).items():
        for final, sound in _pairs(_FINALS).items():
            table.setdefault(cyrillic + final, latin + sound)
    return table


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))
