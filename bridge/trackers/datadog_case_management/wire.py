"""Case Management's JSON, API v2: what is read of it, all of it optional."""

from typing import Annotated, Any

from pydantic import AliasChoices, Discriminator, Field, Tag

from bridge.trackers.datadog.wire import Included, ToOne
from bridge.transport.jsonapi import Moment, Wire


class Insight(Wire):
    """Something elsewhere in Datadog that a case points at."""

    type: str = ""
    ref: str = ""
    resource_id: str = ""


class CaseAttributes(Wire):
    """The three words for the status came one after the other: older answers lack
    ``status_group``, still older ones ``status_name`` too."""

    key: str = ""
    title: str = ""
    description: str = ""
    type_id: str = ""
    status: str = ""
    status_group: str = ""
    status_name: str = ""
    merge_status: str = ""
    insights: tuple[Insight, ...] = ()
    created_at: Moment | None = None
    modified_at: Moment | None = None
    archived_at: Moment | None = None


class CaseRelationships(Wire):
    """Left out one by one where there is nothing at the other end."""

    assignee: ToOne = ToOne()
    project: ToOne = ToOne()


class CaseData(Wire):
    """One case."""

    id: str
    attributes: CaseAttributes = CaseAttributes()
    relationships: CaseRelationships = CaseRelationships()


class CaseAnswer(Wire):
    """What reading or writing a case answers."""

    data: CaseData
    included: tuple[Included, ...] = ()


class Page(Wire):
    """Which page this is and how many there are; both count from 1."""

    current: int | None = None
    total: int | None = None


class PageMeta(Wire):
    """What is told of a list beside its items."""

    page: Page = Page()


class CasesAnswer(Wire):
    """One page of a search."""

    data: tuple[CaseData, ...] = ()
    included: tuple[Included, ...] = ()
    meta: PageMeta = PageMeta()


class StatusOption(Wire):
    """One status a type has in a group."""

    name: str = ""


class GroupStatuses(Wire):
    """The statuses of one group; *default* stands for the group."""

    default: str = ""
    status_options: tuple[StatusOption, ...] = ()


class StatusesConfig(Wire):
    """The statuses of a case type by group."""

    open: GroupStatuses = GroupStatuses()
    in_progress: GroupStatuses = GroupStatuses()
    closed: GroupStatuses = GroupStatuses()


class TypeAttributes(Wire):
    """What is read of a case type; its statuses are sent but not documented."""

    name: str = ""
    statuses_config: StatusesConfig = StatusesConfig()


class TypeData(Wire):
    """One case type."""

    id: str
    attributes: TypeAttributes = TypeAttributes()


class TypesAnswer(Wire):
    """Every case type, deleted ones too."""

    data: tuple[TypeData, ...] = ()


class ProjectAttributes(Wire):
    """What is read of a project."""

    key: str = ""


class ProjectData(Wire):
    """One project."""

    id: str
    attributes: ProjectAttributes = ProjectAttributes()


class ProjectsAnswer(Wire):
    """Every project."""

    data: tuple[ProjectData, ...] = ()


class AuthorContent(Wire):
    """Who wrote a comment; ``id`` is documented, ``ID`` is what is sent."""

    id: Annotated[str, Field(validation_alias=AliasChoices("id", "ID"))] = ""
    name: str = ""
    email: str = ""
    active: bool = True


class CellAuthor(Wire):
    """The author of a timeline cell."""

    content: AuthorContent = AuthorContent()


class CellContent(Wire):
    """The Markdown of a comment."""

    message: str | None = None


class CellAttributes(Wire):
    """One entry of a timeline; *content* repeats *cell_content* as JSON text."""

    author: CellAuthor = CellAuthor()
    cell_content: CellContent = CellContent()
    content: str = ""
    created_at: Moment | None = None
    modified_at: Moment | None = None
    deleted_at: Moment | None = None


class CommentCell(Wire):
    """A timeline entry that is a comment."""

    id: str
    attributes: CellAttributes


class OtherCell(Wire):
    """A timeline entry of a type that is not read; its attributes may be anything."""

    id: str


def _kind_of_cell(cell: Any) -> str:
    attributes = cell.get("attributes") if isinstance(cell, dict) else None
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    return "comment" if kind == "COMMENT" else "other"


Cell = Annotated[
    Annotated[CommentCell, Tag("comment")] | Annotated[OtherCell, Tag("other")],
    Discriminator(_kind_of_cell),
]


class CellsAnswer(Wire):
    """One page of a timeline, or the one new comment, which comes as a list too."""

    data: tuple[Cell, ...] = ()
