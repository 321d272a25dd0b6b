"""The plans that a person may see, each with what its text leaves open, and a draft under work."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from cchc import permissions
from cchc.clock import local_day
from tasks import closing
from tasks.annual import may_draft, years_to_draft
from tasks.models import Amendment, Area, CellChange, Plan, Task, TaskUnit
from tasks.pages.plan_text import Citation, cite
from tasks.pages.rolling_over import Kin, left_open, origins_by_task
from tasks.plan_editing import HEAD, head_digest
from tasks.plan_import.linting import Finding, PlanText, TargetText, TaskText, lint
from tasks.plan_words import TaskWords
from tasks.rules import period_label, periods_in, rule_of

PLANS_A_PAGE = AMENDMENTS_A_PAGE = 20
# Who reads a plan before it is in force.
SEVERITIES = {
    "open": ("Phải làm rõ", "overdue", "alert-triangle"),
    "weak": ("Nên làm rõ", "returned", "alert-circle"),
    "remark": ("Lưu ý", "new", "circle"),
}


@dataclass(frozen=True)
class PlanLine:
    plan: Plan
    citation: Citation
    tasks: int
    areas: int
    is_current: bool
    may_write: bool
    amendments: int


@dataclass(frozen=True)
class FindingLine:
    finding: Finding
    label: str
    tile: str
    icon: str
    task: str  # the code of the task it is about, ""
    why: str = ""
    by: str = ""
    on: date | None = None


@dataclass(frozen=True)
class PlanPage:
    plan: Plan
    citation: Citation
    findings: tuple[FindingLine, ...]
    settled: tuple[FindingLine, ...]
    tasks: int
    may_write: bool
    may_close: bool
    why_not_close: str
    may_reopen: bool
    annual: tuple[int, ...]  # the years whose plan may be drafted
    open_left: int
    nexts: tuple[Plan, ...]  # the plans that follow it
    may_roll_over: bool
    left: tuple[tuple[Plan, int], ...]  # plans whose term is over, with how much they left open


@dataclass(frozen=True)
class DraftTask:
    code: str
    place: str  # which it is and where it stands, as seen by who moves it
    text: str
    products: int
    lead: str
    deadline: str
    kind: str
    first: bool
    last: bool
    origins: tuple[Kin, ...] = ()  # the tasks of the old plan that went into it


@dataclass(frozen=True)
class DraftArea:
    number: int
    title: str
    code: str
    solutions: int
    tasks: tuple[DraftTask, ...]


@dataclass(frozen=True)
class YearMeaning:
    """When a deadline falls due in one year of the plan."""

    year: int
    words: str


@dataclass(frozen=True)
class AmendmentLine:
    amendment: Amendment
    cells: tuple[CellChange, ...]


def plans_of(user):
    """What this person may see of the office's plans; drafts only those who work on them."""
    return Plan.objects.shown_to(user).select_related(
        "unit", "coordinator", "follows", "replaced_by"
    )


def read_plans(user, current: Plan | None, number) -> tuple[list[PlanLine], Page]:
    """Two queries: how many, and the page's."""
    plans = plans_of(user).annotate(
        task_count=Count("tasks", distinct=True),
        area_count=Count("areas", distinct=True),
        amendment_count=Count("amendments", distinct=True),
    )
    page = Paginator(plans.order_by("-first_year", "code"), PLANS_A_PAGE).get_page(number)
    lines = [
        PlanLine(
            plan=plan,
            citation=cite(plan),
            tasks=plan.task_count,
            areas=plan.area_count,
            is_current=plan == current,
            may_write=permissions.coordinates(user, plan.coordinator),
            amendments=plan.amendment_count,
        )
        for plan in page
    ]
    return lines, page


def read_plan_page(plan: Plan, user, today: date) -> PlanPage:
    """A handful of queries, whatever the size of the plan."""
    text = plan_text_of(plan)
    settled = {(s.code, s.place): s for s in plan.settled_findings.select_related("by")}
    codes = {task.code for task in text.tasks}
    lines = [_finding(one, codes, settled.get((one.code, one.place))) for one in lint(text)]
    writes = permissions.coordinates(user, plan.coordinator)
    return PlanPage(
        plan=plan,
        citation=cite(plan),
        findings=tuple(line for line in lines if not line.why),
        settled=tuple(line for line in lines if line.why),
        tasks=len(text.tasks),
        may_write=writes,
        may_close=writes and plan.status == Plan.Status.IN_FORCE,
        why_not_close=closing.why_not_close(plan, today),
        may_reopen=permissions.leads(user, plan) and plan.status == Plan.Status.CLOSED,
        open_left=closing.open_work(plan).count() if plan.is_over else 0,
        left=tuple(left_open(plan, today)) if writes else (),
        nexts=tuple(Plan.objects.shown_to(user).filter(follows=plan).order_by("first_year")),
        may_roll_over=writes and plan.status in (Plan.Status.IN_FORCE, Plan.Status.CLOSED),
        annual=tuple(years_to_draft(plan)) if may_draft(user, plan) else (),
    )


