"""What an answer of the API that is a problem stands for."""

import httpx

from bridge.ports.errors import (
    AlreadyLinked,
    DeskError,
    NotFound,
    StoreUnavailable,
    TrackerError,
    TransientError,
    Unclear,
)


class Unanswered(Exception):
    """Something is there, but it does not answer us as a bridge would."""


_REFUSALS: dict[int, type[Exception]] = {
    400: Unclear,
    404: NotFound,
    502: TrackerError,
    503: StoreUnavailable,
}


def refusal(answer: httpx.Response) -> Exception:
    """The error that the desk behind the API raised."""
    problem = answer.json()
    detail = str(problem.get("detail", answer.reason_phrase))
    if answer.status_code in {401, 403}:
        return Unanswered(f"server.api_token: the running bridge says: {detail}")
    if "retry_after" in problem:
        return TransientError(detail, retry_after=float(problem["retry_after"]))
    if answer.status_code == httpx.codes.CONFLICT:
        return AlreadyLinked(detail, str(problem.get("case") or ""))
    return _REFUSALS.get(answer.status_code, DeskError)(detail)
