"""The responses of a WARC file (ISO 28500), to answer a crawl from instead of the network."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

_ON_THE_WIRE = (b"content-encoding", b"transfer-encoding")  # undone by the reader of the record


class WarcError(Exception):
    """Raised when a file is no WARC that can be answered from, from Recording."""


class Recording:
    """The responses of a WARC file by address. An address that was answered several times is answered in that order.

    `cut` is the address whose response the file breaks off in, "" where it is whole; that response is not given.
    `begun` is the instant of its first response.
    """

    def __init__(self, path: Path) -> None:
        self._offsets: dict[str, list[int]] = defaultdict(list)
        self._file: BinaryIO = path.open("rb")
        last = "", 0
        self.begun: datetime | None = None
        try:
            records = ArchiveIterator(self._file)
            for record in records:
                if record.rec_type == "response":
                    self.begun = self.begun or _date(record)
                    last = record.rec_headers.get_header("WARC-Target-URI").strip("<>"), records.get_record_offset()
                    self._offsets[last[0]].append(last[1])
        except ArchiveLoadFailed as exc:
            self._file.close()
            raise WarcError(f"{path} is not a WARC file: {exc}") from exc
        self.cut = last[0] if self._offsets and self._broken(last[1]) else ""
        if self.cut:
            self._offsets[self.cut].remove(last[1])
        if not any(self._offsets.values()):
            self._file.close()
            raise WarcError(f"{path} holds no whole response")

    def _broken(self, offset: int) -> bool:
        """Whether the record there is shorter than it says."""
        self._file.seek(offset)
        record = next(iter(ArchiveIterator(self._file, no_record_parse=True)))
        return len(record.raw_stream.read()) < int(record.rec_headers.get_header("Content-Length") or 0)

    def __contains__(self, url: str) -> bool:
        return url in self._offsets

    def answer(self, url: str, limit: int) -> tuple[int, list[tuple[bytes, bytes]], bytes, datetime] | None:
        """(status, headers, body, date) of the next response of `url`, or None. The body is cut after `limit` + 1."""
        offsets = self._offsets.get(url)
        if not offsets:
            return None
        offset = offsets.pop(0) if len(offsets) > 1 else offsets[0]
        self._file.seek(offset)
        record = next(iter(ArchiveIterator(self._file)))
        at = _date(record)
        body = record.content_stream().read(limit + 1)
        headers = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in record.http_headers.headers
            if name.lower().encode("latin-1", "replace") not in _ON_THE_WIRE
        ]
        return int(record.http_headers.get_statuscode() or 0), headers, body, at

    def close(self) -> None:
        self._file.close()


def _date(record: Any) -> datetime:
    return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date").replace("Z", "+00:00")).astimezone(UTC)
