"""Whose forms are heeded, and what every page is sent with."""

import pytest

from bridge.dashboard.pages import PAGES
from bridge.dashboard.words import headline
from tests.dashboard.knocking import TOKEN, Knocker

GETS = [r.path.replace("{case}", "cases:1") for r in PAGES if r.method == "GET"]
POSTS = [r.path for r in PAGES if r.method == "POST"]


@pytest.mark.parametrize("path", [*POSTS, "/logout"])
async def test_a_form_needs_the_token_of_its_session(door: Knocker, path: str) -> None:
    await door.log_in()
    fields = {"id": "1", "case": "cases:1", "issue": "errors:1"}
    token = await door.form_token()
    assert token

    for wrong in ("", "x", token[:-1]):
        answer = await door.post(path, form_token=wrong, **fields)
        assert answer.status_code == 403
    for origin in ("https://evil.example", "null", ""):
        headers = {"Origin": origin} if origin else {}
        answer = await door.send(path, {"form_token": token, **fields}, headers)
        assert answer.status_code == 403
    assert door.board.touched == []


async def test_without_a_token_this_machine_is_let_in_and_forms_are_guarded_still(
    unlocked: Knocker,
) -> None:
    page = await unlocked.client.get("/setup")
    assert page.status_code == 200
    assert "Log out" not in page.text
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        answer = await unlocked.client.get("/", headers=headers)
        assert answer.status_code == 403
    bare = await unlocked.post("/dead/retry", id="1")
    good = await unlocked.post(
        "/dead/retry", id="1", form_token=await unlocked.form_token()
    )

    assert (bare.status_code, good.status_code) == (403, 303)
    assert unlocked.board.touched == [("retry", "1")]


async def test_programs_may_show_the_token_itself(door: Knocker) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert (await door.client.get("/setup", headers=bearer)).status_code == 200
    done = await door.send("/resume", {"case": "cases:1"}, bearer)
    assert done.headers["Location"] == "/attention?done=resumed"


async def test_every_page_forbids_what_it_does_not_need(door: Knocker) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/login", *(path for path in GETS if path != "/live")):
        headers = {} if path == "/login" else bearer
        answer = await door.client.get(path, headers=headers)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        for inside in (" style=", "<style", " onclick=", "javascript:", "http://www"):
            assert inside not in answer.text


async def test_what_was_done_is_said_in_our_words_only(door: Knocker) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for asked in ("?done=Pay+here", "?done=retried&n=<b>now", "?n=5"):
        page = (await door.client.get(f"/setup{asked}", headers=bearer)).text
        assert "Pay here" not in page
        assert "now" not in page.partition('class="notice"')[2][:80]


async def test_a_form_that_is_none_is_refused_as_a_page(door: Knocker) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    asked = {
        415: await door.client.post("/resume", json={"case": "1"}, headers=bearer),
        400: await door.send("/resume", {}, bearer),
        404: await door.send("/unlink", {"issue": "errors:none"}, bearer),
    }
    for status, answer in asked.items():
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert f"<h1>{headline(status)}</h1>" in answer.text


async def test_assets_are_kept_by_browsers_and_nothing_else_is_given(
    door: Knocker,
) -> None:
    page = (await door.client.get("/login")).text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    given = await door.client.get(style)
    assert given.status_code == 200
    assert "immutable" in given.headers["Cache-Control"]
    folder = style.rpartition("/")[0]
    for other in (f"{folder}/none.css", "/assets/0/dashboard.css", f"{folder}/.."):
        assert (await door.client.get(other)).status_code in {303, 404}
