"""What single keys cannot show: settings that do not go together."""

from collections.abc import Iterator

from bridge import trackers
from bridge.ports.config import TrackerSettings
from bridge.ports.trackers import Side
from bridge.settings.complaints import KeyPath
from bridge.settings.model import Settings, is_loopback
from bridge.settings.notify import notify_contradictions
from bridge.settings.suggestion import suggestion

Contradiction = tuple[KeyPath, str]
"""The key to change, and what is wrong with it."""


def contradictions(settings: Settings) -> Iterator[Contradiction]:
    """Everything in *settings* that cannot work together."""
    yield from _server(settings)
    yield from _sides(settings)
    yield from _twins(settings)
    yield from _rules(settings)
    yield from _people(settings)
    yield from notify_contradictions(settings.notify)
    if settings.sync.retry_first > settings.sync.retry_max:
        yield ("sync", "retry_first"), "must not be longer than sync.retry_max"


def names_of(settings: Settings, side: Side) -> list[str]:
    """The names of the trackers on one side, as configured."""
    kinds = trackers.kinds()
    return [
        name
        for name, tracker in settings.trackers.items()
        if kinds[tracker.kind].side is side
    ]


def _server(settings: Settings) -> Iterator[Contradiction]:
    server = settings.server
    if server.api_token is None and not is_loopback(server.host):
        yield (
            ("server", "api_token"),
            (
                "required because server.host is not a loopback address; "
                'write api_token = "…" or host = "127.0.0.1"'
            ),
        )


def _sides(settings: Settings) -> Iterator[Contradiction]:
    kinds = trackers.kinds()
    for side in Side:
        if not names_of(settings, side):
            able = ", ".join(sorted(k.name for k in kinds.values() if k.side is side))
            yield (
                ("trackers",),
                (
                    f"no tracker that holds {side}; add a section [trackers.NAME] "
                    f"with a kind of: {able or 'none'}"
                ),
            )


def _twins(settings: Settings) -> Iterator[Contradiction]:
    """The same account under two names would give everything two ids."""
    seen: dict[str, str] = {}
    for name, tracker in settings.trackers.items():
        account = _account(tracker)
        if account in seen:
            yield (
                ("trackers", name),
                f"the same account as trackers.{seen[account]}; remove one of them",
            )
        seen.setdefault(account, name)


def _account(tracker: TrackerSettings) -> str:
    own = set(type(tracker).model_fields) - set(TrackerSettings.model_fields)
    where = sorted((own - {"default_project", "case_type"}) | {"kind"})
    return repr([(key, _plain(getattr(tracker, key))) for key in where])


def _plain(value: object) -> object:
    reveal = getattr(value, "get_secret_value", None)
    return value if reveal is None else reveal()


def _rules(settings: Settings) -> Iterator[Contradiction]:
    able = names_of(settings, Side.CASES)
    named: set[str] = set()
    for number, rule in enumerate(settings.rules):
        if rule.name in named:
            yield ("rules", number, "name"), "another rule has this name; rename one"
        named.add(rule.name)
        if rule.cases is None and len(able) > 1:
            yield (
                ("rules", number, "cases"),
                f"missing; say which case tracker, one of: {', '.join(able)}",
            )
        if rule.cases is not None and rule.cases not in able:
            wrong = (
                "holds issues, not cases"
                if rule.cases in settings.trackers
                else "unknown case tracker"
            )
            hint = suggestion(rule.cases, able)
            yield ("rules", number, "cases"), f"{wrong}; {hint}"


def _people(settings: Settings) -> Iterator[Contradiction]:
    owners: dict[str, int] = {}
    for number, person in enumerate(settings.people):
        for email in person.emails:
            owner = owners.setdefault(email.lower(), number)
            if owner != number:
                yield (
                    ("people", number, "emails"),
                    f"an address stands at people[{owner}] too; keep it at one",
                )
