"""Log lines have one shape and no secrets in them."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from bridge import logs
from bridge.settings import (
    LogFormat,
    LogLevel,
    LogsSettings,
    ServerSettings,
    Settings,
    StoreSettings,
)

CANARY = "canary-51cd"

Configure = Callable[..., io.StringIO]


@pytest.fixture
def configure() -> Configure:
    """Configures the logs onto a stream."""

    def on_stream(**chosen: Any) -> io.StringIO:
        out = io.StringIO()
        settings = Settings(
            logs=LogsSettings(**chosen),
            server=ServerSettings(api_token=SecretStr(CANARY)),
            store=StoreSettings(url=SecretStr("postgresql://me:p4ssword@db/x")),
        )
        logs.configure(settings, out)
        return out

    return on_stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_where_there_is_no_terminal(configure: Configure) -> None:
    out = configure()

    structlog.get_logger().info("delivery.accepted", tracker="cases", n=3)

    (line,) = lines(out)
    assert line["event"] == "delivery.accepted"
    assert (line["tracker"], line["n"], line["level"]) == ("cases", 3, "info")
    assert line["timestamp"].endswith("Z")


def test_the_console_format_is_for_people(configure: Configure) -> None:
    out = configure(format=LogFormat.CONSOLE)
    structlog.get_logger().info("delivery.accepted", tracker="cases")
    assert "delivery.accepted" in out.getvalue()
    assert "tracker=cases" in out.getvalue()


def test_the_level_holds_for_both_kinds_of_loggers(configure: Configure) -> None:
    out = configure(level=LogLevel.WARNING)

    structlog.get_logger().info("quiet")
    logging.getLogger("x").info("quiet")
    structlog.get_logger().warning("loud")
    logging.getLogger("x").warning("loud %s", "too")

    assert [line["event"] for line in lines(out)] == ["loud", "loud too"]


def fail() -> None:
    raise RuntimeError(CANARY)


@pytest.mark.parametrize("chosen", LogFormat)
def test_no_way_of_logging_shows_a_secret(
    configure: Configure, chosen: LogFormat
) -> None:
    out = configure(format=chosen)
    log = structlog.get_logger()
    hidden = {"in a value": f"x{CANARY}x", "deep": [{"er": (CANARY,)}]}

    log.warning(CANARY, **hidden, url="postgresql://me:p4ssword@db/x")
    log.warning("thing", error=ValueError(CANARY), raw=CANARY.encode())
    logging.getLogger("aiohttp.server").error("it was %s", CANARY, extra={"a": CANARY})
    try:
        fail()
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("x").exception("failed")

    text = out.getvalue()
    assert text.count(logs.REDACTED) >= 7
    assert CANARY not in text
    assert "p4ssword" not in text
    assert "RuntimeError" in text


@pytest.mark.parametrize(
    "name", ["api_key", "DD-API-KEY", "Authorization", "api_token", "webhook_secrets"]
)
def test_what_secrets_are_kept_in_is_not_shown(configure: Configure, name: str) -> None:
    out = configure()
    structlog.get_logger().info("sent", headers={name: "unknown-value"})
    assert lines(out)[0]["headers"] == {name: logs.REDACTED}


def test_short_secrets_do_not_spoil_every_word() -> None:
    redaction = logs.Redaction(["a", ""])
    assert redaction(None, "info", {"event": "a banana"}) == {"event": "a banana"}


def test_the_longer_of_two_secrets_goes_whole() -> None:
    redaction = logs.Redaction(["abcd", "abcdefgh"])
    assert redaction(None, "info", {"event": "abcdefgh"}) == {"event": logs.REDACTED}


def test_talkative_libraries_are_quiet(configure: Configure) -> None:
    out = configure(level=LogLevel.DEBUG)
    logging.getLogger("httpx").info("HTTP Request: GET …")
    logging.getLogger("sqlalchemy.engine").info("SELECT …")
    assert out.getvalue() == ""


def test_a_command_may_be_quieter_than_the_settings() -> None:
    out = io.StringIO()
    logs.configure(Settings(), out, level=LogLevel.ERROR)
    structlog.get_logger().warning("quiet")
    structlog.get_logger().error("loud")
    assert [line["event"] for line in lines(out)] == ["loud"]


def test_uncaught_exceptions_become_lines(configure: Configure) -> None:
    out = configure()

    sys.excepthook(ValueError, ValueError(CANARY), None)
    thread = threading.Thread(target=fail, name="writer")
    thread.start()
    thread.join()

    first, second = lines(out)
    assert CANARY not in out.getvalue()
    assert first["event"] == "program.failed"
    assert "ValueError" in first["exception"]
    assert (second["event"], second["thread"]) == ("thread.failed", "writer")


def test_warnings_become_lines(configure: Configure) -> None:
    out = configure()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old ways", UserWarning, stacklevel=1)
    assert "old ways" in lines(out)[0]["event"]


def test_values_bound_to_the_context_are_logged(configure: Configure) -> None:
    out = configure()
    with structlog.contextvars.bound_contextvars(key="cases:1"):
        structlog.get_logger().info("pass.done")
    assert lines(out)[0]["key"] == "cases:1"


@pytest.mark.parametrize("odd", ["half \ud83d", 2**70, -(2**70)])
def test_what_json_in_a_hurry_does_not_take_is_told(
    configure: Configure, odd: object
) -> None:
    out = configure()
    structlog.get_logger().info("odd", value=odd)
    assert lines(out)[0]["value"] == odd


def test_lines_that_cannot_be_written_fail_nobody() -> None:
    class Broken(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

    logs.configure(Settings(), Broken())
    structlog.get_logger().info("lost")
    closed = io.StringIO()
    logs.configure(Settings(), closed)
    closed.close()
    structlog.get_logger().info("lost")


def test_lines_of_many_threads_stay_whole(configure: Configure) -> None:
    out = configure()
    log = structlog.get_logger()
    threads = [
        threading.Thread(target=lambda n=n: [log.info("x", n=n) for _ in range(50)])
        for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(lines(out)) == 200
