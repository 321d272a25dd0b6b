"""One task in one period: what was asked, by when and why, who has done what, which document
proves it. States are for everybody; words and documents for those who may read them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Q

from cchc import permissions
from cchc.templatetags.cchc import STATUS
from tasks import extending
from tasks.amending import Cells, cells_on
from tasks.annual import may_draft, year_drafted
from tasks.buckets import Occurrence, Row
from tasks.deadlines import parse
from tasks.ledger import end_of, read_task
from tasks.models import Assignment, Document, Evidence, Task, TaskUnit, Trigger
from tasks.pages.contributions import Collaborator, collaborators
from tasks.pages.extensions import ExtensionLine, line_of, visible_extensions
from tasks.pages.plan_table import roman
from tasks.pages.task_history import (
    KINDS,
    Cited,
    KindChip,
    chips_of,
    cited,
    is_late,
    read_acts,
    timeline,
)
from tasks.rules import period_label
from tasks.viewing import Viewing
from tasks.workflow import Act, State, can

ACTS_A_PAGE = 30
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
# state of the occurrence: whose turn it is
NEXT = {
    State.WAITING: "Chờ HCQT ghi nhận văn bản làm phát sinh.",
    State.NEW: "Việc tiếp theo: đơn vị chủ trì cập nhật tiến độ.",
    State.DOING: "Việc tiếp theo: đơn vị chủ trì làm xong và gửi xác nhận.",
    State.READY: "Chờ trưởng đơn vị duyệt rồi gửi xác nhận.",
    State.PENDING: "Chờ người xác nhận (HCQT; việc của HCQT thì lãnh đạo).",
    State.RETURNED: "Việc tiếp theo: đơn vị chủ trì bổ sung rồi gửi lại.",
}


@dataclass(frozen=True)
class PeriodTab:
    """Another period of the same task."""

    label: str
    period_code: str
    year: int
    seen_from: int  # the plan's year; work carried over from the last term is older than its first
    tile: str
    glyph: str
    current: bool


@dataclass(frozen=True)
class ProductLine:
    text: str
    is_measure: bool
    documents: tuple[Cited, ...]


@dataclass(frozen=True)
class DueDay:
    """A due day that applies; `unit` only where slots differ."""

    unit: str
    due_on: date | None
    weekday: str
    first_due_on: date | None  # only when the day was changed since
    days_left: int | None
    soon: bool


@dataclass(frozen=True)
class Reading:
    """From the words of the deadline to the day that applies."""

    written: str
    meaning: str
    reread: str  # the words as a person corrected them
    note: str
    confirmed_by: str
    confirmed_on: date | None
    condition: str
    trigger: Document | None
    triggered_on: date | None
    days: tuple[DueDay, ...]


@dataclass(frozen=True)
class Slot:
    row: Row
    readable: bool
    may_update: bool
    may_verify: bool
    may_extend: bool = False
    may_stop: bool = False


@dataclass(frozen=True)
class TaskPage:
    task: Task
    words: Cells  # the plan's, on the day looked at
    opening: str
    occurrence: Occurrence
    period: str
    group: str  # II. Cải cách thể chế
    before: str
    after: str
    tabs: tuple[PeriodTab, ...]
    reading: Reading
    products: tuple[ProductLine, ...]
    other_documents: tuple[Cited, ...]
    slots: tuple[Slot, ...]
    unnamed_leads: tuple[str, ...]
    unnamed_collabs: tuple[str, ...]
    hidden_units: int
    acts: Page
    chips: tuple[KindChip, ...]
    kind: str
    recorded_later: int
    extensions: tuple[ExtensionLine, ...]
    may_trigger: bool
    collaborators: tuple[Collaborator, ...]
    may_choose: bool
    may_amend: bool
    annual_plan: int | None  # the year whose plan is this period's product, for who drafts it

    @property
    def next_step(self) -> str:
        return NEXT.get(self.occurrence.state, "")

    @property
    def assignment_ids(self) -> list[int]:
        return [slot.row.assignment_id for slot in self.slots]

    @property
    def done_units(self) -> int:
        return sum(slot.row.state == State.DONE for slot in self.slots)

    @property
    def to_verify(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.may_verify]

    @property
    def own(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.may_update]


def nearest_period(task: Task, viewing: Viewing) -> str | None:
    """The period of the year looked at, else of the nearest year; in it the one under way."""
    found = task.assignments.order_by("year", "period").distinct()
    periods = list(found.values_list("year", "period", "due_on"))
    if not periods:
        return None
    year = min({year for year, _, _ in periods}, key=lambda y: (abs(y - viewing.year), -y))
    of_year = [(code, due) for y, code, due in periods if y == year]
    going = [code for code, due in of_year if due is None or due >= viewing.as_of]
    code = going[0] if going else of_year[-1][0]
    return f"{year}-{code}" if code else str(year)


def read_task_page(
    task: Task, period_code: str, viewing: Viewing, user, *, kind: str = "", number=None
) -> TaskPage | None:
    """None when the task has no such period. Eleven queries, whatever the number of units and acts."""
    periods = read_task(task, viewing.as_of)
    occurrence = next((o for o in periods if o.period_code == period_code), None)
    if occurrence is None:
        return None
    words = cells_on(task, viewing.as_of)[task.pk]
    readable = _readable(occurrence, user)
    acts = read_acts(readable, viewing)
    evidence = _evidence(occurrence, readable, acts)
    proofs = {slot.last_report_id: slot for slot in occurrence.slots if slot.last_report_id}
    standing = [
        (row.product_id, cited(row.document, proofs[row.update_id], occurrence))
        for row in evidence
        if row.update_id in proofs
    ]
    unnamed = _unnamed(task)
    before, after = _neighbours(task)
    shown = [act for act in acts if not kind or KINDS[act.act][0] == kind] or acts
    page = Paginator(shown, ACTS_A_PAGE).get_page(number)
    page.object_list = timeline(page.object_list, evidence, occurrence, viewing)
    return TaskPage(
        task=task,
        words=words,
        opening=" ".join(words.text.split(" ")[: task.lead_len]),
        occurrence=occurrence,
        period=period_label(occurrence.year, occurrence.period),
        group=f"{roman(task.area.number)}. {task.area.appendix_title or task.area.title}",
        before=before,
        after=after,
        tabs=_tabs(periods, occurrence, viewing.plan.first_year),
        reading=_reading(task, words, occurrence, viewing, user, readable),
        products=_products(task, occurrence, standing),
        other_documents=tuple(
            {document.pk: document for product, document in standing if product is None}.values()
        ),
        slots=tuple(_slot(row, readable, viewing, user) for row in occurrence.slots),
        unnamed_leads=unnamed[TaskUnit.Part.LEAD],
        unnamed_collabs=unnamed[TaskUnit.Part.COLLAB],
        hidden_units=len(occurrence.slots) - len(readable),
        acts=page,
        chips=chips_of(acts),
        kind=kind if shown is not acts else "",
        recorded_later=sum(is_late(act, viewing) for act in acts),
        extensions=_extensions(readable, viewing, user),
        may_trigger=_coordinates(user, viewing) and occurrence.state == State.WAITING,
        collaborators=collaborators(task, occurrence.year, occurrence.period, viewing, user),
        may_choose=_may_choose(readable, viewing, user),
        may_amend=_coordinates(user, viewing) and words.dropped is None,
        annual_plan=_annual_plan(task, occurrence, user),
    )


def _annual_plan(task, occurrence, user) -> int | None:
    year = year_drafted(task, occurrence.year, occurrence.due_on)
    return year if year and may_draft(user, task.plan) else None


def _readable(occurrence, user) -> dict[int, Assignment]:
    """The slots whose words this person reads."""
    ids = [slot.assignment_id for slot in occurrence.slots]
    visible = Assignment.objects.visible_to(user).filter(pk__in=ids).select_related("unit")
    return {assignment.pk: assignment for assignment in visible}


def _evidence(occurrence, readable, acts) -> list[Evidence]:
    """Of the acts shown, and of the report that counts of each readable slot."""
    reports = {act.pk for act in acts}
    reports |= {s.last_report_id for s in occurrence.slots if s.assignment_id in readable}
    return list(
        Evidence.objects.filter(update__in=reports - {None})
        .select_related("document")
        .order_by("document__issued_on", "pk")
    )


def _products(task, occurrence, standing) -> tuple[ProductLine, ...]:
    by_product = defaultdict(list)
    for product, document in standing:
        by_product[product].append(document)
    return tuple(
        ProductLine(product.text, product.is_measure, tuple(by_product[product.pk]))
        for product in task.products.all()
        if any(product.is_asked(slot.due_on, slot.done_on) for slot in occurrence.slots)
        or by_product[product.pk]
    )


def _slot(row, readable, viewing, user) -> Slot:
    assignment = readable.get(row.assignment_id)
    if assignment is None or viewing.is_past:
        return Slot(row, assignment is not None, False, False)
    unit = assignment.unit
    asks = permissions.may_send(user, unit)
    return Slot(
        row=row,
        readable=True,
        may_update=permissions.may_report_for(user, unit) and can(assignment.state, Act.REPORT),
        may_verify=assignment.state == State.PENDING
        and permissions.may_verify(user, unit, viewing.plan),
        may_extend=asks and not extending.why_not_ask(assignment, viewing.today),
        may_stop=_coordinates(user, viewing) and can(assignment.state, Act.STOP),
    )


def _coordinates(user, viewing) -> bool:
    """HCQT records what the plan's work waits for, and what stops it; never from a past day."""
    return not viewing.is_past and permissions.coordinates(user, viewing.plan.coordinator)


