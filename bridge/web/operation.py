"""One route for programs, as the API's description and its guards see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from bridge.web.auth import is_guarded


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; *refusals* are the errors that not every route has.

    *answers* are the models by status, None for an answer that is no JSON: one of
    type *text*, or none at all. What *acts* is carried out once for each
    ``Idempotency-Key``.
    """

    method: str
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel] | None]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    refusals: tuple[int, ...] = ()
    text: str = "text/html"
    acts: bool = False

    @property
    def is_guarded(self) -> bool:
        """True where the token of the API is asked for."""
        return is_guarded(self.path)

    @property
    def is_hook(self) -> bool:
        """True where trackers deliver, with secrets and bodies of their own."""
        return self.path.startswith("/hooks/")
