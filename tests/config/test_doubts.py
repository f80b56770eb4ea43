"""What `tripoint check` warns of."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Config
from config.doubts import doubts
from config.schema import Form, Mail, Web


def keys(**sections: object) -> list[str]:
    return [doubt.key for doubt in doubts(Config(folder=Path(), **sections))]  # type: ignore[arg-type]


def test_the_shipped_settings_leave_no_doubt() -> None:
    assert keys() == []


@pytest.mark.parametrize(
    ("port", "url", "told"),
    [
        (8080, "http://127.0.0.1:8000", ["port"]),
        (8080, "http://localhost", ["port"]),
        (8080, "http://[::1]:8080", []),
        (0, "http://127.0.0.1:8000", []),
        (8080, "https://paper.example", []),
    ],
)
def test_links_on_this_machine_lead_to_where_the_web_listens(port: int, url: str, told: list[str]) -> None:
    assert keys(web=Web(port=port, public_url=url)) == told


@pytest.mark.parametrize(
    ("host", "security", "user", "told"),
    [
        ("relay.example", "none", "paper", ["security"]),
        ("relay.example", "none", "", []),
        ("relay.example", "starttls", "paper", []),
        ("localhost", "none", "paper", []),
    ],
)
def test_a_password_goes_nowhere_in_the_open(host: str, security: str, user: str, told: list[str]) -> None:
    mail = Mail(transport="smtp", host=host, security=security, username=user)  # type: ignore[arg-type]
    assert keys(mail=mail) == told


@pytest.mark.parametrize(("broader", "told"), [("fish", []), ("fsh", ["broader"]), ("cod", ["broader"]), ("", [])])
def test_a_wider_concept_must_be_another_that_is_there(broader: str, told: list[str]) -> None:
    fish = Form(id="fish", kind="commodity", en=("fish",))
    assert keys(lexicon=(fish, Form(id="cod", kind="commodity", broader=broader, en=("cod",)))) == told
