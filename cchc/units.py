"""The tree of units: where a unit stands is written in its path, and in the paths below it; what
it was called, when it began and ended, and who succeeded it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Length

from cchc.models import Unit, UnitName


@dataclass(frozen=True)
class Name:
    """What a unit was called on a day."""

    code: str
    name: str
    short_name: str


def offices_above(path: str):
    """Offices at or above the unit whose path is in the outer query's `path`, the nearest first; the
    root stands for one where nobody has entered an office."""
    asked = ExpressionWrapper(OuterRef(path), output_field=CharField())
    offices = Unit.objects.filter(Q(kind=Unit.Kind.OFFICE) | Q(parent=None)).annotate(asked=asked)
    return offices.filter(asked__startswith=F("path")).order_by(Length("path").desc())


def of_office(people, office: Unit):
    """Those of `people` who sit in the office itself, not in an office below it."""
    inner = Unit.objects.below(office).filter(kind=Unit.Kind.OFFICE)
    between = offices_above("unit__path").filter(pk__in=inner.values("pk"))
    return people.filter(unit__path__startswith=office.path).exclude(Exists(between))


@transaction.atomic
def save_unit(unit: Unit) -> int:
    """Save the unit at the place that its parent gives it, and move all below along with it.
    How many moved."""
    before = Unit.objects.filter(pk=unit.pk).values_list("path", flat=True).first()
    unit.path = Unit.path_for(unit.code, unit.parent)
    unit.save()
    if before is None or before == unit.path:
        return 0
    below = list(Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk))
    for child in below:
        child.path = unit.path + child.path[len(before) :]
        child.save(update_fields=["path"])
    return len(below)


def name_on(unit_names: Iterable[UnitName], unit: Unit, day: date) -> Name:
    """The unit's name on `day`: the former name that held longest without having ended before it,
    else today's. `unit_names` may be those of many units."""
    holding = [n for n in unit_names if n.unit_id == unit.pk and n.until >= day]
    held = min(holding, key=lambda n: n.until, default=unit)
    return Name(unit.code, held.name, held.short_name)


def names_on(ids: Collection[int], day: date) -> dict[int, Name]:
    """The names on `day` of the units with these primary keys. Two queries, none for no unit."""
    if not ids:
        return {}
    former = list(UnitName.objects.filter(unit__in=ids, until__gte=day))
    return {unit.pk: name_on(former, unit, day) for unit in Unit.objects.filter(pk__in=ids)}


def heir_on(unit: Unit, day: date) -> Unit:
    """The unit itself, or who has succeeded it by `day`."""
    while unit.valid_to and unit.valid_to < day and unit.successor_id:
        unit = unit.successor
    return unit


def rename_unit(unit: Unit, *, name: str, short_name: str, since: date):
    """Another name from the day `since` on; the old one is kept until the day before."""
    UnitName.objects.create(
        unit=unit, name=unit.name, short_name=unit.short_name, until=since - timedelta(days=1)
    )
    unit.name, unit.short_name = name, short_name
    unit.save(update_fields=["name", "short_name"])


def end_unit(unit: Unit, *, successor: Unit, since: date):
    """From the day `since` on the unit is no more. It then stands below its successor, whose
    people read what it wrote and finish what is still in its name."""
    unit.valid_to = since - timedelta(days=1)
    unit.successor = successor
    unit.parent = successor
    save_unit(unit)
