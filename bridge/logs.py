"""Log lines: one shape for all of them, on standard error, without secrets."""

import contextlib
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import urlsplit

import orjson
import structlog
from pydantic import BaseModel, SecretStr
from structlog.typing import EventDict, Processor

from bridge.settings.model import Settings
from bridge.settings.sections import LogFormat, LogLevel

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"token|secret|passw|api.?key|app.?key|authorization|cookie|credential",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 4
"""Anything shorter would turn up in every other word."""

_TALKATIVE = ("httpx", "httpcore", "sqlalchemy", "aiohttp.access", "asyncio")


@lru_cache(1024)
def _names_a_secret(key: str) -> bool:
    return _SECRET_NAME.search(key) is not None


class Redaction:
    """A processor that takes known secrets, and what secrets are kept in, out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Take *secrets* out too from now on."""
        self._secrets |= {text for text in secrets if len(text) >= _SHORTEST_SECRET}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _: Any, __: str, event: EventDict) -> EventDict:
        """The event without secrets."""
        return {
            key: value if key.startswith("_") else self._clean(key, value)
            for key, value in event.items()
        }

    def _clean(self, key: str, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if _names_a_secret(key):
            return REDACTED
        if isinstance(value, Mapping):
            return {str(k): self._clean(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean("", item) for item in value]
        return self._known.sub(REDACTED, str(value))


_redaction = Redaction()


class Lines:
    """What structlog ends in: writes each line to *out* whole. Like logging, it loses
    a line that cannot be written rather than fail what is told of."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def msg(self, line: str) -> None:
        """Write one line."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{line}\n")
            self._out.flush()

    debug = info = warning = error = critical = exception = msg


def hide(settings: BaseModel) -> None:
    """Take the secrets in *settings* out of every line from now on."""
    _redaction.learn(secrets_of(settings))


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """Every secret value in *settings*; of an address its password alone too."""
    for _, value in settings:
        yield from _secrets_in(value)


def configure(
    settings: Settings, stream: TextIO | None = None, *, level: LogLevel | None = None
) -> None:
    """Send structlog, logging, warnings and uncaught exceptions to one stream.

    Called once, by the application; *stream* is standard error unless given, *level*
    is ``[logs] level`` unless given. Our own lines do not pass through logging, which
    would take three times as long.
    """
    out = sys.stderr if stream is None else stream
    lines = Lines(out)
    hide(settings)
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        structlog.processors.format_exc_info,
        _redaction,
        _renderer(settings.logs.format, out),
    ]
    least = logging.getLevelNamesMapping()[(level or settings.logs.level).upper()]
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: lines,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *last,
            ],
            foreign_pre_chain=[*first, structlog.stdlib.add_logger_name],
        )
    )
    _route(handler, least)


def _secrets_in(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        yield text
        if "://" in text and (password := urlsplit(text).password):
            yield password
    elif isinstance(value, BaseModel):
        yield from secrets_of(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secrets_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets_in(item)


def _renderer(chosen: LogFormat, out: TextIO) -> Processor:
    is_terminal = out.isatty()
    if chosen is LogFormat.CONSOLE or (chosen is LogFormat.AUTO and is_terminal):
        # The pretty tracebacks show local variables, and with them secrets.
        return structlog.dev.ConsoleRenderer(
            colors=is_terminal,
            exception_formatter=structlog.dev.plain_traceback,
        )
    return structlog.processors.JSONRenderer(_as_json)


def _as_json(event: EventDict, **_: Any) -> str:
    try:
        return orjson.dumps(event).decode()
    except TypeError:
        # It takes neither integers of any length nor half a surrogate pair.
        return json.dumps(event, ensure_ascii=False)


def _route(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger().critical("program.failed", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(failed: threading.ExceptHookArgs) -> None:
    thread = failed.thread.name if failed.thread else ""
    if failed.exc_value is not None:
        structlog.get_logger().critical(
            "thread.failed", thread=thread, exc_info=failed.exc_value
        )
