"""Style, script and picture of the pages, each under an address of its own content."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from aiohttp import web

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_LENGTH: Final = 16


class Assets:
    """The files, read once."""

    def __init__(self) -> None:
        self._bodies = {
            path.name: path.read_bytes()
            for path in sorted(_FOLDER.iterdir())
            if path.suffix in _TYPES
        }
        together = b"".join(self._bodies.values())
        self._version = sha256(together).hexdigest()[:_LENGTH]

    def url(self, name: str) -> str:
        """Where the file is; another content has another address."""
        assert name in self._bodies
        return f"/assets/{self._version}/{name}"

    def routes(self) -> list[web.RouteDef]:
        """Where they are; nobody is asked who wants them."""
        return [web.get("/assets/{version}/{name}", self._give)]

    async def _give(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._bodies or request.match_info["version"] != self._version:
            raise web.HTTPNotFound
        return web.Response(
            body=self._bodies[name],
            content_type=_TYPES[Path(name).suffix],
            charset="utf-8",
            headers={"Cache-Control": _FOR_EVER},
        )
