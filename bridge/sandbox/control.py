"""The sandbox's own routes, by which tests and the page drive it from outside.

| route | does |
|---|---|
| ``GET /sandbox/state`` | issues, cases, people, projects, types; ``groups`` says which issues the scene means to be linked to which case |
| ``GET /sandbox/edits``, ``POST /sandbox/edits`` | what people did; do one: ``{"edit": "set_issue_state", "issue": …, "state": …}`` with the names and arguments of ``people.People``, ``"as"`` a user id |
| ``GET /sandbox/writes`` | the mutating API requests; ``?after=N`` leaves out the first N |
| ``GET, POST, DELETE /sandbox/faults``, ``DELETE /sandbox/faults/N`` | faults in force; arm one by the fields of ``faults.Fault``; take all or one away |
| ``GET /sandbox/hooks`` | what was sent, and how much is under way |
| ``POST /sandbox/hooks`` | one more target: ``{"url": …, "side": "issues", "secret": …}`` |
| ``POST /sandbox/mischief`` | the fields of ``hooks.Mischief`` |
| ``GET /sandbox/live`` | server-sent events, one for each change in the world |

Bodies are JSON and must say so, which keeps other web pages from driving the sandbox.
"""  # noqa: E501 - a table

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bridge.sandbox.documents import Json
from bridge.sandbox.faults import Fault
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.hooks import Mischief
from bridge.sandbox.people import People
from bridge.sandbox.pictures import world_picture
from bridge.sandbox.sandbox import sandbox_of
from bridge.sandbox.world import NoSuchThing, Refused

_Shape = TypeVar("_Shape")

routes = web.RouteTableDef()


@routes.get("/sandbox/state")
async def state(request: web.Request) -> web.Response:
    """The whole world, and whether its issues have comments."""
    sandbox = sandbox_of(request)
    picture = world_picture(sandbox.world)
    return web.json_response({**picture, "issue_comments": sandbox.issue_comments})


@routes.get("/sandbox/edits")
async def list_edits(request: web.Request) -> web.Response:
    """What people did."""
    edits = sandbox_of(request).world.edits
    return web.json_response({"items": [asdict(edit) for edit in edits]})


@routes.post("/sandbox/edits")
async def make_edit(request: web.Request) -> web.Response:
    """Do what a person would do."""
    asked = await _body(request)
    people = sandbox_of(request).people
    if who := asked.pop("as", None):
        people = people.acting_as(str(who))
    edit = _edits(people).get(str(asked.pop("edit", "")))
    if edit is None:
        return _refusal(400, f"edit must be one of {', '.join(_edits(people))}")
    try:
        made = edit(**asked)
    except NoSuchThing as exc:
        return _refusal(404, str(exc))
    except (Refused, TypeError, ValueError) as exc:
        return _refusal(400, str(exc))
    return web.json_response({"id": getattr(made, "id", None)}, status=201)


@routes.get("/sandbox/writes")
async def list_writes(request: web.Request) -> web.Response:
    """The write log."""
    after = int(request.query.get("after", "0"))
    writes = sandbox_of(request).world.writes[after:]
    return web.json_response({"items": [asdict(write) for write in writes]})


@routes.get("/sandbox/faults")
async def list_faults(request: web.Request) -> web.Response:
    """The faults in force, by number."""
    armed = sandbox_of(request).faults.armed
    return web.json_response({number: asdict(fault) for number, fault in armed.items()})


@routes.post("/sandbox/faults")
async def arm_fault(request: web.Request) -> web.Response:
    """Arm a fault."""
    fault = _read(Fault, await _body(request))
    number = sandbox_of(request).faults.add(fault)
    return web.json_response({"id": number}, status=201)


@routes.delete("/sandbox/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Take every fault away."""
    sandbox_of(request).faults.clear()
    return web.Response(status=204)


@routes.delete(r"/sandbox/faults/{number:\d+}")
async def remove_fault(request: web.Request) -> web.Response:
    """Take one fault away."""
    sandbox_of(request).faults.remove(int(request.match_info["number"]))
    return web.Response(status=204)


@routes.get("/sandbox/hooks")
async def list_hooks(request: web.Request) -> web.Response:
    """What was sent out; headers are left out, as they hold secrets."""
    hooks = sandbox_of(request).hooks
    sent = [
        {
            "url": one.message.url,
            "body": one.message.body,
            "status": one.status,
            "tries": one.tries,
        }
        for one in hooks.sent
    ]
    return web.json_response(
        {"under_way": hooks.under_way, "dropped": hooks.dropped, "sent": sent}
    )


@routes.post("/sandbox/hooks")
async def add_target(request: web.Request) -> web.Response:
    """Send to one more target."""
    target = _read(Target, await _body(request))
    sandbox_of(request).hooks.targets.append(target)
    return web.json_response({"url": target.url}, status=201)


@routes.post("/sandbox/mischief")
async def misbehave(request: web.Request) -> web.Response:
    """Let webhooks go wrong from now on."""
    mischief = _read(Mischief, await _body(request))
    sandbox_of(request).hooks.misbehave(mischief)
    return web.json_response(asdict(mischief))


def _edits(people: People) -> dict[str, Callable[..., object]]:
    methods: tuple[Callable[..., object], ...] = (
        people.new_issue,
        people.set_issue_state,
        people.assign_issue,
        people.regress,
        people.recur,
        people.set_native_case,
        people.comment_issue,
        people.edit_issue_comment,
        people.delete_issue_comment,
        people.delete_issue,
        people.new_case,
        people.set_case_status,
        people.assign_case,
        people.comment,
        people.edit_comment,
        people.delete_comment,
        people.set_title,
        people.archive,
        people.unarchive,
        people.merge,
        people.move,
        people.delete_case,
    )
    return {method.__name__: method for method in methods}


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise _problem(415, "send application/json")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise _problem(400, "not JSON") from None
    if not isinstance(body, dict):
        raise _problem(400, "not a JSON object")
    return body


def _read(shape: type[_Shape], body: Json) -> _Shape:
    try:
        return TypeAdapter(shape).validate_python(body)
    except (ValidationError, TypeError) as exc:
        raise _problem(400, str(exc)) from exc


def _refusal(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _problem(status: int, text: str) -> web.HTTPException:
    kinds: dict[int, Any] = {
        400: web.HTTPBadRequest,
        415: web.HTTPUnsupportedMediaType,
    }
    problem: web.HTTPException = kinds[status](
        text=json.dumps({"error": text}), content_type="application/json"
    )
    return problem
