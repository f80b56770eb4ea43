"""Which language is a text in? Scripts first, then py3langid's bundled model. Pure, no network."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Languages the model may choose among for Latin script. The model knows 97; on a headline of six words the rare ones
# win by accident, so only those that the outlets of a world press review print are left.
_LATIN = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "id", "cs", "sv", "da", "no", "fi", "hu", "ro", "vi"]
_LARGE = frozenset({"en", "de", "fr", "es", "it", "pt"})
_HEADLINE = 100  # characters
_SAMPLE = 2000  # characters; more does not change the answer
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff]")), ("he", re.compile("[\u0590-\u05ff]")), ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")), ("th", re.compile("[\u0e00-\u0e7f]")), ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
)  # fmt: skip
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_BELARUSIAN = re.compile("[ўЎ]")
_SERBIAN = re.compile("[ђјљњћџЂЈЉЊЋЏ]")
_RUSSIAN_ONLY = re.compile("[ыэёЫЭЁ]")


def guess(text: str, declared: str = "") -> str:
    """The two-letter code of the text's language, or the declared one, or "" if there is too little to say.

    The script outranks the declaration: pages of Chinese and Russian outlets often declare "en" from a template. Within
    one script the declaration holds.
    """
    said = base(declared)
    sample = text[:_SAMPLE]
    found = _by_script(sample)
    if found in ("", "latin"):
        if said and (found == "" or said in _WRITTEN_IN_LATIN or said not in _SCRIPTED):
            return said
        return "" if found == "" else _latin(sample)
    if (
        found == "ru"
        and said in ("uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn")
        and not _RUSSIAN_ONLY.search(sample)
    ):
        return said
    return found


def base(tag: str) -> str:
    """The primary subtag of a language tag, lower case: "zh-Hans-CN" and "zh_CN" are "zh"; "" for none."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", tag or "")
    code = match[1].lower() if match else ""
    return {"cn": "zh", "chi": "zh", "zho": "zh", "rus": "ru", "eng": "en", "ua": "uk", "jp": "ja", "kr": "ko",
            "und": "", "mul": ""}.get(code, code)  # fmt: skip


_WRITTEN_IN_LATIN = frozenset({*_LATIN, "nb", "nn", "is", "lt", "lv", "et", "sk", "sl", "hr", "sq", "ca", "eu", "gl",
                               "af", "ms", "tl", "sw", "lb", "ga", "cy", "mt", "az", "uz", "gn"})  # fmt: skip
_SCRIPTED = frozenset(
    {"zh", "ja", "ko", "ru", "uk", "be", "bg", "sr", "mk", "ar", "fa", "he", "el", "hi", "th", "ka", "hy"}
)


def _by_script(sample: str) -> str:
    """A language that its script settles, "latin", or "" for no letters."""
    latin = len(_LATIN_LETTER.findall(sample))
    if sample.isascii():
        return "latin" if latin else ""
    kana, hangul, han = (len(script.findall(sample)) for script in (_KANA, _HANGUL, _HAN))
    cyrillic = len(_CYRILLIC.findall(sample))
    # A Han character carries about as much as three or four letters of an alphabet: names and tickers in Latin letters
    # must not outvote a Chinese headline.
    if hangul and 3 * hangul >= latin and hangul >= han:
        return "ko"
    if han and 3.5 * (han + kana) >= latin:
        return "ja" if kana > 0.05 * (han + kana) else "zh"
    if kana and 3 * kana >= latin:
        return "ja"
    if cyrillic and cyrillic >= 0.4 * latin:
        return _cyrillic(sample, cyrillic)
    for code, script in _OTHER_SCRIPTS:
        if len(script.findall(sample)) > latin:
            return code
    return "latin" if latin else ""


def _cyrillic(sample: str, letters: int) -> str:
    """Tell Russian from its neighbours by letters that only one of them has."""
    russian = len(_RUSSIAN_ONLY.findall(sample))
    if len(_SERBIAN.findall(sample)) > russian + 0.01 * letters:
        return "sr"
    if _BELARUSIAN.search(sample) and len(_UKRAINIAN.findall(sample)):
        return "be"
    return "uk" if len(_UKRAINIAN.findall(sample)) > russian else "ru"


def _latin(sample: str) -> str:
    """The model's first choice; on a headline among the large languages only, where small ones win by accident."""
    allowed = _LARGE if len(sample) < _HEADLINE else None
    ranked = _model().rank(sample)
    return next(str(code) for code, _ in ranked if allowed is None or code in allowed)


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loaded only when a text asks for it

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(_LATIN)
    return model
