"""What a person does to a thing: by hand on the page, elsewhere without it."""

from playwright.async_api import Locator

from tests.e2e.doors.town import PAGE, Town
from tests.e2e.processes import until


async def assign(town: Town, door: str, thing: str, name: str) -> None:
    """Assign an issue or a case; to nobody for no name."""
    user = await town.user(name) if name else None
    if door == PAGE:
        shown = await _shown(town, thing)
        await shown.get_by_label("Assignee of").select_option(user or "")
    elif await _is_case(town, thing):
        await town.edit("assign_case", case=thing, user=user)
    else:
        await town.edit("assign_issue", issue=thing, user=user)


async def say(town: Town, door: str, thing: str, text: str) -> None:
    """Comment on an issue or a case."""
    if door == PAGE:
        shown = await _thread(town, thing)
        await shown.get_by_label("Write on").fill(text)
        await shown.get_by_role("button", name="Send").click()
    elif await _is_case(town, thing):
        await town.edit("comment", case=thing, text=text)
    else:
        await town.edit("comment_issue", issue=thing, text=text)


async def rewrite(town: Town, door: str, case: str, said: str, text: str) -> None:
    """Edit the only comment on a case."""
    if door == PAGE:
        shown = await _thread(town, case)
        await shown.get_by_role("button", name="edit", exact=True).click()
        await shown.get_by_label("Write it anew").fill(text)
        await shown.get_by_role("button", name="Save").click()
    else:
        await town.edit("edit_comment", case=case, comment=said, text=text)


async def unsay(town: Town, door: str, case: str, said: str) -> None:
    """Delete the only comment on a case."""
    if door == PAGE:
        shown = await _thread(town, case)
        await shown.get_by_role("button", name="delete", exact=True).click()
    else:
        await town.edit("delete_comment", case=case, comment=said)


async def raise_issue(town: Town, door: str, service: str) -> str:
    """An error that is new; the issue's id."""
    if door != PAGE or not town.page:
        return await town.issue(service=service)
    before = set(await town.see())
    await town.page.get_by_label("What broke").fill("raised by hand")
    await town.page.get_by_label("Service").fill(service)
    await town.page.get_by_role("button", name="New issue").click()

    async def new() -> list[str]:
        seen = await town.see()
        return [one for one in set(seen) - before if "key" not in seen[one]]

    async def is_there() -> bool:
        return bool(await new())

    await until(is_there)
    (issue,) = await new()
    return issue


async def delete_issue(town: Town, door: str, issue: str) -> None:
    if door == PAGE:
        await town.row(issue).get_by_role("button", name="delete", exact=True).click()
    else:
        await town.edit("delete_issue", issue=issue)


async def put_away(town: Town, door: str, case: str, into: str | None) -> None:
    """Archive a case, or merge it into another one."""
    if door == PAGE:
        choice = town.side(case).get_by_label("Put")
        await choice.select_option(into or "archive")
    elif into:
        await town.edit("merge", case=case, into=into)
    else:
        await town.edit("archive", case=case)


async def _is_case(town: Town, thing: str) -> bool:
    return "key" in (await town.see())[thing]


async def _shown(town: Town, thing: str) -> Locator:
    return town.side(thing) if await _is_case(town, thing) else town.row(thing)


async def _thread(town: Town, thing: str) -> Locator:
    """The thing with its comments open."""
    shown = await _shown(town, thing)
    button = shown.get_by_label("Comments on")
    if await button.get_attribute("aria-expanded") != "true":
        await button.click()
    return shown
