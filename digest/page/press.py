"""The templates and the stylesheets: the built-in ones, or an operator's over them (see overrides.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from digest.page import palette, twin

_ENDLESS = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]{25,}")


def trusted(text: str) -> Markup:
    """What our own templates made, where everything from outside is escaped already."""
    return Markup(text)  # noqa: S704


def soft(text: str) -> str:
    """`text` with invisible break points in words that no column could hold (a phone's holds about 24 letters)."""
    return _ENDLESS.sub(lambda match: "\u200b".join(re.findall(".{1,12}", match[0])), text)


def tight(text: str) -> str:
    """`text` with what stands in brackets on one line."""
    return re.sub(r"\([^)]{,40}\)", lambda match: match[0].replace(" ", "\u00a0"), text)


def fill(form: str, **values: object) -> Markup:
    """A form of words with markup in its {places}; whatever is no markup is escaped."""
    return Markup(escape(form)).format(**values)  # noqa: S704


def fill_plain(form: str, **values: object) -> str:
    return form.format(**values)


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates of somebody else's run: no attribute of Python's own, and no sum that eats the machine."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(value, int | float) for value in (left, right)):
            raise SecurityError(f"no {operator} here but of two numbers by *")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True, slots=True, eq=False)
class Press:
    """The two sets of templates, for HTML and for text and styles. `loader` is asked before the built-in templates."""

    html: Environment
    plain: Environment
    _macros: dict[bool, Any] = field(default_factory=dict)
    _styles: dict[tuple[str, str], str] = field(default_factory=dict)

    @staticmethod
    def of(loader: BaseLoader, sandboxed: bool) -> Press:
        kind = Sandbox if sandboxed else Environment
        # Autoescape whatever a file is called (select_autoescape says no to .j2).
        html = kind(loader=loader, autoescape=True, undefined=StrictUndefined)
        html.filters.update(soft=soft, tight=tight, fill=fill)
        # Text and stylesheets only: nothing rendered here is ever taken for markup.
        plain = kind(loader=loader, autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        plain.filters.update(wrap=twin.wrap, hang=twin.hang, fill=fill_plain)
        return Press(html, plain)

    def macro(self, name: str, web: bool) -> Callable[..., Markup]:
        """One of the forms of a story, in item.html.j2."""
        if web not in self._macros:
            self._macros[web] = self.html.get_template("item.html.j2").make_module({"web": web})
        macro: Callable[..., Markup] = getattr(self._macros[web], name)
        return macro

    def stylesheet(self, name: str, language: str = "en") -> str:
        """`page`, `phone` or `dark` with the palette and the language's type filled in."""
        if (name, language) not in self._styles:
            chinese = language == "zh"
            self._styles[name, language] = self.plain.get_template(f"{name}.css.j2").render(
                c=palette.LIGHT,
                d=palette.DARK,
                sans=palette.SANS_ZH if chinese else palette.SANS,
                serif=palette.SANS_ZH if chinese else palette.SERIF,
                zh=palette.ZH,
                italic="" if chinese else "italic ",  # a slanted Chinese character is a broken one
            )
        return self._styles[name, language]


@cache
def built_in() -> Press:
    """The templates that Tripoint ships."""
    return Press.of(PackageLoader("digest.page"), sandboxed=False)
