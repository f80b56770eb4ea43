"""The operator's preview: four views of one mail, on this machine alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from digest.publish import publish
from digest.web.preview import build_preview, themed
from store import db
from store.tables import metadata
from tests.digest.paper import CLOSES, normal
from tests.digest.stored import store_day
from tests.digest.web.served import Client, served
from tests.digest.web.sites import Site, links


@pytest.fixture
def proofs(bare: Site) -> Iterator[Client]:
    store_day(bare.engine, normal())
    with served(build_preview(bare.config, bare.engine, None, clock=lambda: CLOSES)) as client:
        yield client


def test_the_mail_stands_side_by_side_wide_and_narrow_light_and_dark(proofs: Client) -> None:
    front = proofs.get("/")
    assert front.status_code == 200
    frames = re.findall(r'<iframe src="/mail/(\w+)"[^>]* sandbox width="(\d+)"', front.text)
    assert sorted(frames) == [("dark", "375"), ("dark", "640"), ("light", "375"), ("light", "640")]
    assert "Arctic talks" in front.text and "of at most 89,000" in front.text
    for href in links(front.text):
        assert proofs.get(href).status_code == 200, href


def test_dark_is_dark_and_light_is_light_whatever_the_browser_prefers(proofs: Client) -> None:
    dark, light, bare = (proofs.get(f"/mail/{theme}").text for theme in ("dark", "light", "bare"))
    assert "prefers-color-scheme" not in dark + light
    assert "@media all" in dark and "@media not all" in light
    assert "<style" not in bare and "Arctic talks" in bare
    assert themed("<p>@media (prefers-color-scheme:dark){x}</p>", "dark") == "<p>@media all{x}</p>"


def test_the_mail_may_load_run_and_send_nothing(proofs: Client) -> None:
    policy = proofs.get("/mail/dark").headers["content-security-policy"]
    assert "default-src 'none'" in policy and policy.endswith("sandbox") and "script-src" not in policy
    front = proofs.get("/").headers
    assert "style-src 'self'; frame-src 'self'" in front["content-security-policy"]
    assert front["cache-control"] == "no-store"
    assert proofs.get("/preview.eml").headers["content-type"].startswith("text/plain")


def test_another_site_s_name_for_this_machine_is_refused(proofs: Client) -> None:
    assert proofs.get("/", host="evil.example").status_code == 400
    assert proofs.get("/", host=f"localhost:{proofs.port}").status_code == 200


def test_each_look_composes_anew_and_writes_nothing(bare: Site, proofs: Client) -> None:
    def everything() -> list[object]:
        with db.reading(bare.engine) as conn:
            return [conn.execute(select(table)).all() for table in metadata.sorted_tables]

    before = everything()
    assert "Arctic talks" in proofs.get("/").text
    assert everything() == before
    with db.writing(bare.engine) as tx:
        tx.exec_driver_sql("UPDATE stories SET hidden = 1 WHERE id = 1")
    assert "Arctic talks" in proofs.get("/mail/light").text, "the frames show what their page composed"
    assert "Arctic talks" not in proofs.get("/").text
    assert "Arctic talks" not in proofs.get("/mail/light").text


def test_the_last_issue_is_set_anew_in_the_operator_s_templates(bare: Site) -> None:
    store_day(bare.engine, normal())
    assert publish(bare.config, bare.engine, now=CLOSES).state == "frozen"
    folder = bare.config.folder / "templates"
    folder.mkdir()
    page = bare.config.page.model_copy(update={"templates": "templates"})
    config = bare.config.model_copy(update={"page": page})
    with served(build_preview(config, bare.engine, None, clock=lambda: CLOSES)) as client:
        assert "no new story" in client.get("/").text
        assert "Arctic talks" in client.get("/?issue=latest").text
        assert "Arctic talks" in client.get("/mail/light").text
        (folder / "item.html.j2").write_text("{% if %}")
        assert "<b>item.html.j2</b> is not used" in client.get("/?issue=latest").text


def test_the_public_web_has_no_preview(bare: Site, proofs: Client) -> None:
    front = proofs.get("/").text
    paths = set(re.findall(r'(?:src|href)="(/(?:mail|preview)[^"]+)"', front))
    assert paths == {"/mail/light", "/mail/dark", "/mail/bare", "/preview.txt", "/preview.eml"}
    for path in paths:
        assert (proofs.get(path).status_code, bare.client.get(path).status_code) == (200, 404), path
    page = bare.client.get("/").text  # nothing was published: what is to come is nobody's but the operator's
    assert "Arctic talks" in front and "Arctic talks" not in page and "preview" not in page.lower()


@pytest.mark.parametrize("path", ["/mail/x", "/preview.exe", "/x"])
def test_what_is_not_there_is_404(proofs: Client, path: str) -> None:
    assert proofs.get(path).status_code == 404
