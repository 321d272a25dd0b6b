"""The ledger: which bucket every piece of work is in on a given day. Every number that the office
sees, on screen or on paper, is counted here (model.md, Ledger; the four official buckets follow
the practice of Quyết định 42/2014/QĐ-TTg).

Two kinds of things are counted and never mixed: assignments (one lead unit's part) and
occurrences (a task in one period: the group of its assignments).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import BigIntegerField, Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from cchc.models import UnitName
from cchc.units import Name, names_on
from tasks.buckets import OPEN, Bucket, Occurrence, Row, bucket_of, count, touches, worst_of
from tasks.models import Assignment, Plan, Product, ProgressUpdate, Task
from tasks.workflow import REPORTING, Act, State

PK = BigIntegerField()
OPENING = (Act.MOVE, Act.AMEND)  # acts that may have made the slot they stand on
NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Ledger:
    """What holds for a plan's year on a day. `rows` and `occurrences` leave out what was finished
    in an earlier year; that stands in `prior`, listed but outside the buckets."""

    year: int
    as_of: date
    rows: tuple[Row, ...]
    occurrences: tuple[Occurrence, ...]
    prior: tuple[Occurrence, ...]
    recorded_later: int  # acts that count here but were recorded after the day
    window: tuple[date, date] | None = None
    counts: dict = field(init=False)  # occurrences in each bucket
    row_counts: dict = field(init=False)  # assignments in each bucket

    def __post_init__(self):
        object.__setattr__(self, "counts", count(self.occurrences))
        object.__setattr__(self, "row_counts", count(self.rows))

    def listed(self) -> list[Occurrence]:
        """All occurrences, those finished earlier too, in the plan's order."""
        everything = (*self.occurrences, *self.prior)
        return sorted(everything, key=lambda o: (o.position, o.year, o.period))


def read_year(
    plan: Plan, year: int, as_of: date, *, only: Q | None = None, known_only: bool = False
) -> Ledger:
    """The year view: the year's assignments, what earlier years left undone, and what waits.

    `only` narrows the assignments (a unit, an area, a search); `holder_path` in it is the path of
    the unit that held the slot on the day. With `known_only` acts recorded after `as_of` are left
    out: "đúng như đã biết ngày ...". Two queries, whatever the size; four where a unit bore another
    name then, or work has passed to another unit since.
    """
    found = list(_assignments(plan, year, as_of, only, known_only))
    acts, names = _acts(found), _names(found, as_of)
    rows = [
        row
        for values in found
        if (row := _row(values, _last(values, acts), names, year, as_of)) is not None
    ]
    rows = _settled(rows, {v["task_id"] for v in found if v["task__deadline_kind"] == "once"})
    occurrences = grouped(rows, as_of)
    return Ledger(
        year=year,
        as_of=as_of,
        rows=tuple(row for row in rows if not row.prior),
        occurrences=tuple(o for o in occurrences if not o.prior),
        prior=tuple(o for o in occurrences if o.prior),
        recorded_later=sum(values["later"] for values in found),
    )


def read_task(of: Task | Plan, as_of: date) -> tuple[Occurrence, ...]:
    """Every period of one task (or of all a plan's, what its term came to) as it stood on the day,
    each seen from its own year. Two queries."""
    own = {"task__plan" if isinstance(of, Plan) else "task": of}
    held = _held(Assignment.objects.filter(**own), as_of, known_only=False)
    found = list(_annotated(held, as_of, known_only=False))
    acts, names = _acts(found), _names(found, as_of)
    rows = [_row(values, _last(values, acts), names, values["year"], as_of) for values in found]
    return tuple(grouped(rows, as_of))


def read_window(plan: Plan, start: date, end: date, **options) -> Ledger:
    """The report view of a window: the year view of its last day's year as at that day, each row
    marked whether it fell due or was issued within the window."""
    view = read_year(plan, end.year, end, **options)

    def marked(occurrence):
        slots = tuple(
            replace(slot, in_window=touches(slot, start, end)) for slot in occurrence.slots
        )
        return replace(occurrence, slots=slots, in_window=any(slot.in_window for slot in slots))

    return Ledger(
        year=view.year,
        as_of=end,
        rows=tuple(replace(row, in_window=touches(row, start, end)) for row in view.rows),
        occurrences=tuple(marked(occurrence) for occurrence in view.occurrences),
        prior=view.prior,
        recorded_later=view.recorded_later,
        window=(start, end),
    )


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to `day` in the office."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _assignments(plan, year, as_of, only, known_only):
    """Assignments that may belong to the year, each with the act that held last on the day."""
    new_year = date(year, 1, 1)
    rows = Assignment.objects.filter(task__plan=plan, year__lte=year)
    if not known_only:
        # Finished before the year by a document that the day knows of: only one-off tasks are
        # still listed. (Done is the last state, so the cache is right here.)
        long_done = Q(state=State.DONE, done_on__lt=new_year, done_on__lte=as_of)
        # Under the rule "any" they say that the other units' parts are finished too.
        needed = Q(task__deadline_kind="once") | Q(task__completion=Task.Completion.ANY)
        rows = rows.exclude(long_done & ~needed, year__lt=year)
    rows = _held(rows, as_of, known_only)
    if only is not None:
        rows = rows.filter(only)
    return _annotated(rows, as_of, known_only)


