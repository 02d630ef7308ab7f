"""A notice written for one kind of receiver."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Letter:
    """A JSON *body*, and the headers that go with it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
