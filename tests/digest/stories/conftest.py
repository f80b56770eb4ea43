"""The product's parts, built once for all tests of stories: the lexicon, and the model with what it has read."""

from __future__ import annotations

import pytest

from benchmarks.bench import Bench
from digest.embedding import load


@pytest.fixture(scope="session")
def by_lexicon() -> Bench:
    return Bench(model=False)


@pytest.fixture(scope="session")
def by_model() -> Bench:
    if load() is None:
        pytest.skip("the model's wheel is not installed on this machine")
    return Bench(model=True)
