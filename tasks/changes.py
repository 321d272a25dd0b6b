"""What changed since a day: the year's view compared with itself, as it stood then.

Both days look at the same occurrences; each is in one bucket then and in one now. One query for
any number of earlier days, because only acts since the earliest of them can differ.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef

from tasks.buckets import Bucket, bucket_of
from tasks.ledger import Ledger, end_of, grouped
from tasks.models import ProgressUpdate
from tasks.workflow import Act, State


def key_of(occurrence) -> tuple:
    return occurrence.task_id, occurrence.year, occurrence.period


def buckets_on(
    ledger: Ledger, days: tuple[date, ...], *, known_only: bool = False
) -> dict[date, dict[tuple, Bucket]]:
    """For each day the bucket of every occurrence that the ledger counts."""
    slots = [slot for o in ledger.occurrences for slot in o.slots]
    acts = _acts(ledger, slots, min(days), known_only) if days else {}
    return {
        day: {key_of(o): o.bucket for o in grouped([_then(s, acts, day) for s in slots], day)}
        for day in days
    }


def changed(ledger: Ledger, then: dict[tuple, Bucket]) -> list:
    """The occurrences that are in another bucket now, in the plan's order."""
    return [o for o in ledger.occurrences if then[key_of(o)] != o.bucket]


def changed_since(ledger: Ledger, day: date, *, known_only: bool = False) -> list:
    return changed(ledger, buckets_on(ledger, (day,), known_only=known_only)[day])


def _acts(ledger, slots, first, known_only) -> dict[int, list[dict]]:
    """By assignment, all acts of those on which something was done after the first day."""
    known = ProgressUpdate.objects.filter(effective_on__lte=ledger.as_of).exclude(act=Act.MOVE)
    if known_only:
        known = known.filter(recorded_at__lt=end_of(ledger.as_of))
    since = known.filter(assignment=OuterRef("assignment"), effective_on__gt=first)
    wanted = [slot.assignment_id for slot in slots]
    found = known.filter(Exists(since), assignment__in=wanted).order_by("pk")
    acts = defaultdict(list)
    for act in found.values("assignment_id", "effective_on", "state", "due_on", "done_on"):
        acts[act["assignment_id"]].append(act)
    return acts


def _then(row, acts, day):
    """The row as it stood on the day, as far as buckets and occurrences ask."""
    state, due_on, sent_on = row.state, row.due_on, row.sent_on
    if row.assignment_id in acts:
        last = [act for act in acts[row.assignment_id] if act["effective_on"] <= day]
        if last:
            state, due_on = last[-1]["state"], last[-1]["due_on"]
            sent_on = last[-1]["done_on"]
        else:
            state = State.WAITING if row.waits_for else State.NEW
            due_on, sent_on = row.first_due_on, None
    return replace(
        row,
        state=state,
        due_on=due_on,
        done_on=sent_on if state == State.DONE else None,
        bucket=bucket_of(state, due_on, sent_on, day),
    )
