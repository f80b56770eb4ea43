"""Many questions at once, and none of them for longer than the issue can wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from digest.issue.wording import WordingError

AT_ONCE = 4  # questions to one machine; more would wait for each other there
LATE = WordingError("no answer in time")

Q = TypeVar("Q")
A = TypeVar("A")


def asked(questions: Sequence[Q], ask: Callable[[Q, float], A], until: float) -> list[A | WordingError]:
    """An answer to each question, or why there is none, by `until` (an instant of time.monotonic()).

    `ask` runs in threads of its own and may raise WordingError. A question that is still open at `until` is left alone:
    its thread ends with its own time-out and cannot hold up the program's end.
    """
    waiting: SimpleQueue[tuple[int, Q]] = SimpleQueue()
    for place, question in enumerate(questions):
        waiting.put((place, question))
    done: SimpleQueue[tuple[int, A | WordingError]] = SimpleQueue()

    def work() -> None:
        while time.monotonic() < until:
            try:
                place, question = waiting.get_nowait()
            except Empty:
                return
            try:
                done.put((place, ask(question, until)))
            except WordingError as exc:
                done.put((place, exc))

    for _ in range(min(AT_ONCE, len(questions))):
        Thread(target=work, daemon=True, name="wording").start()
    found: dict[int, A | WordingError] = {}
    while len(found) < len(questions):
        try:
            place, answer = done.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            break
        found[place] = answer
    return [found.get(place, LATE) for place in range(len(questions))]
