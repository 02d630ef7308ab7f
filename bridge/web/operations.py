"""Every route for programs: what it takes, what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from bridge.web import answers, api, cases, operating, plans, rules, standing, trials
from bridge.web.auth import is_guarded

ASKED_OF_A_TRACKER: Final = (404, 502)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; *refusals* are the errors that not every route has.

    *answers* are the models by status, None for an answer that is no JSON: one of
    type *text*, or none at all.
    """

    method: str
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel] | None]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    refusals: tuple[int, ...] = ()
    text: str = "text/html"

    @property
    def is_guarded(self) -> bool:
        """True where the token of the API is asked for."""
        return is_guarded(self.path)

    @property
    def is_hook(self) -> bool:
        """True where trackers deliver, with secrets and bodies of their own."""
        return self.path.startswith("/hooks/")


OPERATIONS: Final = (
    Operation(
        "post",
        "/hooks/{tracker}",
        "Take in a delivery; answered once it is durable.",
        {202: answers.Accepted},
        refusals=(401, 404, 408, 413, 503),
    ),
    Operation(
        "get", "/healthz", "Whether the process is alive.", {200: answers.Health}
    ),
    Operation(
        "get",
        "/readyz",
        "Whether deliveries are taken in, and why not.",
        {200: answers.Ready, 503: answers.Ready},
    ),
    Operation(
        "get",
        "/metrics",
        "What is measured, as Prometheus text.",
        {200: None},
        text="text/plain",
    ),
    Operation(
        "get",
        "/api/openapi.json",
        "This description.",
        {200: answers.Description},
    ),
    Operation(
        "get",
        "/api/v1/status",
        "How much waits, and how the trackers are.",
        {200: standing.Status},
        refusals=(503,),
    ),
    Operation(
        "get",
        "/api/v1/links",
        "Which issue belongs to which case.",
        {200: answers.Links},
        query=api.LinksPage,
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/links",
        "Attach an issue to a case.",
        {201: answers.Link},
        body=api.NewLink,
        refusals=(*ASKED_OF_A_TRACKER, 409, 503),
    ),
    Operation(
        "delete",
        "/api/v1/links/{issue}",
        "Detach an issue from its case.",
        {204: None},
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/cases",
        "Create a case from an issue.",
        {201: answers.Created},
        body=cases.NewCase,
        refusals=(*ASKED_OF_A_TRACKER, 409, 503),
    ),
    Operation(
        "post",
        "/api/v1/backfill",
        "Begin the rules over issues that exist, or tell what that would create.",
        {200: answers.Preview, 202: answers.Progress},
        body=cases.NewBackfill,
        refusals=(502, 503),
    ),
    Operation(
        "get",
        "/api/v1/backfill",
        "How far the backfill is.",
        {200: answers.Progress},
        refusals=(503,),
    ),
    Operation(
        "get",
        "/api/v1/events",
        "What came or was seen, and what it led to, newest first.",
        {200: plans.Events},
        query=api.EventsPage,
        refusals=(404, 503),
    ),
    Operation(
        "get",
        "/api/v1/dead",
        "What was given up, and why, oldest first.",
        {200: answers.DeadLetters},
        query=api.Page,
        refusals=(503,),
    ),
    Operation(
        "post",
        "/api/v1/dead/retry",
        "Try what was given up again.",
        {200: answers.Retried},
        body=operating.Letters,
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/dead/skip",
        "Let what was given up be.",
        {200: answers.Skipped},
        body=operating.Letters,
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/dead/{id}/retry",
        "Try one thing that was given up again.",
        {200: answers.Retried},
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/dead/{id}/skip",
        "Let one thing that was given up be.",
        {200: answers.Skipped},
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/cases/{case}/resume",
        "Go on with a case that is paused.",
        {200: answers.Resumed},
        refusals=(404, 503),
    ),
    Operation(
        "post",
        "/api/v1/resync",
        "Look at cases again now, or tell what that would lead to.",
        {200: plans.Plans, 202: answers.Looking},
        body=operating.NewResync,
        refusals=(404, 502, 503),
    ),
    Operation(
        "get",
        "/api/v1/resync",
        "How far looking again is.",
        {200: answers.Looking},
        refusals=(503,),
    ),
    Operation(
        "post",
        "/api/v1/plan",
        "What would be done now for a case, or the case of an issue.",
        {200: plans.Plan},
        body=api.PlanFor,
        refusals=(*ASKED_OF_A_TRACKER, 503),
    ),
    Operation(
        "post",
        "/api/v1/rules/test",
        "Which rule an issue meets, and why.",
        {200: trials.Trial},
        body=rules.RulesTest,
        refusals=(*ASKED_OF_A_TRACKER, 503),
    ),
    Operation(
        "post",
        "/api/v1/rules/recorded",
        "The same for the issues that were seen, and what other rules would change.",
        {200: trials.RecordedList},
        body=rules.RecordedTest,
        refusals=(503,),
    ),
)
