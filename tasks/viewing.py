"""What a page is looking at: a plan, a year, a day. Carried in the address, kept in its links."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, When
from django.db.models.functions import Length
from django.http import Http404
from django.urls import reverse

from cchc import clock, kept, permissions
from cchc.access import access_for, may_look
from tasks.counting import counts_of
from tasks.models import Assignment, Plan
from tasks.models.plan import PLAN_MARK
from tasks.noticing import unread
from tasks.workflow import State

CHOICES = 12  # in the header; a province has more
HOME = "reports:dashboard"
# Pages of a whole plan: switching plans stays on the page.
OF_A_PLAN = {
    HOME,
    "reports:compare",
    "reports:list",
    "indicators:list",
    "indicators:index_list",
    "tasks:plan",
    "tasks:plan_text",
    "tasks:my_work",
    "tasks:desk",
    "tasks:directives",
    "tasks:leaders_list",
    "tasks:amendments",
}


@dataclass(frozen=True)
class Viewing:
    plan: Plan
    year: int
    as_of: date
    today: date
    is_default: bool = True  # the plan that this person finds without a mark in the address
    plans: tuple[Plan, ...] = ()  # theirs first, then others they may look at; CHOICES at most

    @property
    def has_others(self) -> bool:
        return len(self.plans) > 1

    @property
    def is_past(self) -> bool:
        """Looking at how things stood: nothing can be written from such a page. Nor from one of a
        plan that has ended."""
        return self.as_of != self.today or self.plan.is_over

    @cached_property
    def marks(self) -> dict[str, str]:
        """What the address must carry: plan, year and day, where they differ from the default."""
        marks = {} if self.is_default else {PLAN_MARK: self.plan.code}
        if self.year != default_year(self.plan, self.today):
            marks["nam"] = str(self.year)
        if self.as_of != self.today:
            marks["tinh-den"] = self.as_of.isoformat()
        return marks

    def url(self, name: str, *args, **query) -> str:
        """An address that keeps the plan, year and day looked at; `query` (trang_thai="qua-han") adds
        filters, None leaves a mark out. Underscores become the hyphens of our addresses."""
        wanted = self.marks | {key.replace("_", "-"): value for key, value in query.items()}
        kept = {key: value for key, value in wanted.items() if value not in (None, "")}
        return reverse(name, args=args) + ("?" + urlencode(kept) if kept else "")


def default_year(plan: Plan, today: date) -> int:
    """The plan's year that contains today, else its last (or, before it begins, its first)."""
    return min(max(today.year, plan.first_year), plan.last_year)


def viewing_of(request, plan: Plan | None = None) -> Viewing:
    """Read the address; 404 for a plan that isn't theirs, a year outside it or a day that doesn't
    exist. `plan`: of the object that the address names, which knows better than the mark."""
    cached = getattr(request, "viewing", None)
    if cached and plan in (None, cached.plan):
        return cached
    plans = tuple(in_order(request.user)[:CHOICES])
    if not plans:
        raise Http404("Chưa có kế hoạch nào.")
    first = plans[0]
    plan = _looked_at(request, first, plan)
    request.viewing = Viewing(plan, *_when(request, plan), plan == first, plans)
    return request.viewing


def sent_from(request, plan: Plan) -> Viewing:
    """Of the page whose form is sent here: its address carries that page's marks (`at` in templates),
    so that nobody has to ask which plans there are."""
    return Viewing(plan, *_when(request, plan), is_default=PLAN_MARK not in request.GET)


def _when(request, plan: Plan) -> tuple[int, date, date]:
    """The year and the day that the address names, and today."""
    today = clock.today()
    try:
        year = int(request.GET.get("nam") or default_year(plan, today))
        as_of = date.fromisoformat(request.GET.get("tinh-den") or today.isoformat())
    except ValueError as error:
        raise Http404("Địa chỉ có năm hoặc ngày không đọc được.") from error
    if year not in plan.years() or not 1900 < as_of.year < 2200:
        raise Http404(f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}.")
    return year, as_of, today


def _looked_at(request, first: Plan, plan: Plan | None) -> Plan:
    """The object's plan, else the one that the address marks, else the person's first."""
    code = plan.code if plan else request.GET.get(PLAN_MARK) or first.code
    if code == first.code:
        return first
    seen = Plan.objects.shown_to(request.user).select_related("unit", "coordinator")
    found = seen.filter(code=code).first()
    match = request.resolver_match  # none on the page of an address that does not exist
    if not (found and match and may_look(request.user, access_for(match.view_name), found)):
        raise Http404("Không có kế hoạch này, hoặc trang này không có cho kế hoạch ấy.")
    return found


def plan_of(user) -> Plan | None:
    """The plan that this person works with: of their own office, else of one above it, the newest in
    force; else one that has ended; a draft only where there is nothing else."""
    return in_order(user).first()


