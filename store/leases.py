"""Who does a job now, and whether that holder is still alive.

A lease of a process that died on this machine is free at once. A holder is named "PLACE:PID:NONCE"; two machines, or
two containers on one machine, have different places, so a process id is only ever looked up where it means something.
Elsewhere a lease must run out.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from store.db import insert_ignore
from store.tables import leases


@cache
def _place() -> str:
    """This machine since its last start, and this container on it."""
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        try:
            parts.append(Path(path).read_text(encoding="ascii").strip())
        except OSError:
            continue
    with suppress(OSError):  # no such thing outside Linux
        parts.append(os.readlink("/proc/self/ns/pid"))
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def _nonce(pid: int) -> str:
    return secrets.token_hex(4)


def holder() -> str:
    """The name of this process, the same as long as it lives."""
    pid = os.getpid()
    return f"{_place()}:{pid}:{_nonce(pid)}"


def gone(name: str) -> bool:
    """True where the holder is known to be dead; False where it lives or nobody here can know."""
    place, _, rest = name.partition(":")
    pid, _, nonce = rest.partition(":")
    if place != _place() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return nonce != _nonce(os.getpid())
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _defunct(int(pid))


def _defunct(pid: int) -> bool:
    """A killed process that its parent has not yet collected answers signal 0 but does no more work."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] in (["Z"], ["X"])


def take(tx: Connection, name: str, who: str, now: datetime, seconds: float) -> bool:
    """Take or renew the lease of job `name` for `seconds`. False while somebody else holds it."""
    until = now + timedelta(seconds=seconds)
    made = tx.execute(insert_ignore(tx, leases).values(name=name, holder=who, until=until).returning(leases.c.name))
    if made.first() is not None:
        return True
    held = tx.execute(select(leases.c.holder, leases.c.until).where(leases.c.name == name)).one_or_none()
    if held is None:
        return False  # given back this very moment: the next tick takes it
    if held.holder != who and held.until > now and not gone(held.holder):
        return False
    # On PostgreSQL somebody may have been quicker since we looked; then the row no longer reads as we saw it.
    taken = tx.execute(
        update(leases)
        .where(leases.c.name == name, leases.c.holder == held.holder, leases.c.until == held.until)
        .values(holder=who, until=until)
    )
    return taken.rowcount == 1


def give_back(tx: Connection, name: str, who: str) -> None:
    """End the lease of job `name`, where it is still ours."""
    tx.execute(delete(leases).where(leases.c.name == name, leases.c.holder == who))


def held(conn: Connection, now: datetime) -> dict[str, str]:
    """Job name -> holder, for every lease in force."""
    rows = conn.execute(select(leases).where(leases.c.until > now))
    return {row.name: row.holder for row in rows if not gone(row.holder)}
