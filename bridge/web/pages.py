"""``GET /``: says what answers here."""

from html import escape

from aiohttp import web

from bridge.web.ports import Readiness

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>bridge</title>
<style>
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto;
         padding: 0 1rem; color-scheme: light dark }}
</style>
<h1>bridge {version}</h1>
<p>Keeps issues of an error tracker and cases of a case tracker in two-way sync.</p>
<p>{state}</p>
<ul>
  <li><a href="/api/v1/status">Status</a>: what waits, runs, is parked or dead</li>
  <li><a href="/api/v1/links">Links</a>: which issue belongs to which case</li>
  <li><a href="/api/v1/events">Events</a>: what came and what it led to</li>
  <li><a href="/api/v1/dead">Dead letters</a>: what was given up, and why</li>
  <li><a href="/readyz">Readiness</a></li>
</ul>
<p>How to run and read it stands in the README and in <code>docs/</code>;
<code>bridge --help</code> lists the commands.</p>
</html>
"""


def routes(readiness: Readiness, version: str) -> list[web.RouteDef]:
    """The page."""

    async def index(_: web.Request) -> web.Response:
        reasons = await readiness()
        state = "Ready." if not reasons else "Not ready: " + "; ".join(reasons)
        text = _PAGE.format(version=escape(version), state=escape(state))
        return web.Response(text=text, content_type="text/html")

    return [web.get("/", index)]
