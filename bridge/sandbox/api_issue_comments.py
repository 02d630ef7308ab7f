"""Over HTTP: comments of issues, a service beside Datadog's API, which has none."""

from aiohttp import web

from bridge.sandbox import comment_changes
from bridge.sandbox.answers import attributes, document, must_be_uuid, page, text_of
from bridge.sandbox.comment_texts import kept_text
from bridge.sandbox.documents import Json, nine_digits
from bridge.sandbox.records import Comment, Issue
from bridge.sandbox.sandbox import sandbox_of, view_of
from bridge.sandbox.world import World

PREFIX = "/sandbox/api"
_COMMENTS = PREFIX + "/issues/{issue}/comments"

routes = web.RouteTableDef()


@routes.get(_COMMENTS)
async def list_comments(request: web.Request) -> web.Response:
    """An issue's comments, newest first; the first page is number 0."""
    sandbox = sandbox_of(request)
    issue = view_of(request).issue(_issue_id(request))
    number, size = page(request, first=0)
    listed = sandbox.listed(issue.comments)[::-1]
    shown = listed[number * size : (number + 1) * size]
    return document([_document(sandbox.world, comment) for comment in shown])


@routes.post(_COMMENTS)
async def add_comment(request: web.Request) -> web.Response:
    """Write a comment."""
    sandbox, issue = sandbox_of(request), _issue(request)
    text = await _text(request)
    made = comment_changes.add(sandbox.world, issue, text, sandbox.api_hand)
    return document(_document(sandbox.world, made), status=201)


@routes.put(_COMMENTS + "/{comment}")
async def edit_comment(request: web.Request) -> web.Response:
    """Replace a comment's text."""
    sandbox, issue = sandbox_of(request), _issue(request)
    text, comment = await _text(request), request.match_info["comment"]
    hand = sandbox.api_hand
    edited = comment_changes.edit(sandbox.world, issue, comment, text, hand)
    return document(_document(sandbox.world, edited))


@routes.delete(_COMMENTS + "/{comment}")
async def delete_comment(request: web.Request) -> web.Response:
    """Delete a comment; a second time it is not there."""
    sandbox, issue = sandbox_of(request), _issue(request)
    comment = request.match_info["comment"]
    comment_changes.delete(sandbox.world, issue, comment, sandbox.api_hand)
    return web.Response(status=204)


def _issue(request: web.Request) -> Issue:
    return sandbox_of(request).world.issue(_issue_id(request))


def _issue_id(request: web.Request) -> str:
    return must_be_uuid(request.match_info["issue"], "issue id is not an uuid")


async def _text(request: web.Request) -> str:
    return kept_text(request, text_of(await attributes(request, "comment"), "text"))


def _document(world: World, comment: Comment) -> Json:
    author = world.users[comment.author]
    told: Json = {
        "text": comment.text,
        "author": {
            "id": author.id,
            "name": author.name,
            "email": author.email,
            "active": author.is_active,
        },
        "created_at": nine_digits(comment.created_at),
    }
    if comment.modified_at:
        told["modified_at"] = nine_digits(comment.modified_at)
    if comment.deleted_at:
        told["deleted_at"] = nine_digits(comment.deleted_at)
    return {"id": comment.id, "type": "comment", "attributes": told}
