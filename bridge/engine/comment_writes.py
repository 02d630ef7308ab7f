"""Writes one copy of a comment: made, rewritten or deleted.

Making a copy twice would be seen by people, so the try itself is kept before the call.
"""

from datetime import datetime

from bridge.domain.comment_actions import (
    CommentAction,
    CreateComment,
    DeleteComment,
    EditComment,
    confirmed,
    refused,
)
from bridge.domain.comment_records import CommentBase, Copy
from bridge.domain.model import tracker_of
from bridge.engine.case_pass import CasePass
from bridge.engine.means import Means
from bridge.ports.commits import ActionRecord, CommentsKnown, Commit
from bridge.ports.errors import AmbiguousError, GoneError, TrackerError


class CommentWrites:
    """The writes that leave copies."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def carry_out(self, case_pass: CasePass, action: CommentAction) -> str:
        """Write the copy; its id at its tracker. TrackerError."""
        await self._check_links(case_pass, action)
        now = self._means.clock.now()
        if isinstance(action, CreateComment):
            await self._keep_try(case_pass, action, now)
        own_id = await self._means.gate.through(
            tracker_of(action.target),
            self._write(action),
            action.target,
            project=self._project(case_pass, action),
            writes="comments",
        )
        copy = case_pass.copies[action.marker]
        self._note(case_pass, confirmed(copy, action, now, own_id))
        return own_id

    def fail(
        self, case_pass: CasePass, action: CommentAction, exc: TrackerError
    ) -> None:
        """A call that surely made nothing may be repeated at once."""
        if isinstance(action, CreateComment) and not isinstance(exc, AmbiguousError):
            self._note(case_pass, case_pass.copies[action.marker].not_made())

    def refuse(self, case_pass: CasePass, action: CommentAction, why: str) -> None:  # noqa: ARG002
        """No second try of the same text."""
        self._note(case_pass, refused(case_pass.copies[action.marker], action))

    def mark_gone(self, case_pass: CasePass, action: CommentAction, why: str) -> None:  # noqa: ARG002
        """The copy, or what it stood on, is not there any more."""
        self._note(case_pass, case_pass.copies[action.marker].gone())

    def step(
        self, case_pass: CasePass, action: CommentAction, record: ActionRecord
    ) -> Commit:
        """The receipt together with what is known of the copy."""
        copy = case_pass.copies[action.marker]
        return Commit(actions=[record], comments=[_known(case_pass, copy)])

    async def _write(self, action: CommentAction) -> str:
        tracker = self._means.roster.commented(action.target)
        match action:
            case CreateComment(target, _, text):
                return (await tracker.add_comment(target, text)).id
            case EditComment(target, comment, _, text):
                await tracker.edit_comment(target, comment, text)
            case DeleteComment(target, comment):
                await tracker.delete_comment(target, comment)
        return action.comment

    async def _check_links(self, case_pass: CasePass, action: CommentAction) -> None:
        """Before every write: neither the issue that it is on nor the one of its
        original was unlinked meanwhile."""
        links = case_pass.links
        things = {action.target, case_pass.copies[action.marker].origin}
        concerned = [link for issue, link in links.items() if issue in things]
        if len(await self._means.store.still_linked(concerned)) < len(concerned):
            raise GoneError("it was unlinked meanwhile")

    async def _keep_try(
        self, case_pass: CasePass, action: CreateComment, now: datetime
    ) -> None:
        tried = case_pass.copies[action.marker].tried(now)
        self._note(case_pass, tried)
        await self._means.store.commit(Commit(comments=[_known(case_pass, tried)]))

    def _project(self, case_pass: CasePass, action: CommentAction) -> str:
        case = case_pass.case
        return case.project if action.target == case.id else ""

    def _note(self, case_pass: CasePass, copy: Copy) -> None:
        case_pass.copies[copy.marker] = copy


def _known(case_pass: CasePass, copy: Copy) -> CommentsKnown:
    case = case_pass.case
    return CommentsKnown(case.id, CommentBase.of(copies=[copy]), case.since)
