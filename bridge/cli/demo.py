"""``bridge demo``: a world to try the bridge in."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import click

from bridge.cli.options import BAD_ANSWER, config_option, example, json_option, show
from bridge.cli.progress import progress

EDITS = 200
"""How many edits are played unless another number is given."""

_STORY = """\
{edits} edits by people, over {cases} cases with {issues} issues
{deliveries} webhooks taken in; {polls} edits found by the timer's looks
{writes} writes to the trackers
{echoes} echoes of the bridge's own writes recognised
outcomes: {told}
"""


@click.command(epilog=example("bridge demo", "bridge demo --headless --events 200"))
@click.option("--headless", is_flag=True, help="Play scripted edits, print, end.")
@click.option(
    "--events",
    type=click.IntRange(min=1),
    help=f"How many edits are played with --headless; without a number {EDITS}.",
)
@click.option("--seed", default=1, help="Another number, another world.")
@json_option
@config_option
def demo(*, headless: bool, events: int | None, seed: int, as_json: bool) -> None:
    """A whole world on this machine; ends with Ctrl-C.

    Nothing is to be configured: --config is taken as by every command, and not read.
    """
    if not headless:
        if events is not None:
            raise click.UsageError("--events goes with --headless only")
        asyncio.run(_show(seed))
        return
    from bridge.demo.headless import play_headless  # noqa: PLC0415 - slow to import

    edits = events or EDITS
    with progress(f"Playing {edits} edits"):
        account = asyncio.run(play_headless(edits, seed)).as_json()
    show(account, as_json=as_json, text=_told)
    if not account["agrees"]:
        raise click.exceptions.Exit(BAD_ANSWER)


async def _show(seed: int) -> None:
    from bridge.demo.stage import staged  # noqa: PLC0415 - slow to import
    from bridge.signals import stop_signal  # noqa: PLC0415 - slow to import

    with stop_signal() as stop:
        await _until(stop, staged(seed=seed, settle="1s", poll="1s"))


async def _until(stop: asyncio.Event, world: AbstractAsyncContextManager[Any]) -> None:
    async with world as stage:
        click.echo(f"Open   {stage.issues_url}/  and click: both sides on one page.")
        click.echo(f"Watch  {stage.bridge_url}/  the bridge's dashboard.")
        click.echo(f"Its two trackers are at {stage.issues_url}")
        click.echo(f"and {stage.cases_url}. Ctrl-C ends it all.")
        await stop.wait()


def _told(account: dict[str, Any]) -> str:
    outcomes = account["outcomes"].items()
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes))
    story = _STORY.format(**account, told=told)
    complaints = account["disagreements"] + account["surprises"]
    if complaints:
        return story + "both sides DISAGREE:\n" + "\n".join(complaints)
    return story + "both sides agree"
