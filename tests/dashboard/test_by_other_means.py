"""Whatever a button does, a command and a request do."""

import json
import re
import shlex
from urllib.parse import urlsplit

import pytest

from bridge.dashboard.commands import Commands, Same
from bridge.dashboard.pages import PAGES
from bridge.web.operation import Operation
from bridge.web.operations import OPERATIONS
from tests.cli.parsing import parsed

BASE = "https://bridge.example.com"
COMMANDS = Commands(BASE, has_token=True)
SAME = {
    "/dead/retry": [COMMANDS.retry("1"), COMMANDS.retry("1", "2")],
    "/dead/skip": [COMMANDS.skip("1"), COMMANDS.skip("1", "2")],
    "/resume": [COMMANDS.resume("cases:SHOP-1")],
    "/resync": [COMMANDS.resync("cases:SHOP-1")],
    "/link": [COMMANDS.link("cases:SHOP-1")],
    "/unlink": [COMMANDS.unlink("errors:a/b")],
    "/rules/test": [
        COMMANDS.test({"issue": "errors:1"}),
        COMMANDS.test({"issue": {"service": "a"}, "rules": [{"name": "x"}]}),
    ],
    "/rules/compare": [COMMANDS.compare()],
    "/cases/{case}/plan": [COMMANDS.plan("cases:SHOP-1")],
}
ACTIONS = [route.path for route in PAGES if route.method == "POST"]


def asked(curl: str) -> tuple[Operation, str | None]:
    """The route that *curl* calls, and the body that it sends."""
    words = shlex.split(curl)
    method, address = words[words.index("-X") + 1].lower(), urlsplit(words[-1])
    body = words[words.index("-d") + 1] if "-d" in words else None
    (found, *_) = sorted(
        (each for each in OPERATIONS if is_at(each, method, address.path)),
        key=lambda each: each.path.count("{"),
    )
    assert words[-1].startswith(f"{BASE}/api/v1/")
    return found, body


def is_at(operation: Operation, method: str, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", "[^/]+", operation.path)
    return operation.method == method and bool(re.fullmatch(pattern, path))


def test_every_button_is_known_here() -> None:
    assert set(ACTIONS) <= SAME.keys()


@pytest.mark.parametrize("same", [one for told in SAME.values() for one in told])
def test_the_command_is_one_of_ours(same: Same) -> None:
    with parsed(same.command) as context:
        assert context.command.name


@pytest.mark.parametrize("same", [one for told in SAME.values() for one in told])
def test_the_request_is_one_of_ours(same: Same) -> None:
    operation, body = asked(same.curl)

    if operation.body is None:
        assert body is None
    else:
        operation.body.model_validate(json.loads(body or ""))
