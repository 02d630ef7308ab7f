"""Begins creations anew that were refused where rules send them no longer."""

import structlog

from bridge.domain.model import IssueId
from bridge.engine.means import Means
from bridge.engine.new_issues import tell_unreadable
from bridge.engine.schedule import Schedule
from bridge.ports.commits import Commit, DeadLetter
from bridge.ports.creations import Creation, CreationStatus
from bridge.ports.errors import StoreUnavailable, UnreadableRow
from bridge.ports.records import Due

log = structlog.get_logger(__name__)

PAGE = 200


class Rerouting:
    """Goes through the creations that wait for an operator once the rules changed.

    What was refused by one project may well be taken by another. Where something may
    have been created, or a person asked for the case, it waits as before.
    """

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule

    async def take_up(self) -> None:
        """Let the rules in force decide again where their answer is another one."""
        try:
            after = ""
            while letters := await self._means.store.dead(after=after, limit=PAGE):
                for letter in letters:
                    if letter.kind == "create_case":
                        await self._look_at(letter)
                after = letters[-1].id
        except StoreUnavailable as exc:
            log.warning("store.failed", error=str(exc))
        except UnreadableRow as exc:
            tell_unreadable(exc)

    async def _look_at(self, letter: DeadLetter) -> None:
        if not await self._is_outdated(letter):
            return
        now = self._means.clock.now()
        async with self._schedule.alone(letter.key):
            if not await self._is_outdated(letter):
                return
            issue = IssueId(letter.target)
            due = [Due(letter.key, now)]
            commit = Commit(dropped=[issue], revived=[letter.id], due=due)
            await self._means.store.commit(commit)
        self._schedule.wake(letter.key, now)
        log.info("case.rerouted", issue=issue)

    async def _is_outdated(self, letter: DeadLetter) -> bool:
        creation = await self._means.store.creation(IssueId(letter.target))
        return creation is not None and self._was_sent_elsewhere(creation)

    def _was_sent_elsewhere(self, creation: Creation) -> bool:
        if creation.status is not CreationStatus.STUCK or creation.tried_at:
            return False
        rules = self._means.current.choices.rules
        places = [
            rules.place_of(rule) for rule in rules.rules if rule.name == creation.rule
        ]
        return (
            bool(creation.rule) and (creation.tracker, creation.project) not in places
        )
