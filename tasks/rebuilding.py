"""The state of an assignment is a cache of its history: made anew from it, and compared."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from cchc import audit
from tasks.models import Assignment, ProgressUpdate
from tasks.workflow import State


@dataclass(frozen=True)
class Difference:
    assignment: Assignment
    field: str
    stored: object
    rebuilt: object

    def __str__(self):
        return f"{self.assignment}: {self.field} ghi {self.stored}, lịch sử cho {self.rebuilt}"


def cache_from_history(assignment: Assignment, last: ProgressUpdate | None) -> dict:
    """What the assignment's cached fields must be after its last act (None: nothing happened)."""
    if last is None:
        return {
            "state": State.WAITING if assignment.waits_for else State.NEW,
            "due_on": assignment.first_due_on,
            "done_on": None,
            "blocked": False,
            "products_issued": 0,
            "version": 1,
        }
    return {
        "state": last.state,
        "due_on": last.due_on,
        "done_on": last.done_on if last.state == State.DONE else None,
        "blocked": last.blocked,
        "products_issued": last.products_issued,
        "version": last.seq + 1,
    }


def differences(assignments) -> list[Difference]:
    """Where the cache says something else than the history; there must be none. Two queries."""
    newest = ProgressUpdate.objects.filter(assignment=OuterRef("pk")).order_by("-seq")
    rows = list(
        assignments.select_related("task", "unit").annotate(last=Subquery(newest.values("pk")[:1]))
    )
    acts = ProgressUpdate.objects.in_bulk([row.last for row in rows if row.last])
    return [
        Difference(row, field, getattr(row, field), value)
        for row in rows
        for field, value in cache_from_history(row, acts.get(row.last)).items()
        if getattr(row, field) != value
    ]


@transaction.atomic
def rebuild(*, assignments, by, at: datetime) -> list[Difference]:
    """Put right what differs, and leave a record of it."""
    found = differences(assignments)
    for one in found:
        Assignment.objects.filter(pk=one.assignment.pk).update(**{one.field: one.rebuilt})
        audit.record(
            by=by,
            verb="state_rebuilt",
            target=one.assignment,
            at=at,
            field=one.field,
            stored=str(one.stored),
            rebuilt=str(one.rebuilt),
        )
    return found
