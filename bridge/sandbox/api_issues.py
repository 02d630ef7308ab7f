"""Error Tracking over HTTP: all five operations of Datadog's API v2."""

from collections.abc import Callable, Iterator

from aiohttp import web

from bridge.sandbox import issue_changes, search
from bridge.sandbox.answers import (
    BadRequest,
    attributes,
    document,
    must_be_uuid,
    request_data,
)
from bridge.sandbox.documents import Json
from bridge.sandbox.issue_documents import issue_document, issue_included
from bridge.sandbox.records import Issue, IssueState
from bridge.sandbox.sandbox import sandbox_of, view_of
from bridge.sandbox.world import World

_CAP = 100
_MOBILE = ("ANDROID", "IOS", "FLUTTER", "REACT_NATIVE")
_PLATFORMS: dict[str, tuple[str, ...]] = {
    "BROWSER": ("BROWSER",),
    "MOBILE": _MOBILE,
    "BACKEND": ("BACKEND",),
    "trace": ("BACKEND",),
    "rum": ("BROWSER", *_MOBILE, "ROKU"),
}
_TRACKS = ("trace", "logs", "rum")
_PERSONAS = ("ALL", "BROWSER", "MOBILE", "BACKEND")
_ORDERS = ("TOTAL_COUNT", "FIRST_SEEN", "IMPACTED_SESSIONS", "PRIORITY")
_INCLUDES = {"assignee", "case", "team_owners"}

routes = web.RouteTableDef()
_ISSUES = "/api/v2/error-tracking/issues"


@routes.post(f"{_ISSUES}/search")
async def search_issues(request: web.Request) -> web.Response:
    """Issues with errors in a window: at most 100, and no further page."""
    asked = await attributes(request, "search_request")
    world = sandbox_of(request).world
    is_asked_for = _question(world, asked)
    found = [issue for issue in view_of(request).found_issues() if is_asked_for(issue)]
    found = _ordered(found, asked.get("order_by", "TOTAL_COUNT"))[:_CAP]
    included = list(_search_included(world, found, request.query.get("include", "")))
    return document([_result(issue) for issue in found], included=included)


@routes.get(_ISSUES + "/{issue}")
async def get_issue(request: web.Request) -> web.Response:
    """One issue, with what ``include`` asks for."""
    issue = view_of(request).issue(_issue_id(request))
    asked = {name for name in request.query.get("include", "").split(",") if name}
    if unknown := asked - _INCLUDES:
        raise BadRequest(f"invalid include {min(unknown)}")
    included = issue_included(sandbox_of(request).world, issue, asked)
    return document(issue_document(issue), included=included)


@routes.put(_ISSUES + "/{issue}/state")
async def set_state(request: web.Request) -> web.Response:
    """Give an issue a state."""
    sandbox = sandbox_of(request)
    asked = (await attributes(request, "error_tracking_issue")).get("state")
    try:
        state = IssueState(str(asked))
    except ValueError:
        text = f'invalid json value for IssueState: "{asked}"'
        raise BadRequest(text) from None
    issue = issue_changes.set_state(
        sandbox.world, _issue_id(request), state, sandbox.api_hand
    )
    return _changed(sandbox.world, issue)


@routes.put(_ISSUES + "/{issue}/assignee")
async def assign(request: web.Request) -> web.Response:
    """Assign an issue; any UUID will do."""
    sandbox = sandbox_of(request)
    user_id = str((await request_data(request, "assignee")).get("id", ""))
    user_id = must_be_uuid(user_id, f"invalid UUID length: {len(user_id)}")
    issue = issue_changes.assign(
        sandbox.world, _issue_id(request), user_id, sandbox.api_hand
    )
    return _changed(sandbox.world, issue)


@routes.delete(_ISSUES + "/{issue}/assignee")
async def unassign(request: web.Request) -> web.Response:
    """Take the assignee off an issue."""
    sandbox = sandbox_of(request)
    issue_changes.assign(sandbox.world, _issue_id(request), None, sandbox.api_hand)
    return web.Response(status=204)


def _issue_id(request: web.Request) -> str:
    return must_be_uuid(request.match_info["issue"], "issue id is not an uuid")


def _changed(world: World, issue: Issue) -> web.Response:
    included = issue_included(world, issue, ("case", "assignee"))
    return document(issue_document(issue), included=included)


def _question(world: World, asked: Json) -> Callable[[Issue], bool]:
    since, until = asked.get("from"), asked.get("to")
    if not isinstance(since, int) or not isinstance(until, int):
        raise BadRequest("from and to are required")
    states, people = asked.get("states"), asked.get("assignee_ids")
    teams, platforms = asked.get("team_ids"), _platforms(asked)
    matches = _matcher(asked)
    return lambda issue: (
        issue.first_seen // 1_000_000 < until
        and issue.last_seen // 1_000_000 >= since
        and (platforms is None or issue.platform in platforms)
        and (not states or issue.state in states)
        and (not people or issue.assignee in people)
        and (not teams or bool(set(teams) & set(issue.teams)))
        and matches(lambda name: _field(world, issue, name))
    )


def _platforms(asked: Json) -> tuple[str, ...] | None:
    track, persona = asked.get("track"), asked.get("persona")
    if track is None and persona is None:
        raise BadRequest("track or persona must be provided")
    if track is not None and track not in _TRACKS:
        raise BadRequest(f"invalid json value for TrackType: {track}")
    if persona is not None and persona not in _PERSONAS:
        raise BadRequest(f"invalid json value for Persona: {persona}")
    return _PLATFORMS.get(track or "") or _PLATFORMS.get(persona or "")


def _matcher(asked: Json) -> search.Matcher:
    query = asked.get("query")
    if not isinstance(query, str):
        raise BadRequest("query is required")
    try:
        return search.parse(query)
    except search.BadQuery as exc:
        raise BadRequest(str(exc)) from exc


def _field(world: World, issue: Issue, name: str) -> tuple[str, ...] | None:
    owners = [world.teams[team] for team in issue.teams]
    known = {
        "": (issue.title,),
        "service": (issue.service,),
        "env": (issue.env,),
        "issue.id": (issue.id,),
        "error.type": (issue.error_type,),
        "error.message": (issue.error_message,),
        "team": tuple(n for team in owners for n in (team.handle, team.name)),
    }
    return known.get(name.removeprefix("@"))


def _ordered(issues: list[Issue], order: str) -> list[Issue]:
    if order not in _ORDERS:
        raise BadRequest(f"invalid json value for OrderBy: {order}")
    if order == "FIRST_SEEN":
        return sorted(issues, key=lambda issue: -issue.first_seen)
    return sorted(issues, key=lambda issue: (-issue.total_count, issue.id))


def _result(issue: Issue) -> Json:
    return {
        "id": issue.id,
        "type": "error_tracking_search_result",
        "attributes": {"impacted_sessions": 0, "total_count": issue.total_count},
        "relationships": {"issue": {"data": {"id": issue.id, "type": "issue"}}},
    }


def _search_included(world: World, issues: list[Issue], include: str) -> Iterator[Json]:
    asked = {name for name in include.split(",") if name}
    known = {"issue", *(f"issue.{name}" for name in _INCLUDES)}
    if asked - known:
        raise BadRequest(f"invalid include {min(asked - known)}")
    wanted = {name.removeprefix("issue.") for name in asked} - {"issue"}
    seen = set()
    for issue in issues:
        own = [issue_document(issue)] if "issue" in asked else []
        for found in own + issue_included(world, issue, wanted):
            if found["id"] not in seen:
                seen.add(found["id"])
                yield found
