"""Commands that run until they are stopped: ``serve`` and ``demo``."""

import click

from bridge.cli.options import Misuse, config_option, example, json_option, settings


@click.command(epilog=example("bridge serve --config config.toml"))
@click.option("--dry-run", is_flag=True, help="Plan and record, but write nothing.")
@config_option
def serve(*, dry_run: bool) -> None:
    """The server and its workers, until Ctrl-C or SIGTERM."""
    loaded = settings()
    import asyncio  # noqa: PLC0415 - slow to import

    from bridge import app  # noqa: PLC0415 - slow to import
    from bridge.ports.errors import StoreRefused  # noqa: PLC0415 - slow to import

    try:
        asyncio.run(app.serve(loaded, dry_run=dry_run))
    except StoreRefused as exc:
        raise Misuse(f"store.url: {exc}") from exc
    except OSError as exc:
        if exc.filename is not None:
            raise
        at = f"{loaded.server.host}:{loaded.server.port}"
        text = f"cannot listen at {at}: {exc.strerror}; change server.port or host"
        raise Misuse(text) from exc


@click.command(epilog=example("bridge demo", "bridge demo --headless --events 200"))
@click.option("--headless", is_flag=True, help="Play scripted edits, print, end.")
@click.option(
    "--events",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="How many edits are played; with --headless.",
)
@json_option
def demo(*, headless: bool, events: int, as_json: bool) -> None:
    """A whole world on this machine, nothing to configure; ends with Ctrl-C."""
    from bridge import app  # noqa: PLC0415 - slow to import

    # It is composed with the sandbox, which comes next.
    code = app.demo(  # type: ignore[attr-defined]
        headless=headless, events=events, as_json=as_json
    )
    raise click.exceptions.Exit(code)
