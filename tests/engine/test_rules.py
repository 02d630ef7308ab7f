"""Rules tried on issues, and what is kept of issues for that."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup, TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.engine.noticing import Noticing
from bridge.ports.commits import Commit
from bridge.ports.errors import NotFound, PermanentError, Unclear
from bridge.ports.sightings import Sighting, sighting_of
from tests.builders import NOON
from tests.engine.conftest import Scene

CASES = TrackerName("cases")
ISSUE = Issue(IssueId("errors:a"), State.FOR_REVIEW, title="a")
RULES = Ruleset(
    (
        Rule("store", parse("service:web-store -team:Shopist"), "P1", auto_create=True),
        Rule("api", parse("service:web-store OR team:Shopist service:api"), "P2"),
        Rule("rest", parse(""), "P3"),
    ),
    Default(CASES, {CASES: "ET"}),
)
SWAPPED = replace(RULES, rules=(RULES.rules[1], RULES.rules[0], RULES.rules[2]))


@pytest.fixture
async def ruled(scene: Scene) -> Scene:
    """The engine with RULES in force."""
    await scene.start()
    current = scene.engine.means.current
    current.choices = replace(current.choices, rules=RULES)
    return scene


def with_attributes(scene: Scene, name: str, **attributes: tuple[str, ...]) -> None:
    scene.errors.put(name, State.FOR_REVIEW)
    found = scene.errors.issues[name]
    scene.errors.issues[name] = replace(found, attributes=attributes)


async def test_a_given_issue_meets_the_rule_in_force(ruled: Scene) -> None:
    told = await ruled.engine.desk.rules_test({"service": ("WEB-store",)})

    assert told == {
        "rule": "store",
        "cases": "cases",
        "project": "P1",
        "auto_create": True,
        "version": RULES.version,
        "trace": [
            {
                "rule": "store",
                "matched": True,
                "why": "service is WEB-store and it has no team",
            },
            {
                "rule": "api",
                "matched": False,
                "why": "not asked: store matched before it",
            },
            {
                "rule": "rest",
                "matched": False,
                "why": "not asked: store matched before it",
            },
        ],
    }


async def test_trying_writes_nothing_anywhere(ruled: Scene) -> None:
    with_attributes(ruled, "a", service=("web-store",))

    await ruled.engine.desk.rules_test("errors:a")
    await ruled.engine.desk.rules_test({"service": ("web-store",)}, SWAPPED)

    assert ruled.errors.writes == ruled.cases.writes == 0
    assert await ruled.store.sightings() == []
    assert await ruled.store.events() == []


async def test_an_issue_named_by_its_id_is_read(ruled: Scene) -> None:
    with_attributes(ruled, "a", service=("api",), team=("Shopist", "B"))

    told = await ruled.engine.desk.rules_test("errors:a")

    assert (told["issue"], told["title"], told["case"]) == ("errors:a", "Error a", None)
    assert (told["rule"], told["auto_create"]) == ("api", False)


async def test_the_case_that_an_issue_has_is_told(ruled: Scene) -> None:
    await ruled.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)

    assert (await ruled.engine.desk.rules_test("a"))["case"] == "SHOP-1"


async def test_an_issue_that_is_not_there_is_not_found(ruled: Scene) -> None:
    with pytest.raises(NotFound, match="there is no issue errors:zzz"):
        await ruled.engine.desk.rules_test("errors:zzz")


async def test_other_rules_are_tried_with_the_default_in_force(ruled: Scene) -> None:
    only = Ruleset((Rule("none", parse("team:nobody"), "X"),))

    told = await ruled.engine.desk.rules_test({}, only)

    assert (told["rule"], told["cases"], told["project"]) == (None, "cases", "ET")
    assert told["version"] == replace(only, default=RULES.default).version


async def test_a_rule_for_an_unknown_tracker_is_refused(ruled: Scene) -> None:
    wrong = Ruleset((Rule("x", parse(""), "X", cases=TrackerName("desk")),))

    with pytest.raises(Unclear, match="no case tracker desk; there is: cases"):
        await ruled.engine.desk.rules_test({}, wrong)


def seen(name: str, **attributes: tuple[str, ...]) -> Sighting:
    return Sighting(IssueId(f"errors:{name}"), NOON, attributes, title=f"Error {name}")


async def recorded(scene: Scene, **which: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        page = await scene.engine.desk.rules_recorded(
            against=which.get("against"), cursor=cursor, limit=2
        )
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


async def test_recorded_issues_are_tried_page_by_page(ruled: Scene) -> None:
    sightings = [seen(n, service=("web-store",)) for n in "abcde"]
    await ruled.store.commit(Commit(sightings=sightings))

    items = await recorded(ruled)

    assert [item["issue"] for item in items] == [one.issue for one in sightings]
    assert {item["rule"] for item in items} == {"store"}
    assert items[0]["why"] == "service is web-store and it has no team"
    assert "changed" not in items[0]


async def test_other_rules_show_which_issues_would_go_elsewhere(ruled: Scene) -> None:
    await ruled.store.commit(
        Commit(
            sightings=[
                seen("a", service=("web-store",)),
                seen("b", service=("api",), team=("Shopist",)),
                seen("c"),
            ]
        )
    )

    items = await recorded(ruled, against=SWAPPED)

    assert [item["changed"] for item in items] == [True, False, False]
    assert (items[0]["project"], items[0]["against"]["project"]) == ("P1", "P2")
    assert items[0]["against"]["rule"] == "api"


async def test_another_rule_of_the_same_effect_changes_nothing(ruled: Scene) -> None:
    renamed = replace(
        RULES, rules=(replace(RULES.rules[0], name="new"), *RULES.rules[1:])
    )
    await ruled.store.commit(Commit(sightings=[seen("a", service=("web-store",))]))

    (item,) = await recorded(ruled, against=renamed)

    assert (item["against"]["rule"], item["changed"]) == ("new", False)


async def test_linked_issues_are_kept_as_they_were_seen(ruled: Scene) -> None:
    await ruled.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)

    (kept,) = await ruled.store.sightings()

    assert (kept.issue, kept.title, kept.handled) == ("errors:a", "Error a", "linked")
    assert await ruled.store.unhandled() == []


async def test_an_issue_whose_attributes_change_is_kept_anew(ruled: Scene) -> None:
    await ruled.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)
    with_attributes(ruled, "a", team=("B",))

    await ruled.pass_time(hours=1)

    (kept,) = await ruled.store.sightings()
    assert kept.attributes == {"team": ("B",)}


async def test_an_issue_that_cannot_be_read_stays_as_it_was_kept(ruled: Scene) -> None:
    with_attributes(ruled, "a", team=("B",))
    ruled.cases.put("1", StatusGroup.OPEN)
    await ruled.link("a", "1")
    ruled.errors.fail("get_issue", PermanentError("no"), PermanentError("no"))

    await ruled.pass_time(hours=1)

    (kept,) = await ruled.store.sightings()
    assert kept.attributes == {"team": ("B",)}


def test_what_was_kept_is_no_news() -> None:
    noticing = Noticing()
    issue = replace(ISSUE, attributes={"team": ("A",)})
    noticing.kept(noticing.news([issue], NOON))

    assert noticing.news([issue, replace(issue, state=State.RESOLVED)], NOON) == []
    assert noticing.news([replace(issue, title="b")], NOON)
    assert noticing.news([replace(issue, attributes={"team": ("B",)})], NOON)


def test_what_was_not_kept_is_news_again() -> None:
    noticing = Noticing()

    assert noticing.news([ISSUE], NOON) == noticing.news([ISSUE], NOON)
    assert noticing.news([ISSUE], NOON) == [sighting_of(ISSUE, NOON)]


def test_the_oldest_is_forgotten() -> None:
    noticing = Noticing(remembered=2)
    others = [replace(ISSUE, id=IssueId(f"errors:{n}")) for n in range(3)]
    for issue in others:
        noticing.kept(noticing.news([issue], NOON))

    assert [one.issue for one in noticing.news(others, NOON)] == ["errors:0"]
