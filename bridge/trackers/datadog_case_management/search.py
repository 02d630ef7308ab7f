"""Reads the pages of a case search."""

from collections.abc import AsyncIterator

from bridge.trackers.datadog.wire import Included
from bridge.trackers.datadog_case_management.wire import CaseData, CasesAnswer, Page
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp

PAGE_SIZE = 100


async def read(
    http: TrackerHttp, filter_text: str
) -> AsyncIterator[tuple[CaseData, tuple[Included, ...]]]:
    """Each case found, once, with what was told beside it; pages count from 1 here.

    The oldest come first, so that a case made meanwhile moves no page.
    """
    seen: set[str] = set()
    number = 1
    while True:
        answer = await http.fetch(_page(filter_text, number), CasesAnswer)
        fresh = [data for data in answer.data if data.id not in seen]
        seen.update(data.id for data in fresh)
        for data in fresh:
            yield data, answer.included
        if not fresh or _is_last(answer.meta.page, number):
            return
        number += 1


def _page(filter_text: str, number: int) -> Call:
    params = {
        "page[size]": str(PAGE_SIZE),
        "page[number]": str(number),
        "sort[field]": "created_at",
        "sort[asc]": "true",
    }
    if filter_text:
        params["filter"] = filter_text
    return Call(Effect.READ, "GET", path_of("api", "v2", "cases"), params)


def _is_last(page: Page, number: int) -> bool:
    """True when the answer says so; else an empty page ends the search."""
    return page.total is not None and (page.current or number) >= page.total
