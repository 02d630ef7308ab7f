"""What a tracker keeps of a comment's text, which need not be what it was given."""

import html
import re

from aiohttp import web

from bridge.sandbox.faults import FaultKind
from bridge.sandbox.sandbox import PLACE, sandbox_of

_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MANY_BREAKS = re.compile(r"\n{3,}")


def kept_text(request: web.Request, text: str) -> str:
    """*text* as it is kept: as it came, or mangled where that fault strikes."""
    faults = sandbox_of(request).faults
    is_struck = faults.strike(request[PLACE], frozenset({FaultKind.MANGLE}))
    return mangled(text) if is_struck else text


def mangled(text: str) -> str:
    """*text* after what trackers do: no HTML comments, no more than one empty line in
    a row, no space at either end of a line or of the whole, and HTML's signs escaped.
    """
    visible = _HTML_COMMENT.sub("", text)
    lines = [line.strip() for line in visible.splitlines()]
    return html.escape(_MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip(), quote=False)
