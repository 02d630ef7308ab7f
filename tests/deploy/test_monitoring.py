"""Alert rules and dashboard ask for what there is, and for every cause of an alert."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
from prometheus_client import Metric
from promql_parser import MatchOp, VectorSelector

from bridge.engine.alerts import Cause
from tests.deploy.conftest import DEPLOY, documents

OF_PROMETHEUS = {"up"}
TARGETS = {"job", "instance"}
"""Labels that Prometheus adds."""


def rules() -> list[dict[str, Any]]:
    (document,) = documents("prometheus/bridge.rules.yaml")
    return [rule for group in document["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    told = json.loads((DEPLOY / "grafana" / "bridge.json").read_text())
    assert isinstance(told, dict)
    return told


def asked() -> Iterator[str]:
    """Every expression, as Prometheus would get it."""
    for rule in rules():
        yield rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace("$__rate_interval", "5m")


def selectors(expression: str) -> list[VectorSelector]:
    """What *expression* selects; ValueError when it does not parse."""
    found: list[VectorSelector] = []

    def visit(part: object) -> bool:
        if isinstance(part, VectorSelector):
            found.append(part)
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


@pytest.mark.parametrize("expression", list(asked()))
async def test_an_expression_parses_and_asks_for_what_there_is(
    families: list[Metric], expression: str
) -> None:
    samples = {
        sample.name: sample.labels for family in families for sample in family.samples
    }
    found = selectors(expression)

    assert found
    for selector in found:
        if selector.name in OF_PROMETHEUS:
            continue
        assert selector.name in samples
        labels = samples[selector.name].keys() | TARGETS
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= labels
        grouped = re.findall(r"by \(([^)]*)\)", expression)
        kept = {name.strip() for some in grouped for name in some.split(",")}
        assert kept - {"le", *TARGETS} <= {
            name for one in found for name in samples.get(one.name or "", {})
        }


@pytest.mark.parametrize("cause", Cause)
async def test_each_cause_has_one_alert_that_selects_it(
    families: list[Metric], cause: Cause
) -> None:
    (family,) = [one for one in families if one.name == "bridge_alert"]
    told = {sample.labels["cause"] for sample in family.samples}
    asking = [
        rule["alert"]
        for rule in rules()
        for selector in selectors(rule["expr"])
        for matcher in selector.matchers.matchers
        if (selector.name, matcher.name) == ("bridge_alert", "cause")
        and (matcher.op, matcher.value) == (MatchOp.Equal, cause.value)
    ]

    assert cause.value in told
    assert len(asking) == 1


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"]
    assert len(rule["annotations"]["runbook"].split()) > 15


def test_every_alert_has_a_name_of_its_own() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) > len(Cause)


def test_panels_have_a_place_of_their_own_and_say_what_they_show() -> None:
    panels = dashboard()["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        its = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not its & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= its
        assert panel["description"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert len({panel["id"] for panel in panels}) == len(panels) > 10


def test_the_scrape_sends_the_token_and_loads_the_rules() -> None:
    (document,) = documents("prometheus/prometheus.yaml")
    (job,) = document["scrape_configs"]

    assert job["authorization"]["credentials_file"]
    assert job["job_name"] == "bridge"
    assert (DEPLOY / "prometheus" / document["rule_files"][0]).is_file()
