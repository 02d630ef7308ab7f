"""Receivers are told of each alert once when it begins, and once when it is over."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bridge.engine.alerts import Cause
from bridge.engine.notifier import TICK
from bridge.ports.notifying import NotDelivered, Notice
from tests.engine.conftest import Scene
from tests.engine.telling import BEGUN, OVER, MemoryReceiver, Telling, load_well, refuse

SECOND = timedelta(seconds=1)


@pytest.fixture
def pager() -> MemoryReceiver:
    return MemoryReceiver("pager")


@pytest.fixture
async def telling(scene: Scene, pager: MemoryReceiver) -> Telling:
    await scene.start()
    return Telling(scene, pager)


async def test_each_cause_is_told_once_and_its_end_once(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    await telling.look()
    refuse(scene)
    await telling.look(5)
    begun = pager.told
    load_well(scene)
    await telling.look(5)
    refuse(scene)
    await telling.look(5)

    assert begun == [BEGUN]
    assert pager.told == [BEGUN, OVER, BEGUN]
    assert pager.took[0].text == "the configuration was not reloaded"
    assert pager.took[1].since == pager.took[0].since
    assert len({one.id for one in pager.took}) == 3


async def test_what_one_look_alone_has_found_is_not_told(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    for _ in range(4):
        refuse(scene)
        await telling.look(1)
        load_well(scene)
        await telling.look(1)
    assert pager.told == []

    refuse(scene)
    await telling.look()
    for _ in range(4):
        load_well(scene)
        await telling.look(1)
        refuse(scene)
        await telling.look(1)
    assert pager.told == [BEGUN]


async def test_a_restart_repeats_nothing_and_tells_what_ended_meanwhile(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    refuse(scene)
    await telling.look()

    telling.begin()
    await telling.look(3)
    assert pager.told == [BEGUN]

    await scene.stop()
    await scene.start()
    telling.begin()
    await telling.look(3)
    assert pager.told == [BEGUN, OVER]

    telling.begin()
    await telling.look(3)
    assert pager.told == [BEGUN, OVER]


async def test_a_receiver_that_fails_is_tried_later_and_logged_once(
    scene: Scene, pager: MemoryReceiver
) -> None:
    await scene.start(retry_first=2 * TICK, retry_max=8 * TICK)
    other = MemoryReceiver("other")
    telling = Telling(scene, pager, other)
    pager.failures.extend(["pager.test: answered 500"] * 4)
    refuse(scene)

    with capture_logs() as logged:
        await telling.look(2)
        (shown, _) = telling.means.receivers
        problem, since = shown.problem, shown.problem_since
        await telling.look(2)
        tries_meanwhile = pager.tries
        await telling.look(60)

    assert other.told == pager.told == [BEGUN]
    assert (problem, since is not None) == ("pager.test: answered 500", True)
    assert (shown.problem, shown.problem_since) == ("", None)
    assert pager.tries == 5
    assert tries_meanwhile < 4
    events = [one["event"] for one in logged if one.get("receiver") == "pager"]
    assert events == ["notify.failed", "notify.works_again", "notify.told"]


async def test_a_repeated_notice_has_the_same_id_also_after_a_restart(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    ids: list[str] = []

    async def tell(notice: Notice) -> None:
        ids.append(notice.id)
        raise NotDelivered("pager.test: no answer")

    pager.tell = tell  # type: ignore[method-assign]
    refuse(scene)
    await telling.look(30)
    telling.begin()
    await telling.look(2)

    assert len(ids) > 2
    assert len(set(ids)) == 1


async def test_who_missed_the_beginning_is_not_told_of_the_end(
    scene: Scene, pager: MemoryReceiver
) -> None:
    await scene.start(retry_first=20 * TICK, retry_max=20 * TICK)
    telling = Telling(scene, pager)
    pager.failures.append("pager.test: answered 500")
    refuse(scene)
    await telling.look(2)
    load_well(scene)
    await telling.look(2)
    refuse(scene)
    await telling.look(1)
    load_well(scene)
    await telling.look(60)

    assert (pager.tries, pager.told) == (1, [])


async def test_a_receiver_is_told_of_the_causes_it_asked_for(
    scene: Scene, pager: MemoryReceiver
) -> None:
    await scene.start()
    silence = MemoryReceiver("silence", Cause.TRACKER_SILENT)
    telling = Telling(scene, pager, silence)
    await scene.hear("cases", case="9", id="d1")
    await scene.engine.silence.listen()
    scene.clock.advance(timedelta(hours=25))
    await scene.engine.silence.listen()
    refuse(scene)
    await telling.look()

    silent = ("tracker-silent", "cases", False)
    assert silence.told == [silent]
    assert sorted(pager.told) == [BEGUN, silent]


async def test_a_dry_run_tells_and_says_so(scene: Scene, pager: MemoryReceiver) -> None:
    await scene.start(is_dry=True)
    telling = Telling(scene, pager)
    refuse(scene)
    await telling.look()

    assert [one.is_dry for one in pager.took] == [True]


async def test_receivers_are_shown_in_the_status(scene: Scene) -> None:
    pager = MemoryReceiver("pager")
    scene.receivers = (pager,)
    await scene.start()
    refuse(scene)
    for _ in range(2):
        scene.clock.advance(TICK)
        await scene.engine.notifier.look()

    (shown,) = (await scene.engine.desk.status())["notify"]
    assert (shown["name"], shown["kind"]) == ("pager", "memory")
    assert shown["last_told"] is not None
    assert (shown["problem"], shown["problem_since"]) == (None, None)


async def test_the_engine_looks_by_itself_until_it_ends(scene: Scene) -> None:
    pager = MemoryReceiver("pager")
    scene.receivers = (pager,)
    await scene.start()
    refuse(scene)

    def is_told() -> bool:
        scene.clock.advance(SECOND)
        return bool(pager.took)

    await scene.until(is_told)
    assert pager.told == [BEGUN]
