"""LibreTranslate's API as a translator: POST /translate with a list of texts (docs.libretranslate.com)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from digest.issue.wording import Phrase, WordingError
from digest.wording.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """The LibreTranslate behind `endpoint`."""

    endpoint: Endpoint
    name: str = "LibreTranslate"
    batch: int = 20  # texts in one request

    def translate(self, phrases: tuple[Phrase, ...], until: float) -> tuple[str, ...]:
        """As many texts as phrases. Raises WordingError."""
        payload: dict[str, Any] = {
            "q": [phrase.text for phrase in phrases],
            "source": phrases[0].source,
            "target": phrases[0].target,
            "format": "text",
        }
        if self.endpoint.key:
            payload["api_key"] = self.endpoint.key
        answer = self.endpoint.post("/translate", payload, until)
        texts = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(texts, list) or len(texts) != len(phrases) or not all(isinstance(t, str) for t in texts):
            raise WordingError("not as many texts as were asked for")
        return tuple(text.strip() for text in texts)
