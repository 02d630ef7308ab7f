"""One sandbox: its world, the hands of its people, its faults, hooks and keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bridge.sandbox.faults import Faults, Place
from bridge.sandbox.hooks import Hooks
from bridge.sandbox.people import People
from bridge.sandbox.rates import Budget
from bridge.sandbox.records import Comment, Hand, Via
from bridge.sandbox.views import View
from bridge.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials that the sandbox's API accepts."""

    api_key: str = "sandbox-api-key"
    app_key: str = "sandbox-app-key"


@dataclass(frozen=True, slots=True)
class BridgeAddress:
    """Where the bridge is that the page shows, and what it calls the two trackers."""

    url: str = ""
    token: str = field(default="", repr=False)
    issues: str = "errors"
    cases: str = "cases"


class Sandbox:
    """Everything that the sandbox's servers share; several servers may show one.

    *issue_comments* opens a service beside Datadog's API for what that has not;
    *shows_deleted_comments* lists them, marked, instead of leaving them out.
    """

    def __init__(
        self,
        world: World,
        *,
        keys: Keys | None = None,
        bridge: BridgeAddress | None = None,
        budget: Budget | None = None,
        issue_state_hooks: bool = False,
        issue_comments: bool = False,
        shows_deleted_comments: bool = False,
    ) -> None:
        self.world = world
        self.people = People(world)
        self.keys = keys or Keys()
        self.bridge = bridge or BridgeAddress()
        self.budget = budget or Budget(world.moment)
        self.faults = Faults(world)
        self.withheld: set[str] = set()
        self.hooks = Hooks(world, issue_state_hooks=issue_state_hooks)
        self.issue_comments = issue_comments
        self.shows_deleted_comments = shows_deleted_comments

    @property
    def api_hand(self) -> Hand:
        """The hand by which the API changes things."""
        return Hand(self.world.service_account.id, Via.API)

    def listed(self, comments: Sequence[Comment]) -> list[Comment]:
        """Those of *comments* that the API lists."""
        return [
            comment
            for comment in comments
            if self.shows_deleted_comments or comment.deleted_at is None
        ]


SANDBOX = web.AppKey("sandbox", Sandbox)
VIEW = web.RequestKey("view", View)
PLACE = web.RequestKey("place", Place)


def sandbox_of(request: web.Request) -> Sandbox:
    """The sandbox that *request* is made to."""
    return request.config_dict[SANDBOX]


def view_of(request: web.Request) -> View:
    """The world as *request* sees it."""
    return request[VIEW]
