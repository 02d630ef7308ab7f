"""Who is let in, for how long, and who is slowed down."""

import pytest

from bridge.dashboard.guesses import AT_ONCE
from bridge.dashboard.pages import PAGES
from tests.clocks import StoppedClock
from tests.dashboard.knocking import TOKEN, Knocker, application, knocking
from tests.dashboard.paper import PaperBoard

GETS = [r.path.replace("{case}", "cases:1") for r in PAGES if r.method == "GET"]
POSTS = [r.path for r in PAGES if r.method == "POST"]


async def test_nobody_sees_a_page_without_the_token(door: Knocker) -> None:
    for path in GETS:
        answer = await door.client.get(path)
        if path == "/live":
            assert answer.status_code == 401
        else:
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/login?back=%2F")
    for path in POSTS:
        answer = await door.post(path, id="1", case="cases:1", issue="errors:1")
        assert answer.headers["Location"] == "/login?back=%2F", path
    assert door.board.touched == []


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    door: Knocker,
) -> None:
    answer = await door.log_in()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/rules")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("bridge-session=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert TOKEN not in cookie
    assert (await door.client.get("/setup")).status_code == 200


async def test_behind_tls_the_cookie_is_secure(clock: StoppedClock) -> None:
    board = PaperBoard()
    app = application(board, clock, TOKEN, public_url="https://bridge.example.com")
    async with knocking(app, board) as door:
        headers = {"Origin": "https://bridge.example.com"}
        answer = await door.send("/login", {"token": TOKEN}, headers)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-bridge=")
        assert "Secure" in cookie
        kept = {"Cookie": cookie.partition(";")[0]}
        assert (await door.client.get("/setup", headers=kept)).status_code == 200


@pytest.mark.parametrize(
    "cookie",
    [
        "x",
        "..",
        "9999999999.name.0",
        f"9999999999.{TOKEN}",
        "9999999999.name." + "0" * 64,
        "\xe9.\xe9.\xe9",
    ],
)
async def test_a_cookie_that_is_not_ours_opens_nothing(
    door: Knocker, cookie: str
) -> None:
    headers = {b"Cookie": f"bridge-session={cookie}".encode("latin-1")}
    assert (await door.client.get("/", headers=headers)).status_code == 303


async def test_a_session_ends_by_itself_and_when_its_owner_leaves(
    door: Knocker, clock: StoppedClock
) -> None:
    await door.log_in()
    kept = dict(door.client.cookies)
    clock.advance(12 * 3600 - 1)
    assert (await door.client.get("/setup")).status_code == 200
    clock.advance(1)
    assert (await door.client.get("/setup")).status_code == 303

    await door.log_in()
    kept = dict(door.client.cookies)
    gone = await door.post("/logout", form_token=await door.form_token())
    assert gone.headers["Location"] == "/login"
    assert 'bridge-session=""' in str(gone.headers.get_list("Set-Cookie"))
    door.client.cookies.update(kept)
    assert (await door.client.get("/setup")).status_code == 303


async def test_another_token_ends_every_session(clock: StoppedClock) -> None:
    async with knocking(
        application(PaperBoard(), clock, TOKEN), PaperBoard()
    ) as before:
        await before.log_in()
        kept = dict(before.client.cookies)
    app = application(PaperBoard(), clock, "another-token")
    async with knocking(app, PaperBoard()) as after:
        after.client.cookies.update(kept)
        assert (await after.client.get("/setup")).status_code == 303


async def test_who_guesses_is_slowed_down(door: Knocker, clock: StoppedClock) -> None:
    for _ in range(AT_ONCE):
        assert (await door.post("/login", token="guess")).status_code == 403
    refused = await door.log_in()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 61
    clock.advance(61)
    assert (await door.log_in()).status_code == 303


@pytest.mark.parametrize(
    "back",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "evil", ""),
        *("/\tevil", "/x\r\nSet-Cookie: a=b"),
    ],
)
async def test_nobody_is_sent_elsewhere(door: Knocker, back: str) -> None:
    answer = await door.post("/login", token=TOKEN, back=back)
    assert answer.headers["Location"] == "/"
