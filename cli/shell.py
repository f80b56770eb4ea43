"""What all commands share: the config option, the guard, tables, times, and the root of the tree.

Exit codes: 0 done, 1 failed, 2 wrong use or config, 3 done but incomplete.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Engine

from config import VERSION, Config, ConfigError, Fault, load
from digest.post.tokens import SecretError
from store import db
from store.db import StoreError

F = TypeVar("F", bound=Callable[..., Any])
PROSE = ("why", "error", "title", "headline", "url", "how", "subject", "reply", "value", "mails")  # may be folded
WIDE = 220  # columns where no terminal says how many: a table in a log is not folded


def _console(*, stderr: bool = False) -> Console:
    found = Console(highlight=False, soft_wrap=True, stderr=stderr)
    return found if found.is_terminal else Console(highlight=False, soft_wrap=True, stderr=stderr, width=WIDE)


out = _console()
err = _console(stderr=True)


class Failed(click.ClickException):
    """Raised when a command cannot do its work; the message says what happened, where and what to do."""


class WrongUse(Failed):
    """Raised when the call or the config is at fault."""

    exit_code = 2


def _remember_folder(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.find_root().meta["folder"] = value


def configured(function: F) -> F:
    """Give a command the option --config; it is accepted before the command's name too."""
    option = click.option(
        "--config",
        type=click.Path(path_type=Path),
        expose_value=False,
        is_eager=True,
        callback=_remember_folder,
        help="The config folder (default ./config, or TRIPOINT_CONFIG).",
    )
    return option(function)


def as_json(function: F) -> F:
    return click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")(function)


def folder() -> Path:
    ctx = click.get_current_context().find_root()
    return Path(ctx.meta.get("folder") or "config")


def loaded() -> Config:
    """This call's config. Raises ConfigError, also for a spider that is none, which `config` alone cannot know."""
    config = load(folder())
    named = [source for source in config.sources if source.spider]
    if named:
        from crawler.spiders.loader import outlet_spiders

        known = sorted(outlet_spiders())
        there = f"there is {', '.join(known)}" if known else "there is none; leave the key out"
        faults = [
            Fault("sources", f"source {source.id!r}", "spider", f"no outlet spider {source.spider!r}: {there}")
            for source in named
            if source.spider not in known
        ]
        if faults:
            raise ConfigError(faults)
    return config


def configuration() -> Config:
    try:
        return loaded()
    except ConfigError as exc:
        for fault in exc.faults:
            err.print(str(fault), markup=False)
        raise WrongUse(
            f"{len(exc.faults)} fault{'s' * (len(exc.faults) != 1)} in the config; nothing was done"
        ) from exc


def store(config: Config, *, create: bool = False) -> Engine:
    """The store; `create` for the jobs that may begin one, which then say where it lies."""
    with beginning(config):
        return db.open_store(config.database_url, create=create)


@contextmanager
def beginning(config: Config) -> Iterator[None]:
    """Says where the store lies if what is done meanwhile makes one."""
    path = db.sqlite_path(config.database_url)
    absent = path is not None and not path.exists()
    yield
    if absent and path is not None and path.exists():
        err.print(f"created the database {path}", markup=False)


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(item) for item in value]
    return value


def listing(rows: Sequence[Mapping[str, Any]], json_: bool, empty: str, title: str = "") -> None:
    """Print rows as a table, or as JSON."""
    if json_:
        click.echo(json.dumps(plain(rows), ensure_ascii=False, indent=2))
    elif not rows:
        out.print(empty, markup=False)
    else:
        table = Table(title=title or None, box=None, header_style="bold", pad_edge=False)
        for key in rows[0]:
            number = isinstance(rows[0][key], int) and not isinstance(rows[0][key], bool)
            table.add_column(
                key.replace("_", " "),
                overflow="fold",
                no_wrap=key not in PROSE,
                min_width=24 if key in PROSE else None,
                justify="right" if number else "left",
            )
        for row in rows:
            table.add_row(*(cell(value) for value in row.values()))
        out.print(table)


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, (tuple, list)):
        return escape(", ".join(map(str, value)))
    return "" if value is None else escape(str(value))


def moment(value: str | None, now: datetime, option: str) -> datetime | None:
    """`2d`, `36h`, or an ISO date or time (UTC where it names no zone), as an instant. Raises WrongUse."""
    if value is None:
        return None
    text = value.strip()
    if text[:-1].isdigit() and text[-1:] in ("d", "h"):
        try:
            return now - (timedelta(days=int(text[:-1])) if text[-1] == "d" else timedelta(hours=int(text[:-1])))
        except OverflowError:
            raise WrongUse(f"{option} {value}: further back than the calendar goes") from None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{option} {value}: write 2d, 36h, 2026-11-24 or 2026-11-24T06:00") from None
    if not 1900 <= parsed.year < 2200:  # the days before and after it must be dates too
        raise WrongUse(f"{option} {value}: write a year from 1900 to 2199")
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def leave(code: int) -> NoReturn:
    sys.exit(code)


def guarded(function: F) -> F:
    """Turn the rooms' own errors into one plain sentence and an exit code."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (StoreError, SecretError) as exc:
            raise Failed(str(exc)) from exc
        except OSError as exc:
            if exc.filename is None:
                raise  # no file that the caller could have named: a fault of ours
            raise Failed(f"{exc.filename}: {exc.strerror}") from exc
        except KeyboardInterrupt:
            err.print("stopped; what was finished is kept")
            leave(130)

    return run  # type: ignore[return-value]


# The manual's groups of questions, after the jobs; each has a file of its own, which registers it when it is imported.
GROUPS = ("sources", "subscribers", "stories", "issues", "outbox", "bounces", "doctor", "status", "db")


class Commands(click.Group):
    """Lists commands in the order of the manual, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.commands, key=lambda name: GROUPS.index(name) + 1 if name in GROUPS else 0)


def command(group: click.Group, name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a command with the shared option and guard."""

    def add(function: Callable[..., Any]) -> click.Command:
        return group.command(name)(configured(guarded(function)))

    return add


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="tripoint")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="TRIPOINT_CONFIG",
    expose_value=False,
    is_eager=True,
    callback=_remember_folder,
    help="The config folder (default ./config, or TRIPOINT_CONFIG).",
)
def main() -> None:
    """Tripoint: one day of China-Russia-US news, as Washington, Moscow and Beijing told it.

    \b
    New here?          tripoint demo
    The real thing:    tripoint init, then tripoint sources list, tripoint digest
    """


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal, a plain line every tenth of the way elsewhere. Gives a callback (done, total, what)."""
    if not err.is_terminal:
        shown = -1

        def log(done: int, total: int, what: str) -> None:
            nonlocal shown
            tenth = 10 * done // total if total else 0
            if tenth > shown:
                shown = tenth
                err.print(f"{done} of {total} read" + (f": {what}" if what else ""), markup=False)

        yield log
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True
    ) as bar:
        task = bar.add_task("crawling", total=None)

        def tick(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total or None, description=what[:40])

        yield tick


def store_if_any(config: Config) -> Engine | None:
    path = db.sqlite_path(config.database_url)
    return None if path is not None and not path.exists() else store(config)
