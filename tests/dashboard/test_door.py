"""Who is let in, whose forms are heeded, and what every page is sent with."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from aiohttp import web as http
from pydantic import SecretStr

from bridge import dashboard, web
from bridge.dashboard.guesses import AT_ONCE
from bridge.dashboard.pages import PAGES
from tests.clocks import StoppedClock
from tests.dashboard.paper import PaperBoard
from tests.web.fakes import PaperIntake

TOKEN = "door-token-7f"
GETS = [r.path.replace("{case}", "cases:1") for r in PAGES if r.method == "GET"]
POSTS = [r.path for r in PAGES if r.method == "POST"]


async def no_reasons() -> list[str]:
    return []


class Knocker:
    """A browser of sorts: it keeps cookies and says where it comes from."""

    def __init__(self, client: httpx.AsyncClient, board: PaperBoard) -> None:
        self.client = client
        self.board = board
        self.origin = str(client.base_url).rstrip("/")

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.send(path, fields, {"Origin": self.origin})

    async def send(
        self, path: str, fields: dict[str, str], headers: dict[str, str]
    ) -> httpx.Response:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self.client.post(path, content=urlencode(fields), headers=form)

    async def log_in(self) -> httpx.Response:
        return await self.post("/login", token=TOKEN, back="/rules")

    async def form_token(self) -> str:
        page = (await self.client.get("/rules")).text
        return page.partition('name="form_token" value="')[2].partition('"')[0]


def application(
    board: PaperBoard,
    clock: StoppedClock,
    token: str | None,
    public_url: str | None = None,
) -> http.Application:
    secret = SecretStr(token) if token else None
    app = web.build(PaperIntake(), board, readiness=no_reasons, api_token=secret)
    dashboard.add_to(
        app,
        board,
        readiness=no_reasons,
        api_token=secret,
        public_url=public_url,
        clock=clock,
    )
    return app


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


async def knocking(app: http.Application, board: PaperBoard) -> AsyncIterator[Knocker]:
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield Knocker(client, board)


@pytest_asyncio.fixture
async def door(clock: StoppedClock) -> AsyncIterator[Knocker]:
    """Before a dashboard that has a token."""
    board = PaperBoard()
    async for made in knocking(application(board, clock, TOKEN), board):
        yield made


@pytest_asyncio.fixture
async def unlocked(clock: StoppedClock) -> AsyncIterator[Knocker]:
    """Before one that has none."""
    board = PaperBoard()
    async for made in knocking(application(board, clock, None), board):
        yield made


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
    async for door in knocking(app, board):
        headers = {"Origin": "https://bridge.example.com"}
        answer = await door.send("/login", {"token": TOKEN}, headers)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-bridge=")
        assert "Secure" in cookie


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
    assert 'bridge-session=""' in gone.headers["Set-Cookie"]
    door.client.cookies.update(kept)
    assert (await door.client.get("/setup")).status_code == 303


async def test_another_token_ends_every_session(clock: StoppedClock) -> None:
    async for before in knocking(application(PaperBoard(), clock, TOKEN), PaperBoard()):
        await before.log_in()
        kept = dict(before.client.cookies)
    app = application(PaperBoard(), clock, "another-token")
    async for after in knocking(app, PaperBoard()):
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
        assert "It was not done" in answer.text


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
