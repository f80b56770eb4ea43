from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from config import Config
from digest.post import tokens

KEY = b"0123456789abcdef0123456789abcdef"


def test_a_token_names_its_reader_and_nobody_else() -> None:
    made = {tokens.leave_token(KEY, id): id for id in (0, 1, 2, 17, 10**12)}
    assert len(made) == 5
    assert all(tokens.read_leave_token(KEY, token) == id for token, id in made.items())
    assert tokens.read_leave_token(b"another secret, long enough", tokens.leave_token(KEY, 17)) is None


def test_no_flipped_bit_of_a_token_is_accepted() -> None:
    token = tokens.leave_token(KEY, 17)
    flips = random.Random(4)
    for _ in range(10_000):
        raw = bytearray(token.encode())
        for _ in range(flips.choice((1, 1, 2, 5))):
            raw[flips.randrange(len(raw))] ^= 1 << flips.randrange(8)
        changed = raw.decode("utf-8", "replace")
        assert changed == token or tokens.read_leave_token(KEY, changed) is None


NO_TOKENS = ["", "-", "17", "17-", "-abc", "017-", "1" * 400 + "-x", "१७-abc", "\ud800", "17-" + "a" * 32]


@pytest.mark.parametrize("token", NO_TOKENS)
def test_what_is_no_token_is_nobody(token: str) -> None:
    assert tokens.read_leave_token(KEY, token) is None


def test_the_secret_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tokens.ENVIRONMENT, raising=False)
    config = Config(folder=tmp_path)
    first = tokens.secret(config)
    assert tokens.secret(config) == first
    path = tmp_path / tokens.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]
    path.chmod(0o644)
    with pytest.raises(tokens.SecretError, match="chmod 600"):
        tokens.secret(config)


def test_the_environment_goes_first_but_not_when_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tokens.ENVIRONMENT, "long enough to be one")
    assert tokens.secret(Config(folder=tmp_path)) == b"long enough to be one"
    assert os.listdir(tmp_path) == []
    monkeypatch.setenv(tokens.ENVIRONMENT, "short")
    with pytest.raises(tokens.SecretError, match="too short"):
        tokens.secret(Config(folder=tmp_path))


def test_a_mark_tells_an_address_apart_and_does_not_hold_it() -> None:
    assert tokens.address_mark(KEY, "Ann@example.com") == tokens.address_mark(KEY, "ann@example.com")
    assert tokens.address_mark(KEY, "bob@example.com") != tokens.address_mark(KEY, "ann@example.com")
    assert len(tokens.address_mark(KEY, "ann@example.com")) == 64


def test_a_secret_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tokens.ENVIRONMENT, raising=False)
    (tmp_path / Path(tokens.FILE).parent).write_text("no folder", encoding="utf-8")
    with pytest.raises(tokens.SecretError, match="cannot write the secret"):
        tokens.secret(Config(folder=tmp_path))
