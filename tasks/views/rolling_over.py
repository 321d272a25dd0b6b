"""A plan goes on in the next term: what became of its tasks (decided in indicators/roll_over_views.py,
because targets go with them), then the work that it leaves open."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cchc import clock, permissions
from tasks import carrying_over
from tasks.actions import Stale
from tasks.carrying_over import Fate
from tasks.models import Plan
from tasks.pages import rolling_over as pages
from tasks.pages.plan_edit import plans_of
from tasks.rolling_over_forms import read_fates
from tasks.workflow import NotAllowed

CHANGED = "Có việc vừa thay đổi từ khi mở trang; chưa ghi gì. Xem lại rồi chọn."


def roll_over(request, plan):
    return show(request, following(request, plan))


def carry_over(request, plan):
    old = _plan_for(request, plan, writes=True)
    if request.method != "POST":
        return _carry_page(request, old)
    parts = carrying_over.read_open(old, carrying_over.next_plan(old))
    fates, seen = read_fates(request.POST, parts)
    told = {"old": old, "by": request.user, "at": clock.now()}
    try:
        done = carrying_over.decide(**told, fates=fates, seen=seen)
    except NotAllowed as refusal:
        return _carry_page(request, old, str(refusal), status=422)
    except Stale:
        return _carry_page(request, old, CHANGED, status=409)
    words = f"Đã chuyển {done[Fate.CARRY]} phần việc, dừng {done[Fate.STOP]} phần việc."
    if not any(done.values()):
        words = "Không có quyết định nào mới."
    messages.success(request, words)
    return redirect("tasks:carry_over", old.code)


def _plan_for(request, code, *, writes=False) -> Plan:
    found = plans_of(request.user).select_related("unit", "coordinator", "follows__coordinator")
    plan = get_object_or_404(found, code=code)
    if writes and not permissions.coordinates(request.user, plan.coordinator):
        raise PermissionDenied("Việc của đơn vị theo dõi, đôn đốc của Kế hoạch.")
    return plan


def following(request, code, *, writes=False) -> Plan:
    plan = _plan_for(request, code, writes=writes)
    if plan.follows is None:
        raise Http404("Kế hoạch này không chuyển tiếp từ kế hoạch nào.")
    return plan


def place(plan, code) -> str:
    number = pages.page_of(plan, code)
    query = f"?trang={number}" if number > 1 else ""
    return reverse("tasks:roll_over", args=[plan.code]) + f"{query}#{code}"


def refused(request, plan, code, refusal, status=422):
    problem = pages.problem_of(refusal, code, request.POST)
    return show(request, plan, problem, number=pages.page_of(plan, code), status=status)


def show(request, plan, problem=None, number=None, refused="", status=200):
    number = number or request.GET.get("trang", 1)
    it = pages.read_roll_over(plan, request.user, clock.today(), number, problem)
    context = {"it": it, "of": plan, "page": it.page, "refused": refused}
    return render(request, "tasks/rolling_over.html", context, status=status)


def _carry_page(request, old, refused="", status=200):
    it = pages.read_carry(old, clock.today(), request.GET.get("trang", 1))
    typed = {n.removeprefix("w-"): fate for n, fate in request.POST.items()}
    typed = defaultdict(str, {int(pk): fate for pk, fate in typed.items() if pk.isdecimal()})
    context = {"it": it, "of": old, "page": it.page, "refused": refused, "typed": typed}
    return render(request, "tasks/rolling_over_work.html", context, status=status)
