"""What a page is looking at: a plan, a year, a day. Carried in the address, kept in its links."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from cchc import clock, permissions
from tasks.models import Assignment, Plan
from tasks.noticing import unread
from tasks.workflow import State


@dataclass(frozen=True)
class Viewing:
    plan: Plan
    year: int
    as_of: date
    today: date

    @property
    def is_past(self) -> bool:
        """Looking at how things stood: nothing can be written from such a page. Nor from one of a
        plan that has ended."""
        return self.as_of != self.today or self.plan.is_over

    @property
    def marks(self) -> dict[str, str]:
        """What the address must carry: the year and day, where they differ from the default."""
        marks = {}
        if self.year != default_year(self.plan, self.today):
            marks["nam"] = str(self.year)
        if self.as_of != self.today:
            marks["tinh-den"] = self.as_of.isoformat()
        return marks

    def url(self, name: str, *args, **query) -> str:
        """An address that keeps the year and day looked at; `query` (trang_thai="qua-han") adds
        filters, None leaves a mark out. Underscores become the hyphens of our addresses."""
        wanted = self.marks | {key.replace("_", "-"): value for key, value in query.items()}
        kept = {key: value for key, value in wanted.items() if value not in (None, "")}
        return reverse(name, args=args) + ("?" + urlencode(kept) if kept else "")


def default_year(plan: Plan, today: date) -> int:
    """The plan's year that contains today, else its last (or, before it begins, its first)."""
    return min(max(today.year, plan.first_year), plan.last_year)


def viewing_of(request) -> Viewing:
    """Read the address; 404 for a year outside the plan or a day that doesn't exist."""
    cached = getattr(request, "viewing", None)
    if cached:
        return cached
    plan = plan_of(request.user)
    if plan is None:
        raise Http404("Chưa có kế hoạch nào.")
    today = clock.today()
    try:
        year = int(request.GET.get("nam") or default_year(plan, today))
        as_of = date.fromisoformat(request.GET.get("tinh-den") or today.isoformat())
    except ValueError as error:
        raise Http404("Địa chỉ có năm hoặc ngày không đọc được.") from error
    if year not in plan.years() or not 1900 < as_of.year < 2200:
        raise Http404(f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}.")
    request.viewing = Viewing(plan, year, as_of, today)
    return request.viewing


def plan_of(user) -> Plan | None:
    """The plan that this person works with: the newest in force that they may see; else one that
    has ended; a draft only where there is nothing else."""
    plans = Plan.objects.visible_to(user).select_related("unit", "coordinator")
    return (
        plans.filter(status=Plan.Status.IN_FORCE).first()
        or plans.exclude(status=Plan.Status.DRAFT).first()
        or plans.first()
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
        "may_verify": user.role in permissions.VERIFIERS,
        "is_administrator": user.is_administrator,
    }
    if not request.htmx:
        frame["unread_count"] = unread(user).count()
    if viewing is None or request.htmx:
        return frame
    if user.role == permissions.LEADER:  # the coordinator's are counted at their desk
        frame["awaiting_count"] = Assignment.objects.awaiting(user).count()
    if frame["may_report"]:
        frame["urgent_count"] = urgent(user, viewing.today).count()
    return frame


def _viewing_or_none(request) -> Viewing | None:
    """Pages that look at nothing (Thêm, Đổi mật khẩu, a refusal) have the same frame; an address
    that can't be read or an office without a plan leaves it bare."""
    if request.htmx:
        return getattr(request, "viewing", None)
    try:
        return viewing_of(request)
    except Http404:
        return None


def urgent(user, today: date):
    """Overdue or returned work of one's own unit, of any year, for a head also what waits for their
    approval: the red number in the menu."""
    own = Assignment.objects.filter(
        unit__path__startswith=user.unit.path, task__plan__status=Plan.Status.IN_FORCE
    )
    late = own.filter(state__in=(State.NEW, State.DOING, State.READY), due_on__lt=today)
    back = (State.RETURNED, State.READY) if user.role in permissions.HEADS else (State.RETURNED,)
    return late | own.filter(state__in=back)
