"""What the two APIs are asked, with which key, and which of their answers are taken."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from config.load import load, shipped
from digest.issue.issue import Outlet
from digest.issue.wording import Brief, Excerpt, Phrase, WordingError
from digest.wording.endpoint import Endpoint
from digest.wording.libretranslate import LibreTranslate
from digest.wording.machines import summariser, translator
from digest.wording.openai import OpenAI
from tests.digest.wording.machine import Machine, chat, machine, material, raw

OUTLET = Outlet("wire", "Harbor Wire", "US", "en", "private")
BRIEF = Brief(1, "en", (Excerpt(OUTLET, "en", "Inspectors get visas", "Forty-two may travel."),))
PHRASES = (Phrase("Визы выданы", "ru", "en"), Phrase("Паром вышел", "ru", "en"))


def endpoint(made: Machine, key: str = "") -> Endpoint:
    host, _, port = made.place.rpartition(":")
    return Endpoint(made.url, key, 20, frozenset({(host, int(port))}))


def soon() -> float:
    return time.monotonic() + 30


def test_reports_go_as_data_and_instructions_apart() -> None:
    with machine(chat(lambda asked: "  Inspectors may travel. ")) as made:
        assert OpenAI(endpoint(made, "s3cret"), "small").summarise(BRIEF, soon()) == "Inspectors may travel."
        (asked,) = made.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert (asked.body["model"], asked.body["temperature"], asked.body["stream"]) == ("small", 0, False)
    system, user = asked.body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "English" in system["content"] and "280" in system["content"]
    assert material(asked) == [
        {"outlet": "Harbor Wire", "headline": "Inspectors get visas", "text": "Forty-two may travel."}
    ]
    assert "Forty-two" not in system["content"]


@pytest.mark.parametrize("fence", ["{}", "```json\n{}\n```", "\n{}\n"])
def test_a_chat_model_translates_a_batch(fence: str) -> None:
    with machine(chat(lambda asked: fence.format(json.dumps(["Visas issued", "Ferry left"])))) as made:
        assert OpenAI(endpoint(made), "small").translate(PHRASES, soon()) == ("Visas issued", "Ferry left")
        assert material(made.asked[0]) == ["Визы выданы", "Паром вышел"]
        assert "authorization" not in made.asked[0].headers


@pytest.mark.parametrize(
    "content", ["Visas issued", '["Visas issued"]', '["a", "b", "c"]', '["a", 3]', '{"a": "b"}', "[" * 9999]
)
def test_a_batch_of_another_length_or_shape_is_no_answer(content: str) -> None:
    with machine(chat(lambda asked: content)) as made, pytest.raises(WordingError):
        OpenAI(endpoint(made), "small").translate(PHRASES, soon())


@pytest.mark.parametrize(
    "body", ["{}", "[]", "null", '{"choices": []}', '{"choices": [{"message": {"content": null}}]}']
)
def test_an_answer_without_a_message_is_none(body: str) -> None:
    with machine(raw(body.encode())) as made, pytest.raises(WordingError):
        OpenAI(endpoint(made), "small").summarise(BRIEF, soon())


def test_libretranslate_is_asked_as_its_api_wants() -> None:
    with machine(raw(b'{"translatedText": ["Visas issued", " Ferry left"]}')) as made:
        assert LibreTranslate(endpoint(made, "s3cret")).translate(PHRASES, soon()) == ("Visas issued", "Ferry left")
        (asked,) = made.asked
    assert asked.path == "/v1/translate"
    assert asked.body == {
        "q": ["Визы выданы", "Паром вышел"], "source": "ru", "target": "en", "format": "text", "api_key": "s3cret",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        '{"error": "Invalid API key"}',
        '{"translatedText": "one"}',
        '{"translatedText": ["one"]}',
        '{"translatedText": [1, 2]}',
        "[]",
    ],
)
def test_another_answer_of_libretranslate_is_none(body: str) -> None:
    with machine(raw(body.encode())) as made, pytest.raises(WordingError):
        LibreTranslate(endpoint(made)).translate(PHRASES, soon())


def test_nobody_is_asked_unless_the_operator_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tripoint.toml").write_bytes((shipped() / "tripoint.toml").read_bytes())
    config = load(tmp_path)
    assert (summariser(config), translator(config)) == (None, None)
    key = tmp_path / "key"
    key.write_text("from-the-file\n")
    key.chmod(0o600)
    (tmp_path / "tripoint.local.toml").write_text(
        '[summary]\nengine = "openai"\nurl = "https://api.example/v1"\nmodel = "small"\nkey_file = "key"\n'
        '[translation]\nengine = "libretranslate"\nurl = "http://127.0.0.1:5000"\n'
        'allow_private_hosts = ["127.0.0.1:5000"]\n'
    )
    monkeypatch.setenv("TRIPOINT_TRANSLATION_KEY", "from-the-environment")
    config = load(tmp_path)
    writes, translates = summariser(config), translator(config)
    assert isinstance(writes, OpenAI) and isinstance(translates, LibreTranslate)
    assert (writes.endpoint.key, translates.endpoint.key) == ("from-the-file", "from-the-environment")
    assert translates.endpoint.private == {("127.0.0.1", 5000)}
