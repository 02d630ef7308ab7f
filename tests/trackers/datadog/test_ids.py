"""Ids in texts: the quick look for what every id has leaves none out."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from bridge.trackers.datadog import ids

UUID = "C1E2A3B4-0001-4000-8000-00000000CA5E"
PIECES = (
    *("issue_id:", "issue.id = ", "case_id=", "case.key: ", "/case/", "/cases/"),
    *("/error-tracking/issue/", UUID, UUID.lower(), UUID[:-1], "SHOP-12", "shop-1"),
    *("-", "-1", "web-store", " ", '"', "%2D", "a", "0", "\u017f", "\u212a", "\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_text_without_the_parts_of_an_id_names_none(text: str) -> None:
    readable = unquote(text)
    issues = [found[0] for found in ids._ISSUE.finditer(readable)]
    cases = [found[0] for found in ids._CASE.finditer(readable)]
    uuids = [found[0].lower() for found in ids._ANY_UUID.finditer(readable)]

    named = ids.named_in(text)

    assert (bool(named.issues), bool(named.cases)) == (bool(issues), bool(cases))
    assert set(ids.uuids_in(text)) == set(uuids)
