"""The next issue before it is one."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine

import scheduler
from cli.jobs import mail_one, weave_first
from cli.shell import Failed, WrongUse, command, configuration, main, store
from config import Config


@command(main, "preview")
@click.option("--edition", metavar="NAME", help="Which edition (default: the first).")
@click.option(
    "--out",
    "out_",
    type=click.Path(path_type=Path),
    default=Path("out/preview"),
    show_default=True,
    help="Where to write it.",
)
@click.option("--send", metavar="ADDRESS", help="Mail it to ADDRESS, marked [Preview].")
@click.option("--serve", is_flag=True, help="Show it in a browser on this machine: wide, narrow, light and dark.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="For --serve; 0: any.")
def preview(edition: str | None, out_: Path, send: str | None, serve: bool, port: int) -> None:
    """The next issue as .html, .txt and .eml: no issue is made, nothing enters the outbox.

    \b
    Examples: tripoint preview --out /tmp/preview
              tripoint preview --serve
    """
    from digest.deliver import message_for_one
    from digest.post.message import opened
    from digest.publish import PublishError
    from digest.publish import preview as compose

    config = configuration()
    engine = store(config)
    now = scheduler.now()
    weave_first(config, engine, now, dry_run=True)
    try:
        page = compose(config, engine, now=now, edition=edition)
    except PublishError as exc:
        raise WrongUse(str(exc)) from exc
    out_.mkdir(parents=True, exist_ok=True)
    for suffix, content in opened(message_for_one(config, page, now=now)).items():
        path = out_ / f"preview.{suffix}"
        path.write_bytes(content)
        click.echo(path)
    if send:
        mail_one(config, engine, send, page, "[Preview] ")
    if serve:
        _serve(config, engine, edition, port)


def _serve(config: Config, engine: Engine, edition: str | None, port: int) -> None:
    """On 127.0.0.1 until Ctrl-C. From afar: `ssh -L 8001:127.0.0.1:8001 HOST`."""
    import socket

    import uvicorn

    from digest.web.preview import build_preview

    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as exc:
        raise Failed(f"cannot listen on 127.0.0.1:{port}: {exc.strerror}; name another --port") from exc
    with listening:
        click.echo(f"http://127.0.0.1:{listening.getsockname()[1]}/ shows it, composed anew at each look (Ctrl-C ends)")
        app = build_preview(config, engine, edition, clock=scheduler.now)
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])
