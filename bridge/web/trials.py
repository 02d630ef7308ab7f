"""Rules tried on issues, as models for the API's description."""

from pydantic import AwareDatetime

from bridge.web.answers import Answer, ListOf


class Verdict(Answer):
    """What became of one rule."""

    rule: str
    matched: bool
    why: str


class Place(Answer):
    """Which rule an issue meets, and where its case belongs."""

    rule: str | None
    cases: str | None
    project: str | None
    auto_create: bool


class Trial(Place):
    """The same with what every rule said; *issue* and its case where it was read."""

    trace: list[Verdict]
    version: str
    issue: str | None = None
    title: str | None = None
    case: str | None = None


class PlaceBecause(Place):
    """The same with the reason."""

    why: str


class Recorded(PlaceBecause):
    """An issue that was seen; *against* is what the other rules would do with it."""

    issue: str
    title: str
    url: str
    seen_at: AwareDatetime
    case: str | None
    against: PlaceBecause | None = None
    changed: bool | None = None


class RecordedList(ListOf[Recorded]):
    """A page of issues that were seen, and the versions of the rules."""

    version: str
    against_version: str | None
