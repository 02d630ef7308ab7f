"""What every tracker promises of comments, and the trackers in memory as well."""

from collections.abc import AsyncIterator

import pytest

from bridge.ports.errors import AmbiguousError, GoneError, TransientError
from bridge.ports.trackers import COMMENTING
from tests.contract.talk import Talk, talking

KINDS = (
    "datadog_error_tracking",
    "datadog_case_management",
    "memory_issues",
    "memory_cases",
)


@pytest.fixture(params=KINDS)
async def talk(request: pytest.FixtureRequest) -> AsyncIterator[Talk]:
    async with talking(request.param) as made:
        yield made


async def test_whoever_has_comments_declares_all_that_can_be_done(talk: Talk) -> None:
    assert talk.tracker.abilities >= COMMENTING
    assert talk.tracker.comment_limit > 0


async def test_a_persons_comment_is_read_with_its_author_and_time(talk: Talk) -> None:
    said = talk.say("ok, fixed on Linear")

    (read,) = await talk.listed()

    assert (read.id, read.text) == (said, "ok, fixed on Linear")
    assert read.author is not None
    assert read.created_at is not None
    assert (read.edited_at, read.is_deleted) == (None, False)


async def test_a_persons_edit_is_told_by_its_text_and_its_time(talk: Talk) -> None:
    said = talk.say("teh")
    talk.reword(said, "the")

    (read,) = await talk.listed()

    assert (read.id, read.text) == (said, "the")
    assert read.edited_at is not None


async def test_a_comment_is_written_edited_and_deleted(talk: Talk) -> None:
    talk.say("first, by a person")
    made = await talk.tracker.add_comment(talk.thing, "**ours** ☂")
    (read, _) = await talk.listed()
    await talk.tracker.edit_comment(talk.thing, made.id, "**ours**, edited 𝄞")
    edited = await talk.texts()

    for _ in range(2):
        await talk.tracker.delete_comment(talk.thing, made.id)

    assert (read.id, read.text) == (made.id, made.text) == (made.id, "**ours** ☂")
    assert edited == ["**ours**, edited 𝄞", "first, by a person"]
    assert await talk.texts() == ["first, by a person"]


async def test_the_same_edit_twice_is_harmless(talk: Talk) -> None:
    made = await talk.tracker.add_comment(talk.thing, "one")

    for _ in range(2):
        await talk.tracker.edit_comment(talk.thing, made.id, "two")

    assert await talk.texts() == ["two"]


async def test_a_comment_as_long_as_allowed_is_kept_whole(talk: Talk) -> None:
    text = "𝄞" * talk.tracker.comment_limit

    made = await talk.tracker.add_comment(talk.thing, text)

    assert made.text == text
    assert await talk.texts() == [text]


async def test_comments_are_read_over_all_pages_newest_first(talk: Talk) -> None:
    texts = [f"comment {number}" for number in range(205)]
    for text in texts:
        talk.say(text)

    assert await talk.texts() == texts[::-1]


async def test_a_list_that_breaks_off_is_an_error_and_no_shorter_list(
    talk: Talk,
) -> None:
    for number in range(105):
        talk.say(f"comment {number}")
    talk.break_lists()

    with pytest.raises(TransientError):
        await talk.listed()


async def test_what_a_person_deleted_is_left_out_or_marked(talk: Talk) -> None:
    talk.say("kept")
    deleted = talk.say("regretted")
    talk.unsay(deleted)

    left_out = await talk.listed()
    talk.show_deleted()
    marked = await talk.listed()

    assert [(c.text, c.is_deleted) for c in left_out] == [("kept", False)]
    assert [(c.id == deleted, c.is_deleted) for c in marked] == [
        (True, True),
        (False, False),
    ]


async def test_a_deleted_comment_cannot_be_edited(talk: Talk) -> None:
    said = talk.say("regretted")
    talk.unsay(said)

    with pytest.raises(GoneError):
        await talk.tracker.edit_comment(talk.thing, said, "too late")

    assert await talk.texts() == []


async def test_what_is_missing_has_no_comments(talk: Talk) -> None:
    with pytest.raises(GoneError):
        _ = [comment async for comment in talk.tracker.comments(talk.nowhere)]
    with pytest.raises(GoneError):
        await talk.tracker.add_comment(talk.nowhere, "text")

    await talk.tracker.delete_comment(talk.nowhere, talk.say("elsewhere"))


async def test_a_comment_without_an_answer_is_ambiguous(talk: Talk) -> None:
    talk.lose_answers()

    with pytest.raises(AmbiguousError):
        await talk.tracker.add_comment(talk.thing, "once")

    assert await talk.texts() == ["once"]


async def test_what_the_tracker_made_of_a_text_is_what_is_told(talk: Talk) -> None:
    talk.mangle_texts()

    made = await talk.tracker.add_comment(
        talk.thing, "  a <b>\r\n\r\n\r\n\r\n<!-- hidden -->c & d\t\n"
    )
    added = await talk.texts()
    await talk.tracker.edit_comment(talk.thing, made.id, "<!-- gone -->e ")

    assert added == [made.text] == ["a &lt;b&gt;\n\nc &amp; d"]
    assert await talk.texts() == ["e"]
