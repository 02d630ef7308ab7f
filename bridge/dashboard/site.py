"""Puts the pages into the application, each behind the door."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import SecretStr

from bridge.dashboard import drawing, forms, words
from bridge.dashboard.assets import Assets
from bridge.dashboard.door import FORM_TOKEN, Door
from bridge.dashboard.live import Live
from bridge.dashboard.pages import PAGES
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Place, Visit, rendered
from bridge.ports.clock import Clock, SystemClock
from bridge.web.errors import Problem, problem_of
from bridge.web.ports import Readiness, ServedDesk, Warnings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TEMPLATES: Final = Path(__file__).parent / "templates"


def add_to(
    app: web.Application,
    board: ServedDesk,
    *,
    readiness: Readiness,
    warnings: Warnings = tuple,
    api_token: SecretStr | None = None,
    public_url: str | None = None,
    version: str = "",
    clock: Clock | None = None,
) -> None:
    """Put the pages over *board* into *app*; *public_url* is where people reach it."""
    clock = clock or SystemClock()
    assets, door, live = (
        Assets(),
        Door(api_token, public_url, clock),
        Live(board, clock),
    )
    templates = environment(assets, version, has_lock=door.has_lock)
    place = Place(board, door, live, templates, readiness, warnings, public_url)
    site = _Site(place)
    app.add_routes(assets.routes())
    app.add_routes(web.route(r.method, r.path, site.behind_door(r)) for r in PAGES)
    app.add_routes(
        [
            web.get("/login", site.in_own_words(site.show_login)),
            web.post("/login", site.in_own_words(site.log_in)),
            web.post("/logout", site.in_own_words(site.log_out)),
        ]
    )
    app.on_shutdown.append(live.close)


def environment(assets: Assets, version: str, *, has_lock: bool) -> Environment:
    """The templates; whatever they are told is text and never markup."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for filter_ in (
        *(words.word, words.group, words.heard, words.write, words.shown_value),
        *(words.fate, words.named, words.plain, words.moment, words.lasting),
        *(words.subject, words.web_address, words.able_to, words.cause),
        drawing.sparkline,
    ):
        made.filters[filter_.__name__] = filter_
    made.filters["in_path"] = lambda text: quote(str(text), safe="")
    made.filters["as_letter"] = lambda letter: ("id", letter)
    made.tests["echo"] = words.is_echo
    made.globals.update(
        asset=assets.url, version=version, has_lock=has_lock, token_field=FORM_TOKEN
    )
    return made


class _Site:
    """Answers for the door: in, out, and what goes wrong."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._door = place.door

    def behind_door(self, route: Route) -> Handler:
        """The page for who is let in; the others are asked for the token."""

        async def answer(request: web.Request) -> web.StreamResponse:
            visitor = self._door.visitor(request)
            if visitor is None:
                return self._ask_in(request)
            return await route.answer(Visit(self._place, request, visitor))

        return self.in_own_words(answer)

    def in_own_words(self, handler: Handler) -> Handler:
        """The same with its errors as pages."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Exception as exc:  # noqa: BLE001 - told as a page, logged if ours
                return self._refusal(problem_of(exc, request), request)

        return answer

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        """The form for the token; a page for who needs none."""
        back = forms.path_in(request.query.get("back", ""))
        if self._door.visitor(request) is not None:
            return _to(back)
        return rendered(self._place, "login.html", back=back, problem="")

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """Let in who shows the token."""
        fields = await forms.read(request)
        back = forms.path_in(forms.one(fields, "back"))
        answer = _to(back)
        if self._door.enter(request, forms.one(fields, "token"), answer):
            return answer
        told = "This is not the token: see server.api_token."
        return rendered(self._place, "login.html", status=403, back=back, problem=told)

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """End the session."""
        answer = _to("/login")
        visitor = self._door.visitor(request)
        if visitor is not None:
            await Visit(self._place, request, visitor).form()
            self._door.leave(visitor, answer)
        return answer

    def _ask_in(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/live":
            raise Problem(401, "log in")
        back = request.path_qs if request.method == hdrs.METH_GET else "/"
        return _to(f"/login?back={quote(back, safe='')}")

    def _refusal(self, problem: Problem, request: web.Request) -> web.Response:
        answer = rendered(
            self._place,
            "problem.html",
            status=problem.status,
            problem=problem,
            phrase=HTTPStatus(problem.status).phrase,
            headline=words.headline(problem.status),
            again=problem.headers.get("Retry-After"),
            back=_page_before(request),
        )
        answer.headers.update(problem.headers)
        if problem.closes:
            answer.force_close()
        return answer


def _page_before(request: web.Request) -> str:
    """The page of ours on which the button was."""
    before = request.headers.get(hdrs.REFERER, "")
    base = str(request.url.origin())
    return forms.path_in(before.removeprefix(base)) if before.startswith(base) else "/"


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
