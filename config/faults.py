"""What is wrong in a config, told to the person who wrote it: the place, the reason, the nearest right spelling."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

PLAIN = {  # pydantic's words are of Python; these are of TOML
    "tuple_type": 'should be a list in square brackets',
    "dict_type": "should be a table: { key = \"...\" }",
    "model_type": "should be a table: { key = \"...\" }",
    "string_type": 'should be text in quotes: "..."',
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
}
SHAPES = {  # what a pattern means, by the key it stands on
    "id": "lower-case letters, digits and hyphens, at most 64",
    "name": "the NAME of [edition.NAME] is lower-case letters, digits and hyphens, at most 32",
    "time": 'a time of day like "07:00"',
    "language": 'a language code like "en"',
    "spider": "lower-case letters, digits and hyphens",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the config, with its place and what to do."""

    file: str
    entry: str
    key: str
    message: str
    suggestion: str = ""
    line: int = 0  # where the entry begins, 0 where that is not known

    def __str__(self) -> str:
        file = f"{self.file}, line {self.line}" if self.line else self.file
        place = ": ".join(part for part in (file, self.entry, self.key) if part)
        hint = f" (did you mean {self.suggestion!r}?)" if self.suggestion else ""
        return f"{place}: {self.message}{hint}"


class ConfigError(Exception):
    """Raised when a config folder cannot be used, from load; `faults` holds every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def line_of(text: str, table: str, number: int) -> int:
    """In which line the `number`-th [[table]] of a TOML file begins; 0 where it is written otherwise."""
    begins = [found.start() for found in re.finditer(rf"^[ \t]*\[\[[ \t]*{table}[ \t]*\]\]", text, re.MULTILINE)]
    return text.count("\n", 0, begins[number - 1]) + 1 if number <= len(begins) else 0


def near(word: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `Slot`, `Slot | None`, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (types.UnionType,):
        return next((found for arg in get_args(annotation) if (found := _inner(arg))), None)
    return None


def of_validation(model: type[BaseModel], error: Any, file: str, entry: str) -> Fault:
    """One of pydantic's errors about `model`, read from `entry` of `file`, as a fault."""
    where = [str(part) for part in error["loc"]]
    holder: type[BaseModel] | None = model
    for part in where[:-1]:
        field = next((f for n, f in holder.model_fields.items() if part in (n, f.alias)), None) if holder else None
        holder = _inner(field.annotation) if field else None
    key = ".".join(where)
    if error["type"] == "extra_forbidden":
        return Fault(file, entry, key, "no such key", near(where[-1], _keys(holder)) if holder else "")
    if error["type"] == "missing":
        return Fault(file, entry, key, "this key is needed")
    suggestion = ""
    if error["type"] == "literal_error":
        allowed = [word.strip(" '") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        suggestion = near(str(error["input"]), allowed)
    message = PLAIN.get(error["type"], error["msg"].removeprefix("Value error, "))
    if error["type"] == "string_pattern_mismatch" and where:
        message = SHAPES.get(where[-1], message)
    if error["type"] != "value_error":
        message += f", not {error['input']!r}"
    return Fault(file, entry, key, message, suggestion)
