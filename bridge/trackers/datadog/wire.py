"""JSON:API as Datadog sends it, as far as both kinds read it."""

from bridge.transport.jsonapi import Wire


class Ref(Wire):
    """One end of a relationship."""

    id: str
    type: str = ""


class ToOne(Wire):
    """A relationship to at most one thing; left out when there is none."""

    data: Ref | None = None


class ToMany(Wire):
    """A relationship to any number of things."""

    data: tuple[Ref, ...] = ()


class IncludedAttributes(Wire):
    """What is read of an included user or team."""

    name: str = ""
    handle: str = ""
    email: str = ""
    active: bool = True
    disabled: bool = False
    verified: bool = True


class Included(Wire):
    """A thing told beside the one that was asked for."""

    id: str
    type: str = ""
    attributes: IncludedAttributes = IncludedAttributes()


class UserAttributes(Wire):
    """What is read of a user; *status* is Active, Pending or Disabled."""

    name: str = ""
    email: str = ""
    disabled: bool = False
    verified: bool | None = None
    status: str = ""


class UserData(Wire):
    """One user of the organisation."""

    id: str
    attributes: UserAttributes = UserAttributes()


class UsersPage(Wire):
    """How many users the filter fits; the pages themselves count from 0."""

    total_filtered_count: int | None = None


class UsersMeta(Wire):
    """What is told of a list of users beside them."""

    page: UsersPage = UsersPage()


class UsersAnswer(Wire):
    """One page of users."""

    data: tuple[UserData, ...] = ()
    meta: UsersMeta = UsersMeta()