def in_order(user):
    """What this person may look at: in reach first, in force first, the nearest office first."""
    plans = Plan.objects.shown_to(user).select_related("unit", "coordinator")
    number = IntegerField()
    standing = Case(
        When(status=Plan.Status.IN_FORCE, then=0),
        When(status=Plan.Status.DRAFT, then=2),
        default=1,
        output_field=number,
    )
    rest = ("unit__position", *Plan._meta.ordering)
    if user.unit_id is None:
        return plans.order_by(standing, *rest)
    above = Q(unit__path__in=user.unit.ancestor_paths())
    return plans.order_by(
        Case(When(above, then=0), default=1, output_field=number),
        standing,
        Case(When(above, then=-Length("unit__path")), default=0, output_field=number),
        *rest,
    )


@dataclass(frozen=True)
class Choice:
    """A plan in the header's control: its office, its years, how it stands, where it is opened."""

    office: str
    years: str
    status: str  # "" while it is in force
    href: str
    is_current: bool


def plans_to_switch(viewing: Viewing) -> list[Plan]:
    """The person's own first; a province's rest is on the page of offices."""
    plans = list(viewing.plans)
    return plans if viewing.plan in plans else [*plans[: CHOICES - 1], viewing.plan]


def has_offices(user, plans) -> bool:
    """Whether `plans` are of several offices in this person's reach: their own and those below it."""
    reach = own_reach(user)
    return len({plan.unit_id for plan in plans if plan.unit.path.startswith(reach)}) > 1


def own_reach(user) -> str:
    """The path below which a person finds their own office's plans and those of offices below it."""
    if user.unit_id is None:
        return ""
    return user.office_path if permissions.sees_all_work(user) else user.unit.path


def _choice(request, viewing, plan, is_default) -> Choice:
    """The same page of the other plan, where it is a page of a whole plan that this person finds
    there; else its dashboard. The day stays, the year where the plan has it."""
    match = request.resolver_match
    whole = match and not match.kwargs and match.view_name in OF_A_PLAN
    name = match.view_name if whole else HOME
    if not may_look(request.user, access_for(name), plan):
        name = HOME
    has_year = viewing.year in plan.years()
    year = viewing.year if has_year else default_year(plan, viewing.today)
    other = Viewing(plan, year, viewing.as_of, viewing.today, is_default)
    return Choice(
        office=plan.unit.name,
        years=f"{plan.first_year}–{plan.last_year}",
        status="" if plan.status == Plan.Status.IN_FORCE else plan.get_status_display().lower(),
        href=other.url(name),
        is_current=plan == viewing.plan,
    )


def context(request) -> dict:
    """For the page's frame: what is looked at, and the count in the menu."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    viewing = _viewing_or_none(request)
    frame = {
        "viewing": viewing,
        "plan": viewing.plan if viewing else None,
        "may_report": user.role in permissions.REPORTERS,
        "may_verify": user.role in permissions.VERIFIERS
        and (viewing is None or permissions.reads_all_of(user, viewing.plan)),
        "is_administrator": user.is_administrator,
    }
    if request.htmx:
        return frame
    return frame | _switch(request, viewing) | _counts(request, viewing)


def _switch(request, viewing: Viewing | None) -> dict:
    """The header's control, and whether there is a page of offices."""
    if viewing is None or not viewing.has_others:
        return {}
    plans = plans_to_switch(viewing)
    choices = [_choice(request, viewing, plan, plan == plans[0]) for plan in plans]
    return {"plan_choices": choices, "has_offices": has_offices(request.user, plans)}


def _counts(request, viewing: Viewing | None) -> dict[str, int]:
    """The numbers in the menu and the bell. Two queries."""
    user, rows = request.user, {}
    if viewing and user.role == permissions.LEADER:  # the coordinator's are counted at their desk
        rows["awaiting_count"] = Assignment.objects.awaiting(user)
    if viewing and user.role in permissions.REPORTERS:
        rows["urgent_count"] = urgent(user, viewing.plan, viewing.today)
    numbers = rows and kept.value(
        request, f"menu {viewing.plan.pk}", lambda: counts_of(user, **rows)
    )
    return {"unread_count": unread_count(request), **numbers}


def unread_count(request) -> int:
    """Of the bell; asked once for a request."""
    if not hasattr(request, "unread_count"):
        request.unread_count = unread(request.user).count()
    return request.unread_count


def _viewing_or_none(request) -> Viewing | None:
    """Pages that look at nothing (Thêm, Đổi mật khẩu, a refusal) have the same frame; an address
    that can't be read or an office without a plan leaves it bare."""
    if request.htmx:
        return getattr(request, "viewing", None)
    try:
        return viewing_of(request)
    except Http404:
        return None


def urgent(user, plan: Plan, today: date):
    """Overdue or returned work of one's own unit in the plan, of any year, for a head also what waits
    for their approval: the red number in the menu."""
    own = Assignment.objects.filter(
        permissions.own_work(user), task__plan=plan, task__plan__status=Plan.Status.IN_FORCE
    )
    late = own.filter(state__in=(State.NEW, State.DOING, State.READY), due_on__lt=today)
    back = (State.RETURNED, State.READY) if user.role in permissions.HEADS else (State.RETURNED,)
    return late | own.filter(state__in=back)
