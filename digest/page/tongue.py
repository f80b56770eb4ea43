"""The languages of the page: its words from gettext catalogues, its dates, plurals and lists from CLDR (Babel).

English is the source. The other catalogues are kept as text (languages/*.po) and compiled in memory when first needed,
a few milliseconds each: nothing generated is kept, so that nothing can be stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO, StringIO
from typing import Literal, NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "ru", "zh")

Form = Literal["full", "dated", "day", "short", "weekday", "subject"]


class Manner(NamedTuple):
    """How a language writes: its tag and locale, its dates (CLDR patterns, as its newspapers write them), its marks."""

    lang: str
    locale: str
    full: str
    dated: str
    day: str
    short: str
    weekday: str
    subject: str
    brackets: str
    comma: str  # between the parts of an enumeration
    pause: str  # between the parts of a line
    gap: str  # after a bracket


MANNERS = {
    "en": Manner(
        "en", "en_GB", "EEEE d MMMM y", "d MMMM y", "d MMMM", "d MMM", "EEE", "d MMM",
        " ({})", ", ", ", ", " ",
    ),
    "ru": Manner(
        "ru", "ru", "EEEE, d MMMM y 'года'", "d MMMM y 'года'", "d MMMM", "d MMM", "EEE", "d MMMM",
        " ({})", ", ", ", ", " ",
    ),
    "zh": Manner(
        "zh-Hans", "zh_Hans", "y年M月d日 EEEE", "y年M月d日", "M月d日", "M月d日", "EEE", "M月d日",
        "（{}）", "、", "，", "",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """One language of the page. `lang` is its tag in markup."""

    language: str
    manner: Manner
    catalogue: NullTranslations
    locale: Locale

    @property
    def lang(self) -> str:
        return self.manner.lang

    @property
    def comma(self) -> str:
        return self.manner.comma

    @property
    def pause(self) -> str:
        return self.manner.pause

    def say(self, text: str, **values: object) -> str:
        """`text` in this language, with `values` in its {places}. The text must be a literal: it is looked for."""
        found = self.catalogue.gettext(text)
        return found.format(**values) if values else found

    def many(self, one: str, many: str, n: int, **values: object) -> str:
        """The form for `n` of two literals (Russian has three), with {n} and `values` filled in."""
        return self.catalogue.ngettext(one, many, n).format(n=n, **values)

    def date(self, value: date, form: Form = "full") -> str:
        return _dated(self.manner.locale, getattr(self.manner, form), value)

    def brackets(self, text: str) -> str:
        """ " (text)", with the space before it where the language has one."""
        return self.manner.brackets.format(text)

    def listed(self, parts: Sequence[str]) -> str:
        """ "a", "a and b", "a, b and c"."""
        return format_list(parts, locale=self.locale) if parts else ""

    def either(self, parts: Sequence[str]) -> str:
        """ "a", "a or b"; the others enumerate where English says or."""
        return format_list(parts, style="or", locale=self.locale) if self.language == "en" else self.comma.join(parts)


@cache
def _dated(locale: str, pattern: str, value: date) -> str:
    return format_date(value, pattern, locale)


def _catalogue(language: str) -> NullTranslations:
    source = (files("digest.page") / "languages" / f"{language}.po").read_text(encoding="utf-8")
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def speak(language: str) -> Tongue:
    """The tongue of an edition; English for a language that the page does not speak."""
    known = language if language in LANGUAGES else "en"
    manner = MANNERS[known]
    catalogue = NullTranslations() if known == "en" else _catalogue(known)
    return Tongue(known, manner, catalogue, Locale.parse(manner.locale))


ENGLISH = speak("en")
