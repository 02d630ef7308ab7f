"""What a person is told who asks for what there is already."""

from bridge.ports.errors import AlreadyLinked
from bridge.ports.records import LinkRow


def already_linked(row: LinkRow) -> AlreadyLinked:
    """The refusal that names the case, and the way out where it is out of use."""
    case = row.case
    name = f"{case.id} ({case.key})" if case.key else case.id
    text = f"{row.link.issue} has the case {name} already"
    if gone := row.link.gone or case.gone:
        text += f", which is out of use ({gone}); `bridge unlink` frees the issue"
    return AlreadyLinked(text, case.id)