def _may_choose(readable, viewing, user) -> bool:
    own = any(permissions.may_report_for(user, slot.unit) for slot in readable.values())
    return not viewing.is_past and (own or _coordinates(user, viewing))


def _extensions(readable, viewing, user) -> tuple[ExtensionLine, ...]:
    """Requests for a later day of the slots that this person reads, as known on the day."""
    if not readable:
        return ()
    asked = visible_extensions(user).filter(
        assignment__in=list(readable), asked_at__lt=end_of(viewing.as_of)
    )
    return tuple(line_of(extension) for extension in asked.order_by("asked_at"))


def _unnamed(task) -> dict[str, tuple[str, ...]]:
    """The words of the cells that name no unit until somebody chooses."""
    parties = task.parties.filter(kind=TaskUnit.Kind.CHOSEN, ended_on=None)
    found = {TaskUnit.Part.LEAD: [], TaskUnit.Part.COLLAB: []}
    for party in parties:
        found[party.part].append(party.text)
    return {part: tuple(texts) for part, texts in found.items()}


def _neighbours(task) -> tuple[str, str]:
    codes = list(task.plan.tasks.order_by("position").values_list("code", flat=True))
    here = codes.index(task.code)
    before = codes[here - 1] if here else ""
    return before, codes[here + 1] if here + 1 < len(codes) else ""


