"""What the bridge is asked for: by its API, a command, and by hand on the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from tests.e2e.doors.knocking import API, CLI
from tests.e2e.doors.town import PAGE, Town


async def link(town: Town, door: str, issue: str, case: str) -> str:
    """Ask for a link; why it was refused, or nothing."""
    names = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
    if door == API:
        return await ask(town, "POST", "links", names)
    if door == CLI:
        status, _, why = await town.command("link", names["issue"], names["case"])
        assert status == (1 if why else 0)
        return why
    await town.row(issue).get_by_label("to a case").select_option(case)
    return ""


async def unlink(town: Town, door: str, issue: str) -> None:
    name = f"errors:{issue}"
    if door == API:
        assert await ask(town, "DELETE", f"links/{name}") == ""
    elif door == CLI:
        status, _, why = await town.command("unlink", name)
        assert (status, why) == (0, "")
    else:
        await town.row(issue).get_by_role("button", name="unlink").click()


async def create(town: Town, door: str, issue: str, project: str = "") -> str:
    """Ask for a case of its own; why it was refused, or nothing."""
    name = f"errors:{issue}"
    if door == API:
        asked = {"issue": name, "project": project} if project else {"issue": name}
        return await ask(town, "POST", "cases", asked)
    if door == CLI:
        given = ["--project", project] if project else []
        status, _, why = await town.command("create", name, *given)
        assert status == (1 if why else 0)
        return why
    if project:
        choice = town.row(issue).get_by_label("Project for a case")
        await choice.select_option(project)
    await town.row(issue).get_by_role("button", name="create case").click()
    return ""


async def plan(town: Town, door: str, case: str) -> set[tuple[str, str]]:
    """Which issues would be given which state: by id, on the page by title."""
    if door == PAGE:
        await town.side(case).get_by_label("Plan for").click()
        told = (
            town.side(case).get_by_label("What would be done").get_by_role("listitem")
        )
        await expect(told.first).to_be_visible()
        lines = [await line.inner_text() for line in await told.all()]
        pairs = [line.splitlines()[0].split(" → ") for line in lines]
        return {(title, written.removesuffix(" would")) for title, written in pairs}
    if door == API:
        answer = await town.plan(case)
    else:
        _, answer, _ = await town.command("plan", f"cases:{case}")
    assert {each["kind"] for each in answer["actions"]} == {"set_issue_state"}
    return {
        (each["target"].removeprefix("errors:"), each["value"].lower())
        for each in answer["actions"]
    }


@asynccontextmanager
async def meanwhile_linked(
    town: Town, door: str, issue: str, case: str
) -> AsyncIterator[None]:
    """Somebody else links the issue before the one at the door knows of it."""
    if door == PAGE:
        await expect(town.row(issue).get_by_label("to a case")).to_be_visible()
    async with town.stale():
        names = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
        await town.world.ask("POST", "links", names)
        yield


async def noted(town: Town) -> str:
    """What the page said at its bottom."""
    assert town.page
    note = town.page.locator("#notes p")
    await expect(note).to_be_visible()
    return await note.inner_text()


async def ask(town: Town, method: str, path: str, body: object = None) -> str:
    world = town.world
    url = f"{world.bridge_url}/api/v1/{path}"
    answer = await world.client.request(method, url, json=body)
    return "" if answer.is_success else str(answer.json()["detail"])
