"""Everything that people and programs look at or do, and by which means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to know or to do; *routes* are those of the dashboard, which *page*
    names for people."""

    what: str
    page: str = ""
    routes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows and what they have in common."""

    name: str
    about: str
    rows: tuple[Row, ...]
    is_everywhere: bool = False
    """True where every row has a command and a call."""


LOOKING = Part(
    "To look",
    "",
    (
        Row(
            "How much waits; trackers, circuits, alerts, people without an account",
            "*Now*, *Attention*, *Setup*",
            ("GET /", "GET /attention"),
            ("bridge status",),
            ("GET /api/v1/status",),
        ),
        Row(
            "The longest wait, and the last hour",
            "*Now*",
            ("GET /",),
            ("bridge pulse",),
            ("GET /api/v1/pulse",),
        ),
        Row(
            "Cases, searched and narrowed (`--standing drifted`, `?standing=drifted`)",
            "*Cases*, *Attention*",
            ("GET /cases", "GET /attention"),
            ("bridge cases",),
            ("GET /api/v1/cases",),
        ),
        Row(
            "One case: both sides, what was agreed, what is dead",
            "A case",
            ("GET /cases/{case}",),
            ("bridge case CASE",),
            ("GET /api/v1/cases/{case}",),
        ),
        Row(
            "Which issue belongs to which case",
            "A case",
            ("GET /cases/{case}",),
            ("bridge links",),
            ("GET /api/v1/links",),
        ),
        Row(
            "What would be done now, and why",
            "A case: *Explain the plan*",
            ("GET /cases/{case}/plan",),
            ("bridge plan CASE",),
            ("POST /api/v1/plan",),
        ),
        Row(
            "What came and what it led to (`--outcome parked`, `?outcome=parked`)",
            "*Timeline*, *Attention*",
            ("GET /timeline", "GET /attention"),
            ("bridge events",),
            ("GET /api/v1/events",),
        ),
        Row(
            "What was given up",
            "*Attention*",
            ("GET /attention",),
            ("bridge dead",),
            ("GET /api/v1/dead",),
        ),
        Row(
            "The rules, and how much each decides",
            "*Rules*",
            ("GET /rules",),
            ("bridge rules list",),
            ("GET /api/v1/rules",),
        ),
        Row(
            "Which rule an issue meets, and why",
            "*Rules*: *Try*",
            ("GET /rules/test", "POST /rules/test"),
            ("bridge rules test --issue ISSUE",),
            ("POST /api/v1/rules/test",),
        ),
        Row(
            "What other rules would do to the recorded issues",
            "*Rules*: *See the difference*",
            ("GET /rules/compare", "POST /rules/compare"),
            ("bridge rules test --recorded --against OTHER.toml",),
            ("POST /api/v1/rules/recorded",),
        ),
        Row(
            "What is synced which way, and what each tracker can do",
            "*Setup*",
            ("GET /setup",),
            ("bridge abilities",),
            ("GET /api/v1/abilities",),
        ),
        Row(
            "How far looking again is",
            "",
            (),
            ("bridge resync --progress",),
            ("GET /api/v1/resync",),
        ),
        Row(
            "How far the backfill is",
            "",
            (),
            ("bridge backfill --progress",),
            ("GET /api/v1/backfill",),
        ),
    ),
    is_everywhere=True,
)

ACTING = Part(
    "To act",
    "What the dashboard has no button for needs more than a click: a project, a time, "
    "or all cases at once.",
    (
        Row(
            "Try again what was given up",
            "*Attention*, a case: *Retry*",
            ("POST /dead/retry",),
            ("bridge retry ID",),
            ("POST /api/v1/dead/{id}/retry", "POST /api/v1/dead/retry"),
        ),
        Row(
            "Let what was given up be",
            "*Attention*, a case: *Skip*",
            ("POST /dead/skip",),
            ("bridge skip ID",),
            ("POST /api/v1/dead/{id}/skip", "POST /api/v1/dead/skip"),
        ),
        Row(
            "Go on with a paused case",
            "*Attention*, a case: *Resume*",
            ("POST /resume",),
            ("bridge resume CASE",),
            ("POST /api/v1/cases/{case}/resume",),
        ),
        Row(
            "Look again now: at a case, or at all; `--dry-run` tells what it would do",
            "A case: *Look again now*",
            ("POST /resync",),
            ("bridge resync CASE", "bridge resync"),
            ("POST /api/v1/resync",),
        ),
        Row(
            "Attach an issue to a case",
            "A case: *Link it*",
            ("POST /link",),
            ("bridge link ISSUE CASE",),
            ("POST /api/v1/links",),
        ),
        Row(
            "Detach an issue from its case",
            "A case: *Unlink*",
            ("POST /unlink",),
            ("bridge unlink ISSUE",),
            ("DELETE /api/v1/links/{issue}",),
        ),
        Row(
            "Create a case from an issue",
            "",
            (),
            ("bridge create ISSUE",),
            ("POST /api/v1/cases",),
        ),
        Row(
            "Create cases for issues that exist already",
            "",
            (),
            ("bridge backfill",),
            ("POST /api/v1/backfill",),
        ),
    ),
    is_everywhere=True,
)

MACHINES = Part(
    "For programs only",
    "These have no command: other programs ask them all the time, and `curl` does for "
    "a person.",
    (
        Row("A delivery of a tracker", calls=("POST /hooks/{tracker}",)),
        Row("Whether the process is alive", calls=("GET /healthz",)),
        Row(
            "Whether deliveries are taken in, and why not",
            "*Now*, *Setup*",
            ("GET /", "GET /setup"),
            calls=("GET /readyz",),
        ),
        Row("What is measured", calls=("GET /metrics",)),
        Row("The API, described", calls=("GET /api/openapi.json",)),
        Row("That a page is to be shown anew", "every page", ("GET /live",)),
        Row(
            "In and out",
            "*Log in*, *Log out*",
            ("GET /login", "POST /login", "POST /logout"),
        ),
    ),
)

PLACES = Part(
    "On the machine only",
    "These are no calls: they need the configuration, its secrets or the store itself, "
    "or come before there is a bridge to ask.",
    (
        Row("A world to try", commands=("bridge demo",)),
        Row("Write a configuration", commands=("bridge init",)),
        Row("Check it, and ask the trackers", commands=("bridge check --live",)),
        Row("Run", commands=("bridge serve",)),
        Row(
            "Webhooks at the trackers",
            commands=(
                "bridge webhooks install",
                "bridge webhooks list",
                "bridge webhooks remove",
            ),
        ),
        Row("The store", commands=("bridge db upgrade", "bridge db copy FROM")),
    ),
)

PARTS = (LOOKING, ACTING, MACHINES, PLACES)
