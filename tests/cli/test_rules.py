"""``bridge rules test``: from the store, beside a server, and with other rules."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.model import TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk

OTHER = '[[rules]]\nname = "a"\nmatch = "team:\\"a b\\" OR -env:x*"\nproject = "A"\n'
SECTION = '[trackers.b]\nkind = "paper_cases"\napi_key = "1"\ndefault_project = "B"\n'
OTHER_RULES = (Rule("a", parse('team:"a b" OR -env:x*'), "A"),)


def written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_an_issue_by_its_id(run: Run, near: PaperDesk) -> None:
    result = run("rules", "test", "--issue", "errors:1")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "Issue:    errors:1 T",
        "Rule:     web",
        "Project:  cases:SHOP",
        "Created:  by itself",
        "",
        "RULE  MATCHES  WHY",
        "web   yes      service is web",
    ]
    assert near.asked == {"issue": "errors:1", "rules": None}


def test_an_issue_told_in_a_file(run: Run, near: PaperDesk) -> None:
    file = written("issue.json", '{"service": "web", "teams": ["a"]}')

    result = run("rules", "test", "--issue", file, "--json")

    assert json.loads(result.output)["rule"] == "web"
    assert near.asked["issue"] == {"service": ("web",), "team": ("a",)}


def test_several_issues_told_in_a_file(run: Run) -> None:
    file = written("issues.json", '[{"service": "web"}, {}]')

    assert run("rules", "test", "--issue", file).output.count("Rule:") == 2
    assert len(json.loads(run("rules", "test", "--issue", file, "--json").output)) == 2


def test_one_issue_against_other_rules(run: Run, near: PaperDesk) -> None:
    issue, other = written("i.json", "{}"), written("other.toml", OTHER)

    result = run("rules", "test", "--issue", issue, "--against", other)

    assert "Against:  no rule / cases:ET / when asked" in result.output
    assert near.asked["rules"] == Ruleset(OTHER_RULES)


def test_recorded_issues_are_listed_through_all_pages(run: Run) -> None:
    result = run("rules", "test", "--recorded")

    assert result.exit_code == 0, result.output
    line = "errors:1  web   cases:SHOP  by itself  SHOP-1    it is so"
    assert result.output.splitlines()[1:] == [line, line]


def test_what_other_rules_would_move_is_no_failure(run: Run, near: PaperDesk) -> None:
    other = written("other.toml", OTHER)

    result = run("rules", "test", "--against", other)

    assert result.exit_code == 0, result.output
    assert result.output.endswith("2 of 2 recorded issues would go elsewhere.\n")
    assert "web / cases:SHOP / by itself" in result.output
    assert "no rule / cases:ET / when asked" in result.output
    told = json.loads(run("rules", "test", "--against", other, "--json").output)
    assert (told["changed"], told["unchanged"]) == (2, 0)


def test_a_whole_configuration_brings_its_own_default(
    run: Run, near: PaperDesk
) -> None:
    run("rules", "test", "--against", written("other.toml", OTHER + SECTION))

    assert near.asked["against"] == Ruleset(
        OTHER_RULES, Default(TrackerName("b"), {TrackerName("b"): "B"})
    )


@pytest.mark.parametrize("more", ["", SECTION])
async def test_beside_a_server_its_api_is_asked(
    beside: Callable[..., Any], near: PaperDesk, far: PaperDesk, more: str
) -> None:
    other = written("other.toml", OTHER + more)
    issue = written("issue.json", '{"teams": ["a", "b"]}')

    compared = await beside("rules", "test", "--against", other)
    compared_with = far.asked["against"]
    tried = await beside("rules", "test", "--issue", issue, "--against", other)

    assert (compared.exit_code, tried.exit_code) == (0, 0), tried.output
    assert compared_with == far.asked["rules"]
    assert compared_with.rules == OTHER_RULES
    assert compared_with.default.projects == ({"b": "B"} if more else {})
    assert far.asked["issue"] == {"team": ("a", "b")}
    assert near.asked == {}


MISUSE = {
    "nothing asked": ([], "give --issue FILE|ID or --recorded"),
    "both asked": (["--issue", "x", "--recorded"], "not both"),
    "no such file": (["--issue", "nowhere.json"], "nowhere.json: no such file"),
    "no JSON": (["--issue", "bad.json"], "bad.json: not JSON"),
    "an unknown key": (["--issue", "key.json"], "key.json: 0.owner: "),
    "no such rules": (["--against", "nowhere.toml"], "nowhere.toml: No such file"),
    "no rules": (["--against", "empty.toml"], "empty.toml: rules: missing; write"),
    "no TOML": (["--against", "bad.toml"], "bad.toml: not TOML"),
    "a bad query": (
        ["--against", "query.toml"],
        "query.toml: rules[0].match: column 1: unknown attribute teem",
    ),
    "a bad key": (
        ["--against", "key.toml"],
        "key.toml: rules[0].projet: unknown key; did you mean project?",
    ),
}


@pytest.mark.parametrize(("options", "said"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_told_with_the_remedy(
    run: Run, options: list[str], said: str
) -> None:
    written("bad.json", "{")
    written("key.json", '{"owner": "x"}')
    written("empty.toml", "")
    written("bad.toml", "[")
    written("query.toml", '[[rules]]\nname = "a"\nmatch = "teem:x"\n')
    written("key.toml", '[[rules]]\nname = "a"\nprojet = "x"\n')

    result = run("rules", "test", *options)

    assert result.exit_code == 2
    assert said in result.output


def test_check_warns_of_rules_without_effect(run: Run) -> None:
    with Path("config.toml").open("a", encoding="utf-8") as file:
        file.write('[[rules]]\nname = "a"\nproject = "A"\n')
        file.write('[[rules]]\nname = "b"\nproject = "B"\nmatch = "team:x"\n')

    result = run("check")

    assert "warning: rules[1].match: it is never reached: 'a' takes" in result.output
    assert result.exit_code == 0
