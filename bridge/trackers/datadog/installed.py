"""Says in one finding whether a tracker was made to call the bridge."""

from collections.abc import Awaitable, Callable

from bridge.ports.errors import ForbiddenError, TrackerError
from bridge.ports.setup import Doing, Finding, Step, Wanted, bad, good, unclear

_REMEDY = "run bridge webhooks install"


async def webhook_finding(
    installation: Callable[[Wanted], Awaitable[tuple[Step, ...]]], wanted: Wanted
) -> Finding:
    """Good when nothing is left to install that an API can."""
    name = "webhooks installed"
    if wanted.public_url is None:
        told = "server.public_url is not set, so polling must do"
        return unclear(name, told, "set server.public_url to take deliveries")
    try:
        steps = await installation(wanted)
    except ForbiddenError as exc:
        remedy = "let the application key's owner manage integrations and projects"
        return unclear(name, exc, remedy)
    except TrackerError as exc:
        return bad(name, str(exc))
    left = [s for s in steps if s.doing not in (Doing.KEEP, Doing.BY_HAND)]
    if not left:
        kept = [step.what for step in steps if step.doing is Doing.KEEP]
        return good(name, ", ".join(kept))
    told = "; ".join(f"{step.what}: {_WORDS[step.doing]}, {step.why}" for step in left)
    return bad(name, told, _REMEDY)


_WORDS = {
    Doing.CREATE: "missing",
    Doing.REPAIR: "not as it must be",
    Doing.BLOCKED: "cannot be installed",
}