def _tabs(periods, occurrence, first_year) -> tuple[PeriodTab, ...]:
    """A tab a year (for the year's own periods: one each)."""
    tabs = []
    for other in periods:
        if other.year != occurrence.year and tabs and tabs[-1].year == other.year:
            continue
        whole = other.year != occurrence.year or not other.period
        tabs.append(
            PeriodTab(
                label=str(other.year) if whole else period_label(other.year, other.period),
                period_code=other.period_code,
                year=other.year,
                seen_from=max(other.year, first_year),
                tile=other.tile,
                glyph=STATUS[other.tile][2],
                current=other is occurrence,
            )
        )
    return tuple(tabs)


def _reading(task, words, occurrence, viewing, user, readable) -> Reading:
    trigger = _trigger(task, viewing)
    reads_trigger = trigger and (permissions.sees_all_work(user) or readable)
    as_now = words.rule_text == task.rule_text
    confirmed = task.rule_confirmed_by if as_now else None
    return Reading(
        written=words.deadline_text,
        meaning=parse(words.rule).explain(occurrence.year),
        reread=words.rule_text,
        note=task.rule_note if as_now else "",
        confirmed_by=str(confirmed) if confirmed else "",
        confirmed_on=task.rule_confirmed_on,
        condition=occurrence.slots[0].waits_for,
        trigger=trigger.document if reads_trigger else None,
        triggered_on=trigger.document.issued_on if trigger else None,
        days=_due_days(occurrence.slots),
    )


def _trigger(task, viewing) -> Trigger | None:
    """The latest document that let the task begin, as at the day."""
    known = task.triggers.filter(Q(document__issued_on__lte=viewing.as_of))
    return known.select_related("document").order_by("pk").last()


def _due_days(slots) -> tuple[DueDay, ...]:
    """One when all slots agree, else one for each unit."""
    differ = len({(slot.due_on, slot.first_due_on) for slot in slots}) > 1
    shown = slots if differ else [min(slots, key=lambda s: (s.days_left is None, s.days_left or 0))]
    return tuple(
        DueDay(
            unit=slot.unit if differ else "",
            due_on=slot.due_on,
            weekday=WEEKDAYS[slot.due_on.weekday()] if slot.due_on else "",
            first_due_on=slot.first_due_on if slot.first_due_on != slot.due_on else None,
            days_left=slot.days_left,
            soon=slot.soon,
        )
        for slot in shown
    )
