"""Make or renew a config folder: shipped files are copied, the operator's own are only ever created."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.load import shipped

LOCAL = {
    "tripoint.local.toml": """\
# Your own settings: only the keys that differ from tripoint.toml beside this file. No update touches this one.
# `tripoint check` tells whether it is right.

# [mail]
# transport = "smtp"
# from = "Tripoint <paper@your-domain.example>"
# postal_address = "Your Name, 1 Your Street, Your Town"
# leave_address = "leave@your-domain.example"
# host = "smtp.your-domain.example"
# username = "paper"
# password_file = "smtp-password"       # chmod 600; or TRIPOINT_SMTP_PASSWORD in the environment

# [web]
# public_url = "https://paper.your-domain.example"
""",
    "sources.local.toml": """\
# Your own sources, and changes to shipped ones. No update touches this file.

# a feed address and a country are enough:
# [[source]]
# country = "US"
# feeds = ["https://outlet.example/rss.xml"]

# a shipped source, only the keys that differ:
# [[source]]
# id = "tass"
# enabled = false
""",
}


def init_folder(folder: Path) -> Iterator[str]:
    """Copy the shipped files into `folder`, create the local ones where absent; yield a line for each thing done.

    A shipped file that was edited in place is kept beside the new one as NAME.old (.old2 ...), so that nothing is lost.
    """
    source, lexicon = shipped(), folder / "lexicon"
    first = not lexicon.exists()
    lexicon.mkdir(parents=True, exist_ok=True)
    if source.resolve() != folder.resolve():
        for name in ("tripoint.toml", "sources.toml"):
            yield from _renew(source / name, folder / name)
        files = [path for path in sorted((source / "lexicon").glob("*.toml")) if not path.name.endswith(".local.toml")]
        told = [line for path in files for line in _renew(path, lexicon / path.name)]
        yield from [f"wrote {lexicon} ({len(files)} files)"] if first else told
    for name, text in LOCAL.items():
        path = folder / name
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            yield f"wrote {path} (yours to edit)"


def _renew(shipped_file: Path, target: Path) -> Iterator[str]:
    new = shipped_file.read_bytes()
    if not target.exists():
        target.write_bytes(new)
        yield f"wrote {target}"
    elif target.read_bytes() != new:
        number = 1
        while (kept := target.with_name(f"{target.name}.old{number if number > 1 else ''}")).exists():
            number += 1
        target.rename(kept)
        target.write_bytes(new)
        yield f"renewed {target} (the former one is {kept.name})"
