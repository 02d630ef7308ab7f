"""Puts store, trackers and engine together, as configured."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from bridge import trackers
from bridge.domain.comment_places import CommentPolicy
from bridge.domain.model import TrackerName
from bridge.domain.people import People
from bridge.engine.current import Choices, Current
from bridge.engine.engine import Engine
from bridge.engine.gate import Gate
from bridge.engine.ids import sortable_ids
from bridge.engine.means import Means
from bridge.engine.options import Options
from bridge.engine.receiving import Receiving
from bridge.engine.replica import Replica
from bridge.engine.rights import Rights, SoleProcess
from bridge.engine.roster import Roster
from bridge.notify.http import HttpReceiver
from bridge.notify.slack import slack
from bridge.notify.webhook import webhook
from bridge.ports.clock import Clock, SystemClock
from bridge.ports.measuring import NO_MEASURES, Measures
from bridge.ports.trackers import CaseTracker, IssueTracker, Side
from bridge.settings import NotifySettings, Settings, ruleset_of, version_of
from bridge.store.opening import open_store


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    is_dry: bool = False,
    create: bool = True,
    measures: Measures = NO_MEASURES,
) -> AsyncIterator[Engine]:
    """The engine over the configured store and trackers, not running yet; StoreRefused,
    where *create* is False also when there is no store yet."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        url = settings.store.url.get_secret_value()
        store = await stack.enter_async_context(open_store(url, create=create))
        roster = await _connect(settings, clock, stack)
        receivers = [
            await stack.enter_async_context(receiver_of(one, clock))
            for one in settings.notify
        ]
        new_id, sharing = sortable_ids(clock), None
        rights: Rights = SoleProcess()
        if store.is_shared:
            sharing, takeover = store.sharing, settings.store.takeover
            rights = Replica(sharing, clock, new_id, takeover)
        current = Current(choices_of(settings, is_dry=is_dry))
        yield Engine(
            Means(
                store=store,
                roster=roster,
                gate=Gate(clock, lambda: current.choices.options.probe, measures),
                measures=measures,
                clock=clock,
                new_id=new_id,
                rng=random.Random(),  # noqa: S311 - jitter is no secret
                current=current,
                rights=rights,
                sharing=sharing,
                receivers=tuple(map(Receiving, receivers)),
            )
        )


async def _connect(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Roster:
    issues: dict[TrackerName, IssueTracker] = {}
    cases: dict[TrackerName, CaseTracker] = {}
    readers, kinds, intervals, concurrency = {}, {}, {}, {}
    known = trackers.kinds()
    for text, section in settings.trackers.items():
        name, kind = TrackerName(text), known[section.kind]
        context = kind.connect(name, section, clock)
        tracker = await stack.enter_async_context(context)
        if kind.side is Side.ISSUES:
            issues[name] = tracker  # type: ignore[assignment]  # its kind says so
        else:
            cases[name] = tracker  # type: ignore[assignment]
        readers[name] = kind.reader(section)
        kinds[name] = kind.name
        concurrency[name] = section.concurrency
        if section.poll_interval:
            intervals[name] = section.poll_interval
    return Roster(issues, cases, readers, kinds, intervals, concurrency)


def receiver_of(told: NotifySettings, clock: Clock) -> HttpReceiver:
    """The receiver as configured, to be opened."""
    write = slack if told.secret is None else webhook(told.secret)
    causes = frozenset(cause.value for cause in told.causes)
    return HttpReceiver(
        told.name, told.kind.value, told.url, write, causes=causes, clock=clock
    )


def choices_of(settings: Settings, *, is_dry: bool) -> Choices:
    """What may change while the bridge runs, as configured."""
    known = trackers.kinds()
    readers = {
        TrackerName(name): known[section.kind].reader(section)
        for name, section in settings.trackers.items()
    }
    return Choices(
        options_of(settings, is_dry=is_dry),
        version_of(settings),
        ruleset_of(settings),
        readers,
    )


def options_of(settings: Settings, *, is_dry: bool) -> Options:
    """The engine's options as configured."""
    sync = settings.sync
    people = People.of(person.emails for person in settings.people)
    return Options(
        policy=replace(sync.policy, people=people),
        settle=sync.settle,
        retry_first=sync.retry_first,
        retry_max=sync.retry_max,
        retry_for=sync.retry_for,
        probe=sync.probe,
        max_flips=sync.max_flips,
        comments=CommentPolicy(
            direction=sync.comments,
            fan_out=settings.comments.fan_out,
            history=settings.comments.history,
        ),
        max_cases_per_hour=settings.limits.max_cases_per_hour,
        keep=settings.store.keep,
        keep_bodies=settings.store.keep_bodies,
        is_dry=is_dry,
    )
