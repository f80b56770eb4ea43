"""Keep every response of a crawl in a WARC file (ISO 28500), or answer a crawl from one instead of the network."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.verdict import Refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_ON_THE_WIRE = (b"content-encoding", b"transfer-encoding")  # undone by the reader of the record


class WarcError(Exception):
    """Raised when a file is no WARC that can be answered from, from Recording."""


class Recording:
    """The responses of a WARC file by address. An address that was answered several times is answered in that order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[str, list[int]] = defaultdict(list)
        self._file: BinaryIO = path.open("rb")
        try:
            records = ArchiveIterator(self._file)
            for record in records:
                if record.rec_type == "response":
                    self._offsets[record.rec_headers.get_header("WARC-Target-URI").strip("<>")].append(
                        records.get_record_offset()
                    )
        except ArchiveLoadFailed as exc:
            raise WarcError(f"{path} is not a WARC file: {exc}") from exc
        if not self._offsets:
            raise WarcError(f"{path} holds no responses")

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
        at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date").replace("Z", "+00:00")).astimezone(UTC)
        body = record.content_stream().read(limit + 1)
        headers = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in record.http_headers.headers
            if name.lower().encode("latin-1", "replace") not in _ON_THE_WIRE
        ]
        return int(record.http_headers.get_statuscode() or 0), headers, body, at

    def close(self) -> None:
        self._file.close()


class Tape:
    """Downloader middleware, next to the network: `--record` writes down, `--replay` answers instead."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._recording: Recording | None = None
        self._writer: WARCWriter | None = None
        self._out: BinaryIO | None = None
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tape:
        return cls(crawler)

    @property
    def _options(self) -> Any:
        job = getattr(self.crawler.spider, "job", None)
        return job.options if job is not None else None

    def process_request(self, request: Request) -> Response | None:
        options = self._options
        if options is None or options.replay is None:
            return None
        if self._recording is None:
            self._recording = Recording(options.replay)
        limit = request.meta.get("download_maxsize") or self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        found = self._recording.answer(request.url, limit)
        if found is None:
            return Response(request.url, status=404, request=request)
        status, headers, body, at = found
        if len(body) > limit:
            raise Refusal("too large", "larger than is read")
        request.meta["at"] = at
        kind = responsetypes.from_args(url=request.url, body=body)
        grouped: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            grouped.setdefault(name, []).append(value)
        return kind(request.url, status=status, headers=grouped, body=body, request=request)

    def process_response(self, request: Request, response: Response) -> Response:
        options = self._options
        if options is not None and options.record is not None:
            self._write(options.record, response)
        return response

    def _write(self, path: Path, response: Response) -> None:
        spider: Any = self.crawler.spider
        if self._writer is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.with_name(path.name + ".partial").open("wb")
            self._writer = WARCWriter(self._out, gzip=True)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.lower() != b"transfer-encoding"  # what we hold is whole
        ]
        record = self._writer.create_warc_record(
            response.url, "response", payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(str(response.status), headers, protocol="HTTP/1.1"),
            # The crawl's own now, not the moment within it: a replay then gives what the crawl gave
            warc_headers_dict={"WARC-Date": spider.job.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )  # fmt: skip
        self._writer.write_record(record)

    def _close(self) -> None:
        if self._recording is not None:
            self._recording.close()
        if self._out is not None:
            self._out.close()
            partial = Path(self._out.name)
            partial.replace(partial.with_name(partial.name.removesuffix(".partial")))
