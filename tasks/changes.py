"""What changed since a day: the year's view compared with itself, as it stood then.

Both days look at the same occurrences; each is in one bucket then and in one now. One query for
any number of earlier days, because only acts since the earliest of them can differ.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from tasks.buckets import Bucket, bucket_of, worst_of
from tasks.ledger import OPENING, Ledger, deciding, end_of
from tasks.models import ProgressUpdate
from tasks.workflow import Act, State


def key_of(occurrence) -> tuple:
    return occurrence.task_id, occurrence.year, occurrence.period


def buckets_on(
    ledger: Ledger, days: tuple[date, ...], *, known_only: bool = False
) -> dict[date, dict[tuple, Bucket]]:
    """For each day the bucket of every occurrence that the ledger counts; one that came only later
    (by an amendment, a reorganisation) has none then."""
    slots = [slot for o in ledger.occurrences for slot in o.slots]
    acts = _acts(ledger, slots, min(days), known_only) if days else {}
    found = {}
    for day in days:
        found[day] = {}
        for o in ledger.occurrences:
            then = [stood for slot in o.slots if (stood := _then(slot, acts, day))]
            if then:
                found[day][key_of(o)] = worst_of(deciding(then))
    return found


def changed(ledger: Ledger, then: dict[tuple, Bucket]) -> list:
    """The occurrences that are in another bucket now, in the plan's order; new ones too."""
    return [o for o in ledger.occurrences if then.get(key_of(o)) != o.bucket]


def changed_since(ledger: Ledger, day: date, *, known_only: bool = False) -> list:
    return changed(ledger, buckets_on(ledger, (day,), known_only=known_only)[day])


def _acts(ledger, slots, first, known_only) -> dict[int, list[dict]]:
    """By assignment, all acts of those on which something was done after the first day; `made_it`:
    the act that opened the slot."""
    known = ProgressUpdate.objects.filter(effective_on__lte=ledger.as_of)
    if known_only:
        known = known.filter(recorded_at__lt=end_of(ledger.as_of))
    since = known.filter(assignment=OuterRef("assignment"), effective_on__gt=first)
    wanted = [slot.assignment_id for slot in slots]
    found = known.filter(Exists(since), assignment__in=wanted).order_by("pk")
    acts = defaultdict(list)
    for act in found.values(
        "pk",
        "act",
        "assignment_id",
        "effective_on",
        "state",
        "due_on",
        "done_on",
        "assignment__first_due_on",
        made_it=Q(act__in=OPENING, recorded_at=F("assignment__opened_at")),
    ):
        acts[act["assignment_id"]].append(act)
    return acts


@dataclass(frozen=True)
class Stood:
    """What a slot was on a day, as far as it decides its occurrence's bucket (ledger.worst_of)."""

    bucket: Bucket
    done_on: date | None
    completion: str


def _then(row, acts, day) -> Stood | None:
    """The row as it stood on the day; None before it was made. As in the ledger: what made or moved
    a slot leaves its state, an amendment gives its day."""
    state, due_on, sent_on = row.state, row.due_on, row.sent_on
    if row.assignment_id in acts:
        found = acts[row.assignment_id]
        if found[0]["made_it"] and found[0]["effective_on"] > day:
            return None
        known = [act for act in found if act["effective_on"] <= day]
        last = next((act for act in reversed(known) if act["act"] not in OPENING), None)
        amended = next((act for act in reversed(known) if act["act"] == Act.AMEND), None)
        if last:
            state, due_on, sent_on = last["state"], last["due_on"], last["done_on"]
        else:
            state = State.WAITING if row.waits_for else State.NEW
            due_on, sent_on = found[0]["assignment__first_due_on"], None
        if amended and (last is None or last["pk"] < amended["pk"]):
            due_on = amended["due_on"]
    done_on = sent_on if state == State.DONE else None
    return Stood(bucket_of(state, due_on, sent_on, day), done_on, row.completion)
