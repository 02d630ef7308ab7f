"""``/api/v1/rules``: which rule an issue meets, tried without doing anything."""

from collections.abc import Mapping
from typing import Annotated, Any

from aiohttp import web
from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from bridge.domain.model import TrackerName
from bridge.domain.query import TAG, Attributes
from bridge.domain.routing import Default, Ruleset
from bridge.settings import RuleSettings, rules_of
from bridge.web import questions
from bridge.web.ports import Desk

Name = Annotated[str, Field(min_length=1, max_length=1000)]


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _tags(value: Any) -> Any:
    """Tags as ``key:value``, also where they are told as an object."""
    if not isinstance(value, Mapping):
        return _listed(value)
    return tuple(
        f"{key}:{_tag_value(one)}" if one not in (None, "") else str(key)
        for key, told in value.items()
        for one in (told if isinstance(told, list) else [told])
    )


def _tag_value(value: Any) -> str:
    if not isinstance(value, str | int | float):
        text = "the value of a tag must be a text or a list of texts"
        raise ValueError(text)  # noqa: TRY004 - pydantic tells only of ValueError
    return str(value)


_ONE_OR_MORE: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}},
    {"type": "null"},
]
_TAG_VALUE = {"type": ["string", "number", "boolean", "null"]}
_TAG_VALUES = {"anyOf": [_TAG_VALUE, {"type": "array", "items": _TAG_VALUE}]}
_TAGS: list[dict[str, Any]] = [
    *_ONE_OR_MORE,
    {"type": "object", "additionalProperties": _TAG_VALUES},
]

Texts = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": _ONE_OR_MORE}),
]
Tags = Annotated[
    tuple[str, ...] | None, BeforeValidator(_tags), WithJsonSchema({"anyOf": _TAGS})
]


def _either(plural: str, name: str) -> Any:
    return Field(default=None, validation_alias=AliasChoices(plural, name))


def _tell_singulars(schema: dict[str, Any]) -> None:
    """The other spellings, which pydantic leaves out of what it tells."""
    told = schema["properties"]
    for plural, name in (("teams", "team"), ("languages", "language"), ("tags", TAG)):
        told[name] = told[plural]


class InlineIssue(BaseModel):
    """An issue told in full; each value may be a text or a list of them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_tell_singulars)

    service: Texts = None
    team: Texts = _either("teams", "team")
    env: Texts = None
    platform: Texts = None
    language: Texts = _either("languages", "language")
    type: Texts = None
    message: Texts = None
    project: Texts = None
    tag: Tags = _either("tags", TAG)
    title: str | None = None

    def attributes(self) -> Attributes:
        """What rules may ask of it; the title is not among that."""
        told = dict(self)
        told.pop("title")
        return {
            name: kept
            for name, values in told.items()
            if (kept := tuple(filter(None, values or ())))
        }


class InlineDefault(BaseModel):
    """Where cases go that no rule sends elsewhere."""

    model_config = ConfigDict(extra="forbid")

    tracker: Name
    projects: dict[str, str] = {}


class OtherRules(BaseModel):
    """Rules to try; without *default* the one in force holds."""

    model_config = ConfigDict(extra="forbid")

    rules: tuple[RuleSettings, ...]
    default: InlineDefault | None = None

    def ruleset(self) -> Ruleset:
        """The same as values."""
        return _ruleset(self.rules, self.default)


class RulesTest(BaseModel):
    """One issue, in full or by its id, and rules other than those in force."""

    model_config = ConfigDict(extra="forbid")

    issue: Annotated[
        Annotated[InlineIssue, Tag("inline")] | Annotated[Name, Tag("id")],
        Discriminator(lambda value: "id" if isinstance(value, str) else "inline"),
    ]
    rules: tuple[RuleSettings, ...] | None = None
    default: InlineDefault | None = None

    def ruleset(self) -> Ruleset | None:
        """The other rules as values, if there are any."""
        return None if self.rules is None else _ruleset(self.rules, self.default)


class RecordedTest(BaseModel):
    """All issues that were seen, page by page, and rules to compare with."""

    model_config = ConfigDict(extra="forbid")

    against: OtherRules | None = None
    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class RecordedPage(BaseModel):
    """The page, as other lists are asked for it; what the body says is second to it."""

    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] | None = None


class RulesApi:
    """The routes over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Where each of them is."""
        return [
            web.post("/api/v1/rules/test", self._test),
            web.post("/api/v1/rules/recorded", self._recorded),
        ]

    async def _test(self, request: web.Request) -> web.Response:
        asked = await questions.sent(request, RulesTest)
        issue = asked.issue
        told = issue if isinstance(issue, str) else issue.attributes()
        return questions.answer(await self._desk.rules_test(told, asked.ruleset()))

    async def _recorded(self, request: web.Request) -> web.Response:
        there = questions.query(request, RecordedPage)
        asked = await questions.sent(request, RecordedTest)
        page = await self._desk.rules_recorded(
            against=asked.against.ruleset() if asked.against else None,
            cursor=there.cursor or asked.cursor,
            limit=there.limit or asked.limit,
        )
        return questions.answer(page)


def _ruleset(rules: tuple[RuleSettings, ...], default: InlineDefault | None) -> Ruleset:
    if default is None:
        return Ruleset(rules_of(rules))
    projects = {
        TrackerName(name): project for name, project in default.projects.items()
    }
    return Ruleset(rules_of(rules), Default(TrackerName(default.tracker), projects))
