"""The comment service beside the sandbox's Error Tracking."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bridge.sandbox import Sandbox, Side, serving
from bridge.sandbox.__main__ import _parser, _sandbox
from bridge.sandbox.comment_texts import mangled
from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.hook_targets import is_told
from bridge.sandbox.world import World


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    return Sandbox(world, issue_comments=True)


@pytest.fixture
def issue(world: World) -> str:
    return next(iter(world.issues))


@pytest.fixture
async def keyless(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(url) as session:
        yield session


def place(issue: str, *comment: str) -> str:
    return "/".join((f"/sandbox/api/issues/{issue}/comments", *comment))


def body(text: object) -> dict[str, Any]:
    return {"data": {"type": "comment", "attributes": {"text": text}}}


async def edit(http: aiohttp.ClientSession, **asked: str) -> Any:
    async with http.post("/sandbox/edits", json=asked) as answer:
        return answer.status, await answer.json()


async def test_it_is_not_there_unless_it_is_asked_for(world: World, issue: str) -> None:
    closed = Sandbox(world)
    for sandbox, side in ((closed, Side.BOTH), (Sandbox(world), Side.ISSUES)):
        async with (
            serving(sandbox, side=side) as url,
            aiohttp.ClientSession(url) as http,
            http.get(place(issue)) as answer,
        ):
            assert answer.status == 404
    options = _parser().parse_args(["--issue-comments"])
    assert _sandbox(options).issue_comments
    assert not _sandbox(_parser().parse_args([])).issue_comments


async def test_it_wants_the_keys_as_every_other_route(
    keyless: aiohttp.ClientSession, issue: str
) -> None:
    async with keyless.get(place(issue)) as answer:
        assert answer.status == 401


async def test_people_comment_edit_and_delete_by_the_control_routes(
    http: aiohttp.ClientSession, sandbox: Sandbox, issue: str
) -> None:
    status, made = await edit(http, edit="comment_issue", issue=issue, text="hello")
    await edit(
        http, edit="edit_issue_comment", issue=issue, comment=made["id"], text="bye"
    )
    async with http.get(place(issue)) as answer:
        listed = (await answer.json(content_type=None))["data"]
    async with http.get("/sandbox/state") as answer:
        (seen,) = [i for i in (await answer.json())["issues"] if i["id"] == issue]
    await edit(http, edit="delete_issue_comment", issue=issue, comment=made["id"])
    again = await edit(
        http, edit="delete_issue_comment", issue=issue, comment=made["id"]
    )

    assert status == 201
    assert [cell["attributes"]["text"] for cell in listed] == ["bye"]
    assert listed[0]["attributes"]["author"]["name"] == "Ann Ashton"
    assert {"created_at", "modified_at"} <= set(listed[0]["attributes"])
    assert [c["text"] for c in seen["comments"]] == ["bye"]
    assert again[0] == 404
    assert [edit.name for edit in sandbox.world.edits] == [
        "comment_issue",
        "edit_issue_comment",
        "delete_issue_comment",
    ]


async def test_what_is_written_through_it_is_in_the_write_log(
    http: aiohttp.ClientSession, sandbox: Sandbox, issue: str
) -> None:
    async with http.post(place(issue), json=body("hello")) as answer:
        made = (await answer.json(content_type=None))["data"]["id"]
    for _ in range(2):
        async with http.put(place(issue, made), json=body("bye")) as answer:
            assert answer.status == 200
    async with http.delete(place(issue, made)) as answer:
        assert answer.status == 204
    async with http.delete(place(issue, made)) as answer:
        assert answer.status == 404

    assert [
        (write.method, write.status, write.has_changed)
        for write in sandbox.world.writes
    ] == [
        ("POST", 201, True),
        ("PUT", 200, True),
        ("PUT", 200, False),
        ("DELETE", 204, True),
        ("DELETE", 404, False),
    ]


@pytest.mark.parametrize(
    ("text", "status"), [("", 400), (None, 400), (7, 400), ("x", 201)]
)
async def test_a_comment_needs_a_text(
    http: aiohttp.ClientSession, issue: str, text: object, status: int
) -> None:
    async with http.post(place(issue), json=body(text)) as answer:
        assert answer.status == status


async def test_faults_strike_it_too(
    http: aiohttp.ClientSession, sandbox: Sandbox, issue: str
) -> None:
    sandbox.faults.add(Fault(FaultKind.FAIL, path="*/comments", count=1))

    async with http.get(place(issue)) as answer:
        assert answer.status == 503
    async with http.get(place(issue)) as answer:
        assert answer.status == 200


async def test_a_write_can_be_said_to_be_done_and_not_be_done(
    http: aiohttp.ClientSession, sandbox: Sandbox, issue: str
) -> None:
    sandbox.faults.add(Fault(FaultKind.FAIL, method="POST", status=204))

    async with http.post(place(issue), json=body("lost")) as answer:
        assert (answer.status, await answer.read()) == (204, b"")

    assert sandbox.world.issue(issue).comments == ()


async def test_webhooks_tell_of_it_only_where_they_pretend_to(
    sandbox: Sandbox, issue: str
) -> None:
    made = sandbox.people.comment_issue(issue, "hello")
    sandbox.people.edit_issue_comment(issue, made.id, "bye")
    sandbox.people.delete_issue_comment(issue, made.id)

    told = sandbox.world.happenings[-3:]
    assert [happening.kind for happening in told] == [
        "issue.comment",
        "issue.comment_edited",
        "issue.comment_deleted",
    ]
    assert all(is_told(one, "issues", issue_states=True) for one in told)
    assert not any(is_told(one, "issues", issue_states=False) for one in told)
    assert not any(is_told(one, "cases", issue_states=True) for one in told)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("as it is", "as it is"),
        ("<!-- marker -->text", "text"),
        ("text\n\n<!-- two\nlines -->", "text"),
        ("open <!-- for ever", "open"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  a  \n  b  ", "a\nb"),
        ("<b> & \"q\" 'q'", "&lt;b&gt; &amp; \"q\" 'q'"),
        ("[bridge]: # (m) 𝄞", "[bridge]: # (m) 𝄞"),
    ],
)
async def test_texts_can_be_mangled_on_both_sides(
    http: aiohttp.ClientSession, sandbox: Sandbox, issue: str, text: str, kept: str
) -> None:
    sandbox.faults.add(Fault(FaultKind.MANGLE))
    case = next(iter(sandbox.world.cases))
    cell = {"data": {"type": "case", "attributes": {"comment": text}}}

    async with http.post(place(issue), json=body(text)) as answer:
        assert answer.status == 201
    async with http.post(f"/api/v2/cases/{case}/comment", json=cell) as answer:
        assert answer.status == 200

    assert mangled(text) == kept
    for thing in (sandbox.world.issue(issue), sandbox.world.case(case)):
        assert [comment.text for comment in thing.comments] == [kept]
