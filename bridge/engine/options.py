"""What the operator chose about the engine, as values."""

from dataclasses import dataclass
from datetime import timedelta

from bridge.domain.comment_places import CommentPolicy
from bridge.domain.policy import DEFAULT_POLICY, Policy

COPY_EVERYTHING = CommentPolicy()


@dataclass(frozen=True, slots=True)
class Options:
    """The engine's settings.

    *settle* is how long a value we replaced is not believed; *retry_first*,
    *retry_max* and *retry_for* are the first wait, the longest wait and the deadline of
    failed work; *probe* is how often a tracker that refuses us is tried; *stale_after*
    is the age of a look after which a target is read again before it is written;
    *max_cases_per_hour* holds for rules that set no limit of their own; *keep* is how
    long events stay after their end, *keep_bodies* what came with them.
    """

    policy: Policy = DEFAULT_POLICY
    settle: timedelta = timedelta(seconds=10)
    retry_first: timedelta = timedelta(seconds=1)
    retry_max: timedelta = timedelta(minutes=5)
    retry_for: timedelta = timedelta(hours=24)
    probe: timedelta = timedelta(seconds=30)
    poll_interval: timedelta = timedelta(seconds=60)
    stale_after: timedelta = timedelta(seconds=2)
    comments: CommentPolicy = COPY_EVERYTHING
    max_flips: int = 6
    max_cases_per_hour: int = 60
    keep: timedelta = timedelta(days=30)
    keep_bodies: timedelta = timedelta(days=7)
    passes_at_once: int = 64
    is_dry: bool = False
