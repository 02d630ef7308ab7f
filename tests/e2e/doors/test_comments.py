"""Comments, from every door by which one is heard of; and where there can be none."""

from tests.e2e.doors.hands import rewrite, say, unsay
from tests.e2e.doors.knocking import HEARING, WEBHOOK, doors, dry_doors, in_town
from tests.e2e.doors.town import POLL, Town
from tests.e2e.processes import until

pytestmark = in_town

OPEN = "OPEN"


@doors(*HEARING)
async def test_a_comment_on_an_issue_is_copied_to_the_case_and_the_others(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await say(town, door, issues[0], "it is the cache")

    await town.reads("it is the cache", {case: 1, issues[0]: 1, issues[1]: 1})


@doors(*HEARING)
async def test_a_comment_on_a_case_is_copied_to_its_issues(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await say(town, door, case, "rolled back")

    await town.reads("rolled back", {case: 1, issues[0]: 1, issues[1]: 1})


@doors(*HEARING)
async def test_an_edited_comment_is_edited_everywhere_and_a_deleted_one_deleted(
    town: Town, door: str
) -> None:
    case, (issue,) = await town.linked("Open", OPEN)
    said = await town.edit("comment", case=case, text="first words")
    await town.reads("first words", {case: 1, issue: 1})

    await rewrite(town, door, case, said, "second thoughts")
    await town.reads_on("second thoughts", case)
    await town.tell(door, case)
    await town.reads("second thoughts", {case: 1, issue: 1})
    await town.reads("first words", {case: 0, issue: 0})

    await unsay(town, door, case, said)
    await town.reads_on("", case)
    await town.tell(door, case)
    await town.reads("second thoughts", {case: 0, issue: 0})


@dry_doors(*HEARING)
async def test_comments_off_is_said_when_a_comment_stays_where_it_is(
    dry: Town, door: str
) -> None:
    """The timer does not read comments for which there is no place: one that no webhook
    told of is said with the next one."""
    case, issues = dry.staged[f"comment {door}"]
    async with dry.at_page(door):
        async with dry.deaf(door == POLL):
            await say(dry, door, case, "for nobody else")
            await dry.reads_on("for nobody else", case)
        if door == POLL:
            await dry.tell(WEBHOOK, case)

    async def is_said() -> bool:
        told = [
            text
            for one in await dry.events(case)
            for text in (*one["notes"], one["reason"] or "")
        ]
        return any("cannot hold comments" in text for text in told)

    await until(is_said)
    assert (await dry.see())[issues[0]]["comments"] == []
