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


class Included(Wire):
    """A thing told beside the one that was asked for."""

    id: str
    type: str = ""
    attributes: IncludedAttributes = IncludedAttributes()