def _finding(finding, codes, settled) -> FindingLine:
    label, tile, icon = SEVERITIES[finding.severity.value]
    task = finding.place if finding.place in codes else ""
    if settled is None:
        return FindingLine(finding, label, tile, icon, task)
    day = local_day(settled.at)
    return FindingLine(finding, label, tile, icon, task, settled.why, str(settled.by), day)


def plan_text_of(plan: Plan) -> PlanText:
    """The stored plan as the linter reads it. Five queries."""
    tasks = plan.tasks.filter(ended_on=None).select_related("area").order_by("position")
    tasks = tasks.prefetch_related("products", "parties__unit")
    sections = ("section_I", "section_II", "section_III", "section_IV")
    return PlanText(
        first_year=plan.first_year,
        last_year=plan.last_year,
        areas=tuple(plan.areas.values_list("appendix_code", "title", "appendix_title")),
        tasks=tuple(_task_text(task) for task in tasks),
        targets=tuple(
            TargetText(code, text) for code, text in plan.indicators.values_list("code", "text")
        ),
        section_codes=tuple(plan.frame[name]["code"] for name in sections if name in plan.frame),
    )


def _task_text(task: Task) -> TaskText:
    parties = [party for party in task.parties.all() if party.ended_on is None]
    return TaskText(
        code=task.code,
        group=task.area.appendix_code,
        number=task.number,
        text=task.text,
        product_text=task.product_text,
        lead_text=task.lead_text,
        collab_text=task.collab_text,
        deadline_text=task.deadline_text,
        rule_text=task.rule_text,
        products=tuple((p.text, p.is_measure) for p in task.products.all() if p.ended_on is None),
        lead=_parties(parties, TaskUnit.Part.LEAD),
        collab=_parties(parties, TaskUnit.Part.COLLAB),
    )


def _parties(parties, part):
    return tuple((p.kind, p.unit.code if p.unit else "", p.text) for p in parties if p.part == part)


def head_typed(plan: Plan) -> dict:
    return {name: getattr(plan, name) for name in HEAD} | {"seen": head_digest(plan)}


def read_draft(plan: Plan) -> tuple[DraftArea, ...]:
    """Three queries; four where the plan follows another."""
    origins = origins_by_task(plan)
    tasks: dict[int, list[Task]] = {}
    counted = plan.tasks.annotate(
        product_count=Count("products", filter=Q(products__ended_on=None))
    )
    for task in counted.order_by("position"):
        tasks.setdefault(task.area_id, []).append(task)
    areas = plan.areas.annotate(solution_count=Count("solutions"))
    return tuple(_draft_area(area, tasks.get(area.pk, []), origins) for area in areas)


def _draft_area(area: Area, tasks, origins) -> DraftArea:
    return DraftArea(
        number=area.number,
        title=area.title,
        code=area.appendix_code,
        solutions=area.solution_count,
        tasks=tuple(
            DraftTask(
                code=task.code,
                place=task.place,
                text=task.text,
                products=task.product_count,
                lead=task.lead_text,
                deadline=task.deadline_text,
                kind=task.deadline_kind,
                first=task is tasks[0],
                last=task is tasks[-1],
                origins=origins.get(task.pk, ()),
            )
            for task in tasks
        ),
    )


def meanings(plan: Plan, words: TaskWords) -> tuple[str, tuple[YearMeaning, ...]]:
    """(the sentence, when it is due in each year of the plan). No query."""
    task = Task(
        plan=plan,
        deadline_text=words.deadline_text,
        rule_text=words.rule_text,
        first_year=words.first_year,
    )
    rule = rule_of(task)
    if rule.kind == "unrecognised":
        return rule.explain(plan.first_year), ()
    years = tuple(YearMeaning(year, _due_words(task, year, rule)) for year in plan.years())
    return rule.explain(plan.recurring_from), years


def _due_words(task, year, rule) -> str:
    periods = periods_in(task, year)
    if not periods:
        return "không có kỳ"
    days = [
        f"{p.due_on:%d/%m/%Y}" + (f" ({period_label(year, p.code)})" if p.code else "")
        for p in periods
        if p.due_on
    ]
    if days:
        return "; ".join(days) + ("; chờ điều kiện" if rule.event else "")
    return "chờ điều kiện" if rule.kind == "on_event" else "không có ngày hạn"


def differences(typed: dict, now: dict, labels: dict[str, str]) -> list[tuple[str, str, str]]:
    """(label, typed, stored) of each field that somebody else has changed meanwhile."""
    return [
        (label, _said(typed.get(name)), _said(now.get(name)))
        for name, label in labels.items()
        if _said(typed.get(name)) != _said(now.get(name))
    ]


def _said(value) -> str:
    if isinstance(value, (date, datetime)):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def read_amendments(plan: Plan, number) -> tuple[list[AmendmentLine], Page]:
    """Four queries."""
    found = plan.amendments.select_related("document", "by").order_by("-effective_on", "-pk")
    page = Paginator(found, AMENDMENTS_A_PAGE).get_page(number)
    changes: dict[int, list[CellChange]] = {}
    rows = CellChange.objects.filter(amendment__in=list(page)).select_related("task")
    for change in rows.order_by("task__position", "pk"):
        changes.setdefault(change.amendment_id, []).append(change)
    return [AmendmentLine(one, tuple(changes.get(one.pk, ()))) for one in page], page
