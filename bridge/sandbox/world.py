"""The state of the sandbox: its records, their past versions, and its listeners."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from bridge.sandbox.records import (
    Case,
    CaseType,
    Comment,
    Edit,
    Group,
    Hand,
    Happening,
    Instant,
    Issue,
    Project,
    Team,
    User,
    Via,
    Write,
)

_KEPT_VERSIONS = 32
_LONGEST_KEY = 10

Record = TypeVar("Record", Issue, Case)
Listener = Callable[[Happening], None]


class NoSuchThing(LookupError):
    """The world has no such object; the text is what Datadog says of it."""


class Refused(ValueError):
    """The world does not allow this; the text says why, as Datadog would."""


@dataclass(frozen=True, slots=True)
class _Version:
    since: Instant
    record: Issue | Case | None


class World:
    """Everything there is, in memory; single-threaded, time and chance come in.

    *groups* tells which issues belong together on which case in the scene that was
    built: what somebody who sets a bridge up would link. The world links nothing.
    """

    def __init__(self, clock: Callable[[], datetime], rng: Random) -> None:
        self._clock = clock
        self.rng = rng
        self.users: dict[str, User] = {}
        self.teams: dict[str, Team] = {}
        self.projects: dict[str, Project] = {}
        self.types: dict[str, CaseType] = {}
        self.issues: dict[str, Issue] = {}
        self.cases: dict[str, Case] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self.writes: list[Write] = []
        self.edits: list[Edit] = []
        self.happenings: list[Happening] = []
        self.service_account = self.add_user("Bridge", "bridge@example.com")
        self._listeners: list[Listener] = []
        self._versions: dict[str, list[_Version]] = {}
        self._numbers: dict[str, int] = {}
        self._public_number = 1000
        self._last_instant = 0

    def now(self) -> Instant:
        """The present in nanoseconds; never the same twice."""
        micros = round(self._clock().astimezone(UTC).timestamp() * 1_000_000)
        fresh = micros * 1000 + self.rng.randrange(1, 1000)
        self._last_instant = max(self._last_instant + 1, fresh)
        return self._last_instant

    def moment(self) -> float:
        """The present in seconds, for budgets and windows."""
        return self._clock().timestamp()

    def new_id(self) -> str:
        """A random UUID from the world's own chance."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell *listener* of every change from now on; call the answer to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def add_user(
        self, name: str, email: str, *, is_active: bool = True, is_verified: bool = True
    ) -> User:
        """A new account; several may have one e-mail."""
        user = User(self.new_id(), name, email, is_active, is_verified)
        self.users[user.id] = user
        return user

    def add_team(self, handle: str, name: str) -> Team:
        """A new team."""
        team = Team(self.new_id(), handle, name)
        self.teams[team.id] = team
        return team

    def add_project(self, key: str, name: str) -> Project:
        """A new project; Refused for a key that Datadog would not take."""
        if not 1 <= len(key) <= _LONGEST_KEY or key == "CASE":
            raise Refused(f"invalid project key {key}")
        if any(project.key == key for project in self.projects.values()):
            raise Refused(f"project key {key} already exists")
        project = Project(self.new_id(), key, name)
        self.projects[project.id] = project
        return project

    def issue(self, issue_id: str) -> Issue:
        """The issue as it is now."""
        try:
            return self.issues[issue_id]
        except KeyError:
            raise NoSuchThing("issue not found") from None

    def case(self, id_or_key: str) -> Case:
        """The case as it is now, by UUID or by key."""
        if id_or_key in self.cases:
            return self.cases[id_or_key]
        for case in self.cases.values():
            if case.key == id_or_key:
                return case
        raise NoSuchThing("case not found")

    def project(self, id_or_key: str) -> Project:
        """The project, by UUID or by key."""
        for project in self.projects.values():
            if id_or_key in {project.id, project.key}:
                return project
        raise NoSuchThing("project not found")

    def case_type(self, type_id: str) -> CaseType:
        """The case type; Refused when there is none, as cases are made with it."""
        try:
            return self.types[type_id]
        except KeyError:
            raise Refused(f"case type {type_id} not found") from None

    def comment(self, thing: Case | Issue, comment_id: str) -> Comment:
        """A comment that is still there."""
        for comment in thing.comments:
            if comment.id == comment_id and comment.deleted_at is None:
                return comment
        raise NoSuchThing("timeline cell not found")

    def next_number(self, project: Project) -> int:
        """The number of the next case in *project*."""
        self._numbers[project.id] = self._numbers.get(project.id, 0) + 1
        return self._numbers[project.id]

    def next_public_number(self) -> int:
        """The number that the whole organisation counts its cases by."""
        self._public_number += 1
        return self._public_number

    def put(self, record: Record, hand: Hand, kind: str, old: str, new: str) -> Record:
        """Keep *record* as the present version and tell everybody what changed."""
        at = self.now()
        if isinstance(record, Case):
            if kind != "case.created":
                record = replace(record, modified_at=at, modified_by=hand.user_id)
            self.cases[record.id] = record
            told = Happening(
                self._next(), kind, at, hand, case_id=record.id, old=old, new=new
            )
        else:
            self.issues[record.id] = record
            told = Happening(
                self._next(), kind, at, hand, issue_id=record.id, old=old, new=new
            )
        self._remember(record.id, at, record)
        self._tell(told)
        return record

    def drop(self, record: Issue | Case, hand: Hand) -> None:
        """Delete *record* for good."""
        at = self.now()
        if isinstance(record, Case):
            del self.cases[record.id]
            told = Happening(self._next(), "case.deleted", at, hand, case_id=record.id)
        else:
            del self.issues[record.id]
            told = Happening(
                self._next(), "issue.deleted", at, hand, issue_id=record.id
            )
        self._remember(record.id, at, None)
        self._tell(told)

    def previous(self, object_id: str) -> Issue | Case | None:
        """The version before the present one; None when it did not exist then."""
        versions = self._versions.get(object_id, [])
        return versions[-2].record if len(versions) > 1 else None

    def as_of(self, object_id: str, at: Instant) -> Issue | Case | None:
        """The version that was in force at *at*; None when it did not exist then."""
        found: Issue | Case | None = None
        for version in self._versions.get(object_id, []):
            if version.since <= at:
                found = version.record
        return found

    def changed_at(self, object_id: str) -> Instant:
        """When the object's present version began."""
        versions = self._versions.get(object_id)
        return versions[-1].since if versions else 0

    def known_ids(self) -> Iterable[str]:
        """Every object there is or ever was."""
        return self._versions.keys()

    def record_edit(self, hand: Hand, name: str, target: str, value: str = "") -> None:
        """Keep what a person did."""
        assert hand.via is Via.PERSON
        self.edits.append(Edit(self.now(), hand.user_id, name, target, value))

    def default_status(self, case: Case, group: Group) -> str:
        """The status by which *group* is written to *case*."""
        return self.types[case.type_id].statuses[group].default

    def _next(self) -> int:
        return len(self.happenings) + 1

    def _remember(
        self, object_id: str, at: Instant, record: Issue | Case | None
    ) -> None:
        versions = self._versions.setdefault(object_id, [])
        versions.append(_Version(at, record))
        del versions[:-_KEPT_VERSIONS]

    def _tell(self, happening: Happening) -> None:
        self.happenings.append(happening)
        for listener in tuple(self._listeners):
            listener(happening)
