"""From the words of the lead cell to the units that hold a slot on a given day."""

from datetime import date

from django.db.models import F

from cchc.models import Unit
from cchc.units import heir_on
from tasks.models import Task, TaskUnit


def lead_units(task: Task, day: date) -> list[Unit]:
    """The units that lead `task` on `day`, in the plan's order, each once.

    A group is its members of that day; while nobody has entered them, the group itself holds the
    slot, so that no work is lost. Units "to be chosen" hold one once they are chosen for the year.
    """
    units: list[Unit] = []
    for party in task.parties.all():  # opening a year prefetches them
        if party.part == TaskUnit.Part.LEAD and party.holds_on(day):
            units += units_of(party, task.plan.unit, day)
    return list(dict.fromkeys(units))


def units_of(party: TaskUnit, office: Unit, day: date) -> list[Unit]:
    """The working units behind one name of the plan on `day`; one that has ended by then is
    whoever succeeded it."""
    if party.kind == TaskUnit.Kind.UNIT:
        return [heir_on(party.unit, day)]
    if party.kind == TaskUnit.Kind.ALL:
        return list(_in_order(Unit.objects.active_on(day).parts_of(office)))
    if party.kind == TaskUnit.Kind.GROUP:
        return members_on(party.unit, day) or [heir_on(party.unit, day)]
    chosen = [choice.unit for choice in party.chosen.all() if choice.year == day.year]
    return sorted((heir_on(unit, day) for unit in chosen), key=lambda u: (u.position, u.path))


def members_on(group: Unit, day: date) -> list[Unit]:
    """The group's working units on `day`. An ended unit stands below its successor only so that
    its papers go with it: that makes it no member of the successor's group."""
    inherited = {"successor__isnull": False, "parent": F("successor")}
    return list(_working_on(day).below(group).exclude(**inherited))


def _working_on(day: date):
    return _in_order(Unit.objects.working().active_on(day))


def _in_order(units):
    return units.order_by("position", "path")
