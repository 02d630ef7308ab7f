"""People at the case tracker: each edit moves a case on by a group and sends a webhook;
the bridge is to write the matching state to the case's issue."""

import time
from collections.abc import Callable

from bench.documents import GROUPS, Webhook
from bench.sender import Sender
from bench.tracker import FastTracker


class Editors:
    """Edits cases and notes when the bridge has carried each edit over; *taken* are the
    event ids of the deliveries that it answered.

    *on_written* hears of the case when the write has come, with the seconds since the
    webhook was sent; *on_done* when the write has been answered.
    """

    def __init__(self, tracker: FastTracker, port: int, connections: int = 64) -> None:
        self.tracker = tracker
        self.sender = Sender(port, connections)
        self.webhook = Webhook(port)
        self.webhook.prefix = f"{time.time_ns():x}-"
        self.under_way: dict[int, float] = {}
        self.taken: set[str] = set()
        self.lost: set[int] = set()
        self.on_written: Callable[[int, float], None] = lambda *_: None
        self.on_done: Callable[[int], None] = lambda _: None
        self._case_of = {
            issue: case
            for case, issues in tracker.issues_of.items()
            for issue in issues
        }
        tracker.on_write = self._written
        tracker.on_answered = lambda issue: self.on_done(self._case_of[issue])

    def edit(self, case: int) -> None:
        """Somebody moves the case on, and its tracker tells."""
        groups = self.tracker.groups
        groups[case] = (groups[case] + 1) % len(GROUPS)
        self.under_way[case] = time.perf_counter()
        self.tell(case)

    def tell(self, case: int) -> None:
        """Send the webhook; one that is not answered makes the case *lost*."""
        request = self.webhook.request(case)
        event = self.webhook.last

        def answered(status: int) -> None:
            if status == 202:
                self.taken.add(event)
            else:
                self.lost.add(case)

        self.sender.send(request, answered)

    def agrees(self, case: int) -> bool:
        """True once all issues of the case are as it is."""
        wanted = self.tracker.groups[case]
        return all(
            self.tracker.states[issue] == wanted
            for issue in self.tracker.issues_of[case]
        )

    def _written(self, issue: int, state: int) -> None:
        case = self._case_of[issue]
        if state == self.tracker.groups[case]:
            sent = self.under_way.pop(case, None)
            if sent is not None:
                self.on_written(case, time.perf_counter() - sent)
