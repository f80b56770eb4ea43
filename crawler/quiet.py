"""What Scrapy would say of each answer, which nobody reads: it is put into words even where no log takes it."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class Quiet(LogFormatter):
    """Silent about answers; what goes wrong is still said."""

    def crawled(self, request: Any, response: Any, spider: Any) -> None:  # type: ignore[override]  # None: say nothing
        """Nothing."""
