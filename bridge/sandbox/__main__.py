"""Runs a sandbox by itself: ``python -m bridge.sandbox --port 9001``."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bridge.sandbox.hook_targets import Target
from bridge.sandbox.sandbox import BridgeAddress, Keys, Sandbox
from bridge.sandbox.scenes import build_world
from bridge.sandbox.server import Side, serving


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until interrupted."""
    asyncio.run(run(_parser().parse_args(arguments)))


async def run(options: argparse.Namespace) -> None:
    """Serve as *options* say until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    sandbox = _sandbox(options)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sandbox.hooks)
        for name, side, port in _servers(options):
            url = await stack.enter_async_context(
                serving(sandbox, side=side, host=options.host, port=port)
            )
            _say(f"{name}: {url}")
        _say("ready")
        await stop.wait()


def _sandbox(options: argparse.Namespace) -> Sandbox:
    world = build_world(
        seed=options.seed, cases=options.cases, loose_issues=options.loose
    )
    sandbox = Sandbox(
        world,
        keys=Keys(options.api_key, options.app_key),
        bridge=BridgeAddress(
            options.bridge or options.hooks,
            options.bridge_token,
            options.issues_name,
            options.cases_name,
        ),
        issue_state_hooks=options.issue_state_hooks,
        issue_comments=options.issue_comments,
    )
    if options.hooks:
        base = options.hooks.rstrip("/")
        sandbox.hooks.targets += [
            Target(f"{base}/hooks/{options.issues_name}", "issues", options.secret),
            Target(f"{base}/hooks/{options.cases_name}", "cases", options.secret),
        ]
    return sandbox


def _servers(options: argparse.Namespace) -> list[tuple[str, Side, int]]:
    if options.cases_port is None:
        return [("sandbox", Side.BOTH, options.port)]
    return [
        ("issues", Side.ISSUES, options.port),
        ("cases", Side.CASES, options.cases_port),
    ]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bridge.sandbox", description=__doc__
    )
    keys = Keys()
    for name, default, text in (
        ("host", "127.0.0.1", "address to listen at"),
        ("hooks", "", "the bridge's base URL, to send webhooks to"),
        ("secret", "", "bearer secret of the webhooks"),
        ("bridge", "", "the bridge's base URL for the page (else that of --hooks)"),
        ("bridge-token", "", "the bridge's api_token, for the page"),
        ("issues-name", "errors", "the bridge's name for the issue tracker"),
        ("cases-name", "cases", "the bridge's name for the case tracker"),
        ("api-key", keys.api_key, "accepted DD-API-KEY"),
        ("app-key", keys.app_key, "accepted DD-APPLICATION-KEY"),
    ):
        parser.add_argument(f"--{name}", default=default, help=text)
    parser.add_argument("--port", type=int, default=0, help="0: the system chooses")
    parser.add_argument(
        "--cases-port", type=int, help="serve cases at a port of its own"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same world again")
    parser.add_argument("--cases", type=int, default=20, help="how many cases")
    parser.add_argument("--loose", type=int, default=3, help="issues without a case")
    parser.add_argument(
        "--issue-state-hooks",
        action="store_true",
        help="send webhooks for edits of issues too, which Datadog does not",
    )
    parser.add_argument(
        "--issue-comments",
        action="store_true",
        help="serve comments of issues too, which Datadog does not",
    )
    return parser


if __name__ == "__main__":
    main()
