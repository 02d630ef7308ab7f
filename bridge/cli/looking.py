"""Commands that tell what the dashboard draws: abilities, and the pulse of the work."""

import click

from bridge.cli import overview_tables
from bridge.cli.asking import ask
from bridge.cli.options import config_option, example, json_option, show


@click.command(epilog=example("bridge abilities", "bridge abilities --json"))
@json_option
@config_option
def abilities(*, as_json: bool) -> None:
    """What is synced which way, and what each tracker can do, or why not."""
    answer = ask(lambda desk: desk.overview.abilities())
    show(answer, as_json=as_json, text=overview_tables.abilities)


@click.command(epilog=example("bridge pulse", "bridge pulse --json"))
@json_option
@config_option
def pulse(*, as_json: bool) -> None:
    """The longest wait for an answer, and what ended in the last hour.

    With --json, `ended` counts by the minute, the present one last.
    """
    answer = ask(lambda desk: desk.overview.pulse())
    show(answer, as_json=as_json, text=overview_tables.pulse)
