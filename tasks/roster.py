"""From the words of the lead cell to the units that hold a slot on a given day."""

from datetime import date

from cchc.models import Unit
from tasks.models import Task, TaskUnit


def lead_units(task: Task, day: date) -> list[Unit]:
    """The units that lead `task` on `day`, in the plan's order, each once.

    A group is its members of that day; while nobody has entered them, the group itself holds the
    slot, so that no work is lost. Units "to be chosen" hold one once they are chosen.
    """
    units: list[Unit] = []
    for party in task.parties.all():  # opening a year prefetches them
        if party.part == TaskUnit.Part.LEAD:
            units += units_of(party, task.plan.unit, day)
    return list(dict.fromkeys(units))


def units_of(party: TaskUnit, office: Unit, day: date) -> list[Unit]:
    """The working units behind one name of the plan on `day`."""
    working = Unit.objects.working().active_on(day).order_by("position", "path")
    if party.kind == TaskUnit.Kind.UNIT:
        return [party.unit]
    if party.kind == TaskUnit.Kind.ALL:
        return list(working.below(office))
    if party.kind == TaskUnit.Kind.GROUP:
        return list(working.below(party.unit)) or [party.unit]
    return []
