"""What a search or a notification rule may ask of a case."""

from bridge.sandbox import search
from bridge.sandbox.case_documents import type_word
from bridge.sandbox.records import Case
from bridge.sandbox.world import World


def case_fields(world: World, case: Case) -> search.Fields:
    """What the search bar may ask of *case*."""
    project = world.projects[case.project]
    known = {
        **{name: tuple(values) for name, values in case.attributes.items()},
        "": (case.title, case.description),
        "project_id": (project.id,),
        "project": (project.key, project.name),
        "status": (case.group.value, case.status_name),
        "key": (case.key,),
        "priority": (case.priority,),
        "type": (type_word(case.type_id),),
        "creation_source": (case.creation_source,),
    }
    return known.get
