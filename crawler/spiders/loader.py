"""`scrapy list` and `scrapy crawl NAME`: a name is a source's id, or that of an outlet's own spider."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from config import Config, load
from crawler.spiders import outlets
from crawler.spiders.outlet import OutletSpider


@cache
def outlet_spiders() -> dict[str, type[OutletSpider]]:
    """name -> class, of the outlets that have a file of their own in outlets/."""
    found: dict[str, type[OutletSpider]] = {}
    for module in iter_modules(outlets.__path__):
        for value in vars(import_module(f"{outlets.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, OutletSpider) and value is not OutletSpider:
                found[value.name] = value
    return found


def folder() -> Path:
    """The config's folder: TRIPOINT_CONFIG, else ./config."""
    return Path(os.environ.get("TRIPOINT_CONFIG") or "config")


class SourceLoader:
    """Scrapy's spider loader over config/sources.toml."""

    def __init__(self, settings: BaseSettings) -> None:
        self._config: Config | None = None

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SourceLoader:
        return cls(settings)

    @property
    def config(self) -> Config:
        if self._config is None:
            self._config = load(folder())
        return self._config

    def load(self, spider_name: str) -> type[Spider]:
        """A spider for one source. Raises KeyError where nothing has that name."""
        from crawler.spiders.byhand import by_hand

        outlet = outlet_spiders().get(spider_name)
        source = self.config.source(spider_name) or next(
            (source for source in self.config.sources if outlet is not None and source.spider == spider_name), None
        )
        if source is None:
            raise KeyError(f"no source and no outlet spider is called {spider_name!r}")
        return by_hand(self.config, source, outlet or outlet_spiders().get(source.spider) or OutletSpider)

    def list(self) -> list[str]:
        """Every name that `load` knows, sorted."""
        used = {source.spider for source in self.config.sources if source.spider}
        return sorted({*(source.id for source in self.config.sources), *used})

    def find_by_request(self, request: Request) -> Any:
        """The sources on the request's host: `scrapy shell URL` then has that source's permissions."""
        from crawler.door import where

        host = where(request.url) if request.url.startswith("http") else None
        return [
            source.id
            for source in self.config.sources
            if host is not None
            and any(where(url) == host for url in (*source.feeds, *source.sitemaps, *source.sections))
        ][:1]
