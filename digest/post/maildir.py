"""Mails into a Maildir: written whole in tmp/, then renamed into new/, under a name that a repetition finds again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from digest.post.transport import Envelope, NotBegun, Unreachable


class Maildir:
    """A transport that keeps mails in a folder; any mail program can open it."""

    idempotent = True  # a second delivery of one id finds the first and makes no second copy

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready = False

    def send(self, envelope: Envelope, message: bytes, begin: Callable[[], bool]) -> str:
        """Keep `message`; returns where. Raises NotBegun where `begin` says no, Unreachable where the disk does."""
        name = f"{envelope.id}.tripoint"
        try:
            self._prepare()
            found = self._find(name)
            if not begin():
                raise NotBegun
            if found:
                return f"was there already: {found}"
            self._write(name, message)
        except OSError as exc:
            raise Unreachable(f"{self.folder}: {exc.strerror or exc}") from exc
        return f"new/{name}"

    def close(self) -> None:
        """Nothing is held open."""

    def _prepare(self) -> None:
        if not self._ready:
            for part in ("tmp", "new", "cur"):
                (self.folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
            self._ready = True

    def _find(self, name: str) -> str:
        """The mail of this name, read by someone already or not, or ""."""
        if (self.folder / "new" / name).exists():
            return f"new/{name}"
        # A mail program moves what it has seen to cur/ and adds its flags after a colon
        moved = next((self.folder / "cur").glob(f"{name}*"), None)
        return f"cur/{moved.name}" if moved else ""

    def _write(self, name: str, message: bytes) -> None:
        draft = self.folder / "tmp" / name
        # Mails are kept in the newline of this machine, as mail programs expect of files
        with open(draft, "wb") as out:
            out.write(message.replace(b"\r\n", b"\n"))
            out.flush()
            os.fsync(out.fileno())
        draft.rename(self.folder / "new" / name)
        new = os.open(self.folder / "new", os.O_RDONLY)
        try:
            os.fsync(new)  # the rename itself must survive a power cut, for a commit follows that says "sent"
        finally:
            os.close(new)
