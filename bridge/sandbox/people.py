"""The hands of a person: every edit is made as somebody and is written down."""

from bridge.sandbox import case_changes, comment_changes, issue_changes
from bridge.sandbox.records import Case, Comment, Hand, Issue, IssueState, Via
from bridge.sandbox.world import NoSuchThing, World


class People:
    """Edits by a person; *who* is a user id, and the world's first person by default.

    Issues are named by id, cases by id or key. Every method raises NoSuchThing or
    Refused and then nothing is written down.
    """

    def __init__(self, world: World, who: str | None = None) -> None:
        self._world = world
        self._hand = Hand(who or first_person(world), Via.PERSON)

    def acting_as(self, who: str) -> "People":
        """The same world, as somebody else (also as the bridge's own account)."""
        return People(self._world, who)

    def new_issue(
        self,
        *,
        service: str = "web-store",
        error_type: str = "Error",
        error_message: str = "something broke",
        teams: tuple[str, ...] = (),
    ) -> Issue:
        """A new error turns up (no person does this, but a person can cause it)."""
        issue = issue_changes.raise_issue(
            self._world,
            self._hand,
            service=service,
            error_type=error_type,
            error_message=error_message,
            teams=teams,
        )
        self._log("new_issue", issue.id, service)
        return issue

    def set_issue_state(self, issue: str, state: IssueState | str) -> Issue:
        """Choose a state."""
        wanted = IssueState(state)
        changed = issue_changes.set_state(self._world, issue, wanted, self._hand)
        self._log("set_issue_state", issue, wanted.value)
        return changed

    def assign_issue(self, issue: str, user: str | None) -> Issue:
        """Assign an issue, or unassign it."""
        changed = issue_changes.assign(self._world, issue, user, self._hand)
        self._log("assign_issue", issue, user or "")
        return changed

    def regress(self, issue: str, version: str = "") -> Issue:
        """A resolved error comes back."""
        changed = issue_changes.regress(self._world, issue, self._hand, version)
        self._log("regress", issue, version)
        return changed

    def recur(self, issue: str) -> Issue:
        """The error occurs once more."""
        changed = issue_changes.recur(self._world, issue, self._hand)
        self._log("recur", issue)
        return changed

    def set_native_case(self, issue: str, case: str | None) -> Issue:
        """Show a case as Datadog's own for the issue."""
        case_id = self._world.case(case).id if case else None
        changed = issue_changes.set_native_case(self._world, issue, case_id, self._hand)
        self._log("set_native_case", issue, case_id or "")
        return changed

    def comment_issue(self, issue: str, text: str) -> Comment:
        """Write a comment on an issue."""
        found = self._world.issue(issue)
        comment = comment_changes.add(self._world, found, text, self._hand)
        self._log("comment_issue", issue, comment.id)
        return comment

    def edit_issue_comment(self, issue: str, comment: str, text: str) -> Comment:
        """Edit a comment on an issue."""
        found = self._world.issue(issue)
        edited = comment_changes.edit(self._world, found, comment, text, self._hand)
        self._log("edit_issue_comment", issue, comment)
        return edited

    def delete_issue_comment(self, issue: str, comment: str) -> None:
        """Delete a comment on an issue."""
        found = self._world.issue(issue)
        comment_changes.delete(self._world, found, comment, self._hand)
        self._log("delete_issue_comment", issue, comment)

    def delete_issue(self, issue: str) -> None:
        """Delete an issue."""
        issue_changes.delete(self._world, issue, self._hand)
        self._log("delete_issue", issue)

    def new_case(
        self, *, project: str, title: str, type_id: str, status_name: str | None = None
    ) -> Case:
        """Open a case by hand."""
        case = case_changes.create(
            self._world,
            self._hand,
            project=project,
            title=title,
            type_id=type_id,
            status_name=status_name,
        )
        self._log("new_case", case.id, project)
        return case

    def set_case_status(self, case: str, status_name: str) -> Case:
        """Choose a status by its name."""
        changed = case_changes.set_status(self._world, case, status_name, self._hand)
        self._log("set_case_status", changed.id, status_name)
        return changed

    def assign_case(self, case: str, user: str | None) -> Case:
        """Assign a case, or unassign it."""
        changed = case_changes.assign(self._world, case, user, self._hand)
        self._log("assign_case", changed.id, user or "")
        return changed

    def comment(self, case: str, text: str) -> Comment:
        """Write a comment."""
        found = self._world.case(case)
        comment = comment_changes.add(self._world, found, text, self._hand)
        self._log("comment", found.id, comment.id)
        return comment

    def edit_comment(self, case: str, comment: str, text: str) -> Comment:
        """Edit a comment."""
        found = self._world.case(case)
        edited = comment_changes.edit(self._world, found, comment, text, self._hand)
        self._log("edit_comment", found.id, comment)
        return edited

    def delete_comment(self, case: str, comment: str) -> None:
        """Delete a comment."""
        found = self._world.case(case)
        comment_changes.delete(self._world, found, comment, self._hand)
        self._log("delete_comment", found.id, comment)

    def set_title(self, case: str, title: str) -> Case:
        """Rename a case."""
        changed = case_changes.set_title(self._world, case, title, self._hand)
        self._log("set_title", changed.id)
        return changed

    def archive(self, case: str) -> Case:
        """Archive a case."""
        changed = case_changes.archive(self._world, case, self._hand)
        self._log("archive", changed.id)
        return changed

    def unarchive(self, case: str) -> Case:
        """Bring an archived case back."""
        changed = case_changes.unarchive(self._world, case, self._hand)
        self._log("unarchive", changed.id)
        return changed

    def merge(self, case: str, into: str) -> Case:
        """Merge a case into another."""
        changed = case_changes.merge(self._world, case, into, self._hand)
        self._log("merge", changed.id, into)
        return changed

    def move(self, case: str, project: str) -> Case:
        """Move a case to another project."""
        changed = case_changes.move(self._world, case, project, self._hand)
        self._log("move", changed.id, project)
        return changed

    def delete_case(self, case: str) -> None:
        """Delete a case."""
        found = self._world.case(case)
        case_changes.delete(self._world, found.id, self._hand)
        self._log("delete_case", found.id)

    def _log(self, name: str, target: str, value: str = "") -> None:
        self._world.record_edit(self._hand, name, target, value)


def first_person(world: World) -> str:
    """The first active user who is not the bridge's own account."""
    for user in world.users.values():
        if user.is_active and user.id != world.service_account.id:
            return user.id
    raise NoSuchThing("user not found")
