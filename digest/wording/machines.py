"""The machines that the config names, with their keys."""

from __future__ import annotations

import os

from config import Config
from config.addresses import named
from config.schema import Summary, Translation
from digest.issue.wording import Summariser, Translator
from digest.wording.endpoint import Endpoint
from digest.wording.libretranslate import LibreTranslate
from digest.wording.openai import OpenAI

SUMMARY_KEY, TRANSLATION_KEY = "TRIPOINT_SUMMARY_KEY", "TRIPOINT_TRANSLATION_KEY"


def summariser(config: Config) -> Summariser | None:
    """Who writes summaries, or None: the outlets themselves. Raises OSError where the key's file cannot be read."""
    summary = config.summary
    if summary.engine == "extractive":
        return None
    return OpenAI(_endpoint(config, summary, SUMMARY_KEY), summary.model)


def translator(config: Config) -> Translator | None:
    """Who translates headlines, or None: nobody does. Raises OSError where the key's file cannot be read."""
    translation = config.translation
    if translation.engine == "tags":
        return None
    endpoint = _endpoint(config, translation, TRANSLATION_KEY)
    return OpenAI(endpoint, translation.model) if translation.engine == "openai" else LibreTranslate(endpoint)


def _endpoint(config: Config, machine: Summary | Translation, variable: str) -> Endpoint:
    key = os.environ.get(variable, "")
    if not key and machine.key_file:
        key = config.path(machine.key_file).read_text(encoding="utf-8").strip()
    private = frozenset(named(place) for place in machine.allow_private_hosts)
    return Endpoint(machine.url, key, machine.timeout, private)
