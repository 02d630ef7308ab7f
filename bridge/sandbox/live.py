"""A stream of server-sent events: one for each change in the world."""

import asyncio
import json

from aiohttp import web

from bridge.sandbox.records import Happening
from bridge.sandbox.sandbox import sandbox_of

_BEAT_SECONDS = 15.0
_MOST_WAITING = 1000

Queue = asyncio.Queue[Happening | None]
_STREAMS = web.AppKey("streams", set[Queue])


def add_to(app: web.Application) -> None:
    """Put the stream into *app*; it ends when the server shuts down."""
    app[_STREAMS] = set()
    app.router.add_get("/sandbox/live", _stream)
    app.on_shutdown.append(_end_streams)


async def _stream(request: web.Request) -> web.StreamResponse:
    queue: Queue = asyncio.Queue(_MOST_WAITING)

    def hear(happening: Happening) -> None:
        # A reader that far behind loads the whole state anyway.
        if not queue.full():
            queue.put_nowait(happening)

    streams = request.app[_STREAMS]
    streams.add(queue)
    stop = sandbox_of(request).world.listen(hear)
    try:
        return await _send(request, queue)
    finally:
        stop()
        streams.discard(queue)


async def _send(request: web.Request, queue: Queue) -> web.StreamResponse:
    answer = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await answer.prepare(request)
    try:
        await answer.write(b"retry: 1000\n\n")
        while True:
            text = await _next_text(queue)
            if text is None:
                return answer
            await answer.write(text)
    except ConnectionResetError:
        return answer


async def _next_text(queue: Queue) -> bytes | None:
    """The next event, or a comment that keeps the line open; None at the end."""
    try:
        async with asyncio.timeout(_BEAT_SECONDS):
            happening = await queue.get()
    except TimeoutError:
        return b": still here\n\n"
    if happening is None:
        return None
    told = {
        "sequence": happening.sequence,
        "kind": happening.kind,
        "issue": happening.issue_id,
        "case": happening.case_id,
        "via": happening.hand.via.value,
        "old": happening.old,
        "new": happening.new,
    }
    return f"id: {happening.sequence}\ndata: {json.dumps(told)}\n\n".encode()


async def _end_streams(app: web.Application) -> None:
    for queue in app[_STREAMS]:
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(None)
