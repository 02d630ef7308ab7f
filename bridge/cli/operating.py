"""``bridge retry``, ``skip``, ``resume`` and ``resync``: the operator's hands."""

from typing import Any

import click

from bridge.cli.options import (
    BAD_ANSWER,
    asking,
    config_option,
    example,
    json_option,
    show,
)

Answer = dict[str, Any]

_NOT_LOST = (
    "Not waited for any longer. Nothing is lost: a bridge that runs goes on, else the "
    "next `bridge serve` does."
)


@click.command(epilog=example("bridge retry 064bf535af10000000f0868727"))
@click.argument("letters", metavar="ID...", nargs=-1, required=True)
@json_option
@config_option
def retry(*, letters: tuple[str, ...], as_json: bool) -> None:
    """Try again what was given up.

    The ids are those of `bridge dead`. They are taken in the order in which they were
    given up; if one of them is unknown, none is.
    """
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    answer = reach.ask(
        loaded, lambda desk: desk.retry(letters), create=False, wrong=wrong
    )
    show(answer, as_json=as_json, text=lambda done: f"Tried again: {done['retried']}.")


@click.command(epilog=example("bridge skip 064bf535af10000000f0868727"))
@click.argument("letters", metavar="ID...", nargs=-1, required=True)
@json_option
@config_option
def skip(*, letters: tuple[str, ...], as_json: bool) -> None:
    """Let what was given up be: both sides stay as they are and count as agreed.

    The ids are those of `bridge dead`; if one of them is unknown, none is skipped.
    """
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    answer = reach.ask(
        loaded, lambda desk: desk.skip(letters), create=False, wrong=wrong
    )
    show(answer, as_json=as_json, text=lambda done: f"Skipped: {done['skipped']}.")


@click.command(epilog=example("bridge resume cases:SHOP-12"))
@click.argument("case")
@json_option
@config_option
def resume(*, case: str, as_json: bool) -> None:
    """Go on with a case that is paused, because something reverted our writes.

    `bridge status` names the cases that are paused, and why. What came meanwhile is
    looked at now.
    """
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    answer = reach.ask(
        loaded, lambda desk: desk.resume(case), create=False, wrong=wrong
    )
    show(answer, as_json=as_json, text=lambda done: f"{done['resumed']} goes on.")


@click.command(
    epilog=example(
        "bridge resync cases:SHOP-12 cases:SHOP-13",
        "bridge resync",
        "bridge resync --progress",
    )
)
@click.argument("cases", metavar="[CASE...]", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Tell what would be written, and end.")
@click.option("--no-wait", is_flag=True, help="Begin it and do not wait for its end.")
@click.option("--progress", is_flag=True, help="Begin nothing; tell how far it is.")
@json_option
@config_option
def resync(
    *,
    cases: tuple[str, ...],
    dry_run: bool,
    no_wait: bool,
    progress: bool,
    as_json: bool,
) -> None:
    """Look at cases again now, all linked ones where none is named.

    What differs is synced by the usual rules. With --dry-run nothing is written;
    exit status 1 when a case could not be looked at.
    """
    if progress and (cases or dry_run or no_wait):
        raise click.UsageError("--progress goes with nothing else")
    loaded, wrong = asking()
    from bridge.cli import reach, resyncing  # noqa: PLC0415 - slow to import

    if progress:
        how_far = reach.ask(
            loaded, lambda desk: desk.resync_progress(), create=False, wrong=wrong
        )
        show(how_far, as_json=as_json, text=resyncing.reached)
        return
    if dry_run:
        plans = reach.ask(
            loaded, lambda desk: resyncing.plans(desk, cases), create=False, wrong=wrong
        )
        show(plans, as_json=as_json, text=resyncing.planned)
        if any(item["problem"] for item in plans["items"]):
            raise click.exceptions.Exit(BAD_ANSWER)
        return
    try:
        answer = reach.ask(
            loaded,
            lambda desk: resyncing.carry_out(desk, cases, is_waiting=not no_wait),
            create=False,
            wrong=wrong,
        )
    except KeyboardInterrupt:
        click.echo(_NOT_LOST, err=True)
        raise click.Abort from None
    show(answer, as_json=as_json, text=resyncing.told)