def _held(rows, as_of, known_only):
    """With who held each on the day: a later move tells from whom it went. A slot that a
    reorganisation or an amendment made (its opening is the act) was not there before it."""
    after = Q(effective_on__gt=as_of)
    if known_only:
        after |= Q(recorded_at__gte=end_of(as_of))
    later = ProgressUpdate.objects.filter(after, assignment=OuterRef("pk"))
    moves = later.filter(act=Act.MOVE)
    made = later.filter(act__in=OPENING, recorded_at=OuterRef("opened_at"))
    first = moves.order_by("seq")
    return rows.annotate(
        holder=Coalesce(Subquery(first.values("from_unit_id")[:1]), F("unit_id"), output_field=PK),
        holder_path=Coalesce(Subquery(first.values("from_unit__path")[:1]), F("unit__path")),
        renamed=Exists(UnitName.objects.filter(unit=OuterRef("unit"), until__gte=as_of)),
    ).exclude(Exists(made))


def _annotated(rows, as_of, known_only):
    """Their plain values in the plan's order, with the last act and the last report known then.
    A move or an amendment leaves the state as it is, so that one recorded late must not bring a
    later state; of an amendment the due day is taken."""
    known = Q(updates__effective_on__lte=as_of)
    if known_only:
        known &= Q(updates__recorded_at__lt=end_of(as_of))
    changing = known & ~Q(updates__act__in=OPENING)
    products = Product.objects.asked_of_outer().order_by().values("task").annotate(n=Count("pk"))
    return (
        rows.annotate(
            last_id=Max("updates__pk", filter=changing),
            amend_id=Max("updates__pk", filter=known & Q(updates__act=Act.AMEND)),
            decided_on=Least(Coalesce("due_on", NO_DAY), Coalesce("done_on", NO_DAY)),
            last_report_id=Max("updates__pk", filter=known & Q(updates__act__in=REPORTING)),
            later=Count("updates", filter=known & Q(updates__recorded_at__gte=end_of(as_of))),
            products=Subquery(products.values("n")),
        )
        .order_by("task__position", "year", "period", "unit__position", "unit__path")
        .values(
            "pk",
            "task_id",
            "task__position",
            "task__code",
            "task__area__number",
            "task__completion",
            "task__deadline_kind",
            "task__plan__coordinator__path",
            "unit_id",
            "unit__code",
            "unit__name",
            "unit__short_name",
            "holder",
            "holder_path",
            "renamed",
            "year",
            "period",
            "first_due_on",
            "due_on",
            "waits_for",
            "last_id",
            "amend_id",
            "last_report_id",
            "later",
            "products",
        )
    )


def _acts(found) -> dict[int, dict]:
    """What held after the last act of each assignment, by that act and by its amendment."""
    ids = {values[name] for values in found for name in ("last_id", "amend_id")} - {None}
    wanted = ProgressUpdate.objects.filter(pk__in=ids)
    return {
        act["pk"]: act
        for act in wanted.values(
            "pk",
            "state",
            "due_on",
            "done_on",
            "blocked",
            "products_issued",
            "recorded_at",
            "effective_on",
        )
    }


def _last(values, acts) -> dict:
    """What held last; the due day by an amendment that was recorded since."""
    last, amended = acts.get(values["last_id"]), acts.get(values["amend_id"])
    last = (last or _as_opened(values)) | {"first_due_on": values["first_due_on"]}
    if amended is None:
        return last
    due_on = amended["due_on"]  # what the plan itself says now
    held = {} if amended["pk"] < last["pk"] else {"due_on": due_on}
    return last | {"first_due_on": due_on} | held


def _as_opened(values) -> dict:
    """Nothing done yet. A due day that a trigger set is not known yet."""
    waits = bool(values["waits_for"])
    unknown = waits and values["task__deadline_kind"] == "on_event"
    return {
        "pk": 0,
        "state": State.WAITING if waits else State.NEW,
        "due_on": None if unknown else values["first_due_on"],
        "done_on": None,
        "blocked": False,
        "products_issued": 0,
        "recorded_at": None,
        "effective_on": None,
    }


def _names(found, as_of) -> dict[int, Name]:
    """Of units that bore another name on the day, and of those that held what has moved on."""
    others = {v["holder"] for v in found if v["renamed"] or v["holder"] != v["unit_id"]}
    return names_on(others, as_of)


def grouped(rows, as_of) -> list[Occurrence]:
    """Rows in the plan's order as occurrences."""
    return [
        _occurrence(tuple(slots), as_of)
        for _, slots in groupby(rows, key=lambda row: (row.task_id, row.year, row.period))
    ]


