"""The tree of units: where a unit stands is written in its path, and in the paths below it."""

from django.db import transaction

from cchc.models import Unit


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
