"""Which rule an issue meets, and so which case tracker and project, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from bridge.domain.model import TrackerName
from bridge.domain.query import EVERYTHING, Attributes, Query, matches, text_of
from bridge.domain.query_words import explain

_VERSION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """Issues that *query* matches get their cases in *project* of the tracker *cases*.

    An empty *project* is the default one of the tracker; None for *cases* is the
    default tracker, None for *max_cases_per_hour* the limit for all rules.
    """

    name: str
    query: Query = EVERYTHING
    project: str = ""
    cases: TrackerName | None = None
    auto_create: bool = False
    max_cases_per_hour: int | None = None

    def __str__(self) -> str:
        where = f"{self.cases or ''}/{self.project}"
        how = f"{self.auto_create} {self.max_cases_per_hour}"
        return f"{self.name!r} {text_of(self.query)!r} {where!r} {how}"


@dataclass(frozen=True, slots=True)
class Default:
    """Where cases go by default: a tracker, and each one's project."""

    tracker: TrackerName | None = None
    projects: Mapping[TrackerName, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule, by its name."""

    rule: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Where the case of an issue belongs.

    *rule* is the one that decided, None where no rule matched. *project* is empty where
    nothing names one. *is_auto*: the bridge creates the case by itself.
    """

    rule: Rule | None
    tracker: TrackerName | None
    project: str
    is_auto: bool
    trace: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules in their order, and what holds where none matches."""

    rules: tuple[Rule, ...] = ()
    default: Default = Default()

    @property
    def version(self) -> str:
        """A short name for exactly these rules and this default."""
        projects = sorted(self.default.projects.items())
        text = "\n".join(
            [*map(str, self.rules), repr((self.default.tracker, projects))]
        )
        return sha256(text.encode(errors="backslashreplace")).hexdigest()[
            :_VERSION_LENGTH
        ]

    def place_of(self, rule: Rule) -> tuple[TrackerName | None, str]:
        """The case tracker and the project to which *rule* sends cases."""
        return _place(rule, self.default)

    def route(self, attributes: Attributes) -> Routing:
        """Where the case of an issue with *attributes* belongs, by the first match."""
        return route(self.rules, self.default, attributes)


def route(rules: tuple[Rule, ...], default: Default, attributes: Attributes) -> Routing:
    """The first of *rules* that matches decides, else *default*; none goes untold."""
    met = next((rule for rule in rules if matches(rule.query, attributes)), None)
    tracker, project = _place(met, default)
    is_auto = met.auto_create if met else False
    return Routing(met, tracker, project, is_auto, _trace(rules, met, attributes))


def _place(rule: Rule | None, default: Default) -> tuple[TrackerName | None, str]:
    tracker = (rule.cases if rule else None) or default.tracker
    own = default.projects.get(tracker, "") if tracker else ""
    return tracker, (rule.project if rule else "") or own


def _trace(
    rules: tuple[Rule, ...], met: Rule | None, attributes: Attributes
) -> tuple[Verdict, ...]:
    trace: list[Verdict] = []
    is_decided = False
    for rule in rules:
        if is_decided and met:
            why = f"not asked: {met.name} matched before it"
            trace.append(Verdict(rule.name, matched=False, why=why))
        else:
            is_decided = rule is met
            trace.append(
                Verdict(rule.name, is_decided, explain(rule.query, attributes))
            )
    return tuple(trace)
