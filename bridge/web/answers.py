"""What the API answers, as models: its description is made from them.

They are built when somebody asks for that, not at every start.
"""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Item = TypeVar("Item", bound=BaseModel)
Count = Annotated[int, Field(ge=0)]


class Answer(BaseModel):
    """An object with exactly these keys."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Problem(BaseModel):
    """An error, by RFC 9457; some say more than this, as *retry_after*: the seconds
    after which a tracker may be asked again."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    title: str
    status: int
    detail: str


class Accepted(Answer):
    """A delivery that is durable, by its id; a repeated one has the same."""

    delivery: str


class Health(Answer):
    """The process is alive."""

    status: Literal["ok"]


class Ready(Answer):
    """Whether deliveries are taken in, why not, and what else is not well."""

    ready: bool
    reasons: list[str]
    warnings: list[str]


class ListOf(Answer, Generic[Item]):
    """A page of a list; *next* is the cursor of the following one, if any."""

    items: list[Item]
    next: str | None


class Link(Answer):
    """An issue of a case, and what was last seen of both."""

    issue: str
    case: str
    case_key: str
    state: str
    status: str
    status_group: str
    drift: str | None
    gone: str | None
    paused: str | None
    native: bool
    issue_title: str
    issue_url: str
    case_title: str
    case_url: str
    since: AwareDatetime


class Created(Link):
    """The same of a case that was just created, in *project*; *rule* is the one that
    named the project, if one did."""

    project: str
    rule: str | None


class DeadLetter(Answer):
    """What was given up, and why."""

    id: str
    key: str
    kind: str
    target: str
    value: str
    reason: str
    since: AwareDatetime


class Progress(Answer):
    """How far a backfill is; *ignored* are left out, as somebody chose so."""

    under_way: bool
    since: AwareDatetime | None
    until: AwareDatetime | None
    reached: AwareDatetime | None
    problem: str | None
    found: Count
    linked: Count
    due: Count
    passed: Count
    ignored: Count


class CasesOfRule(Answer):
    """How many cases a rule would create in a project."""

    rule: str
    project: str
    cases: Count


class Preview(Answer):
    """What a backfill would create; *ignored* would be left out."""

    found: Count
    linked: Count
    passed: Count
    ignored: Count
    would_create: Count
    by_rule: list[CasesOfRule]


class Links(ListOf[Link]):
    """A page of links, by issue."""


class DeadLetters(ListOf[DeadLetter]):
    """A page of dead letters, oldest first."""


class Retried(Answer):
    """How many dead letters are tried again; *id* where one was named alone."""

    id: str | None = None
    retried: Count


class Skipped(Answer):
    """How many dead letters are let be; *id* where one was named alone."""

    id: str | None = None
    skipped: Count


class Resumed(Answer):
    """The case that goes on."""

    resumed: str


class Looking(Answer):
    """How far the looks are that were asked for: of all, those left, those to come."""

    looking_at: Count
    left: Count
    again_later: Count


class Description(BaseModel):
    """The API by the OpenAPI Specification."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    openapi: str
    info: dict[str, str]
    paths: dict[str, object]
