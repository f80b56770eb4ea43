"""Text -> numbers of a vocabulary's pieces: the unigram tokenizer of SentencePiece, as XLM-RoBERTa has it.

Kudo 2018, "Subword Regularization": of all ways to cut a text the one whose pieces are together most likely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SPACE = "\u2581"  # stands where a word begins
UNKNOWN_COSTS = 10.0  # below the least likely piece: SentencePiece's own
_NEVER = -1e30


@dataclass(frozen=True, slots=True)
class Pieces:
    """A vocabulary. `scores`: piece's number -> log likelihood; `plain`: character -> what it is read as."""

    numbers: Mapping[str, int]
    scores: Sequence[float]
    plain: Mapping[int, str]  # as `str.translate` takes it
    unknown: int
    longest: int
    unknown_score: float

    @classmethod
    def of(cls, pieces: Sequence[str], scores: Sequence[float], plain: Mapping[int, str], unknown: int) -> Pieces:
        """Of two pieces that are written alike the first is meant."""
        numbers = dict(zip(reversed(pieces), range(len(pieces) - 1, -1, -1), strict=True))
        for nothing in ("", pieces[unknown]):
            numbers.pop(nothing, None)
        return cls(numbers, scores, plain, unknown, max(map(len, pieces)), min(scores) - UNKNOWN_COSTS)

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces of `text`, without marks of beginning and end."""
        words = " ".join(_runs(text.translate(self.plain)))
        whole = (words if words.startswith(" ") else " " + words).replace(" ", SPACE)
        return self._likeliest(whole)

    def _likeliest(self, whole: str) -> list[int]:
        """Viterbi's algorithm over the places between characters; of equally likely ways the first found."""
        end, get, scores = len(whole), self.numbers.get, self.scores
        best = [0.0] + [_NEVER] * end
        begins, piece = [0] * (end + 1), [self.unknown] * (end + 1)
        for start in range(end):
            sofar = best[start]
            for stop in range(start + 1, min(start + self.longest, end) + 1):
                number = get(whole[start:stop])
                if number is not None and sofar + scores[number] > best[stop]:
                    best[stop], begins[stop], piece[stop] = sofar + scores[number], start, number
            if sofar + self.unknown_score > best[start + 1]:
                best[start + 1], begins[start + 1], piece[start + 1] = sofar + self.unknown_score, start, self.unknown
        found = []
        while end:
            found.append(piece[end])
            end = begins[end]
        return found[::-1]


def _runs(text: str) -> list[str]:
    """`text` at its spaces, several in a row being one; other white space has been read as one before."""
    parts = text.split(" ")
    return [part for n, part in enumerate(parts) if part or n in (0, len(parts) - 1)]
