"""One visit of a page: who asks, what the page is made with, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from jinja2 import Environment

from bridge.dashboard import forms
from bridge.dashboard.commands import Commands
from bridge.dashboard.door import Door
from bridge.dashboard.live import Live
from bridge.dashboard.notices import notice
from bridge.dashboard.sessions import Session
from bridge.web.ports import Readiness, ServedDesk, Warnings

HEADERS: Final = {
    # Nothing from elsewhere, nothing inside the page itself: no script, no style.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # Without it browsers would not say which page a form came from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What all visits share."""

    board: ServedDesk
    door: Door
    live: Live
    templates: Environment
    readiness: Readiness
    warnings: Warnings
    public_url: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who was let in."""

    place: Place
    request: web.Request
    session: Session

    @property
    def board(self) -> ServedDesk:
        """Whom to ask."""
        return self.place.board

    @property
    def commands(self) -> Commands:
        """How to do the same without the page."""
        base = str(self.request.url.origin())
        public = self.place.public_url
        if public and urlsplit(public).netloc == self.request.host:
            base = public
        return Commands(base, has_token=self.place.door.has_lock)

    @property
    def here(self) -> str:
        """Where the page can be asked for again; a form's answer is of its section."""
        if self.request.method in (hdrs.METH_GET, hdrs.METH_HEAD):
            return self.request.path_qs
        return "/" + self.request.path.split("/")[1]

    def asked(self, name: str) -> str:
        """What the address says of *name*, or nothing."""
        return self.request.query.get(name, "").strip()

    async def form(self) -> forms.Fields:
        """The form that was sent, once it is known to be one of ours."""
        fields = await forms.read(self.request)
        first = {name: values[0] for name, values in fields.items()}
        self.place.door.check_form(self.request, self.session, first)
        return fields

    async def show(
        self, template: str, *, status: int = 200, **values: Any
    ) -> web.Response:
        """The page."""
        told = await self.board.status()
        return rendered(
            self.place,
            template,
            status=status,
            bridge=told,
            attention=attention(told),
            form_token=self.place.door.form_token(self.session),
            here=self.here,
            commands=self.commands,
            notice=notice(self.asked("done"), self.asked("n")),
            **values,
        )


def rendered(
    place: Place, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """A page with its headers."""
    text = place.templates.get_template(template).render(**values)
    return web.Response(
        text=text, status=status, content_type="text/html", headers=HEADERS
    )


def attention(status: Json) -> int:
    """How many things wait for somebody."""
    circuits = sum(len(one["circuits"]) for one in status["trackers"].values())
    counts: list[int] = [status[name] for name in ("dead", "paused", "drifted")]
    unheard = sum(one["problem"] is not None for one in status["notify"])
    return sum(counts) + circuits + len(status["unmatched_people"]) + unheard