def _row(values, act, names, year, as_of) -> Row | None:
    """The assignment as at the day, or None when it is not of this year's view."""
    name = names.get(values["holder"]) or Name(
        values["unit__code"], values["unit__name"], values["unit__short_name"]
    )
    kind = values["task__deadline_kind"]
    state, due_on = act["state"], act["due_on"]
    done_on = act["done_on"] if state == State.DONE else None
    belongs, prior = _place(values["year"], kind, act, year)
    if not belongs and not (prior and values["task__completion"] == Task.Completion.ANY):
        return None
    bucket = bucket_of(state, due_on, act["done_on"], as_of)
    return Row(
        assignment_id=values["pk"],
        task_id=values["task_id"],
        position=values["task__position"],
        code=values["task__code"],
        area=values["task__area__number"],
        completion=values["task__completion"],
        unit_id=values["holder"],
        unit_code=name.code,
        unit=name.name,
        unit_short=name.short_name,
        year=values["year"],
        period=values["period"],
        due_on=due_on,
        first_due_on=act["first_due_on"],
        waits_for=values["waits_for"],
        state=state,
        done_on=done_on,
        blocked=act["blocked"],
        products=values["products"] or 0,
        products_issued=act["products_issued"],
        updated_on=act["recorded_at"] and timezone.localtime(act["recorded_at"]).date(),
        last_report_id=values["last_report_id"],
        bucket=bucket,
        carried=due_on is not None and due_on.year < year,
        prior=prior,
        days_left=_days_left(state, bucket, due_on, act["done_on"], as_of),
        sent_on=act["done_on"],
        for_leaders=values["holder_path"].startswith(values["task__plan__coordinator__path"]),
        later=values["later"],
    )


def _days_left(state, bucket, due_on, sent_on, as_of) -> int | None:
    """Until the due day; negative when overdue. Sent work is no longer counted down: it has none,
    unless its last document already came too late."""
    if bucket not in OPEN:
        return None
    if state == State.PENDING and sent_on:
        return (due_on - sent_on).days if bucket == Bucket.OPEN_OVERDUE else None
    return (due_on - as_of).days


def _place(assignment_year, kind, act, year) -> tuple[bool, bool]:
    """(belongs to the year's view, was finished in an earlier year)."""
    if assignment_year == year:
        return True, False
    state, new_year = act["state"], date(year, 1, 1)
    if state == State.DONE and act["done_on"] < new_year:
        return kind == "once", True
    if state == State.STOPPED and act["effective_on"] < new_year:
        return False, False
    if state == State.WAITING or act["due_on"] is None:
        # Only what waits for a document stays on the books; a standing task has a row each year,
        # and a dated one whose condition never came fell away with its period.
        return kind == "on_event", False
    return True, False


def _settled(rows: list[Row], once: set[int]) -> list[Row]:
    """What one unit finished in an earlier year under the rule "any" is finished for the others
    too; `once` are the one-off tasks, of which that is still listed."""

    def key(row):
        return row.task_id, row.year, row.period

    finished = {key(r) for r in rows if r.prior and r.completion == Task.Completion.ANY}
    kept = [row for row in rows if key(row) not in finished or row.task_id in once]
    return [replace(row, prior=True) if key(row) in finished else row for row in kept]


def _occurrence(slots: tuple[Row, ...], as_of: date) -> Occurrence:
    first = slots[0]
    decide = deciding(slots)
    bucket = worst_of(decide)
    worst = [slot for slot in decide if slot.bucket == bucket]
    due_days = [slot.due_on for slot in worst if slot.due_on]
    return Occurrence(
        task_id=first.task_id,
        position=first.position,
        code=first.code,
        area=first.area,
        year=first.year,
        period=first.period,
        slots=slots,
        bucket=bucket,
        state=_common_state(worst),
        due_on=min(due_days, default=None),
        done_on=max((slot.done_on for slot in worst if slot.done_on), default=None),
        blocked=any(slot.blocked for slot in worst),
        carried=any(slot.carried for slot in decide),
        prior=all(slot.prior for slot in slots),
        days_left=min(
            (slot.days_left for slot in worst if slot.days_left is not None), default=None
        ),
    )


def deciding(slots):
    """The slots that decide: all that go on; under the rule "any" the earliest one done."""
    live = [slot for slot in slots if slot.bucket != Bucket.STOPPED] or list(slots)
    done = [slot for slot in live if slot.done_on]
    if done and slots[0].completion == Task.Completion.ANY:
        return [min(done, key=lambda slot: slot.done_on)]
    return live


def _common_state(slots) -> str:
    """The state that slots of one bucket share; when they differ, a returned one comes first,
    else the work goes on somewhere."""
    states = {slot.state for slot in slots}
    if len(states) == 1:
        return states.pop()
    return State.RETURNED if State.RETURNED in states else State.DOING
