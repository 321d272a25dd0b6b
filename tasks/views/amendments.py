"""Amendments of the plan in force: what there were, and a new one, seen before it is written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from cchc import clock, permissions
from tasks.actions import Stale
from tasks.amending import amend, foresee, written_as
from tasks.amendment_forms import AmendmentForms
from tasks.models import Plan
from tasks.pages.plan_edit import read_amendments
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def amendments(request):
    viewing = viewing_of(request)
    lines, page = read_amendments(viewing.plan, request.GET.get("trang", 1))
    context = {"lines": lines, "page": page, "may_amend": _may_amend(request.user, viewing)}
    return render(request, "tasks/amendments.html", context)


def amendment_new(request):
    viewing = viewing_of(request)
    _require(request.user, viewing)
    data = request.POST if request.method == "POST" else None
    asked = (data or {}).get("viec", "")
    if asked == "ghi" and (again := written_as(viewing.plan, request.user, data.get("thay", ""))):
        return redirect(viewing.url("tasks:amendments") + f"#sua-doi-{again.pk}")
    it = AmendmentForms(viewing.plan, data, request.GET.getlist("sua"))
    if data is None or asked in ("them", "moi") or "thoi" in data:
        return _show(request, it, bare=True)
    if not it.is_valid():
        return _show(request, it, status=422)
    try:
        if asked != "ghi":
            return _show(request, it, foreseen=foresee(**_told(request, it)))
        done = amend(**_told(request, it), seen=data.get("thay", ""))
    except NotAllowed as refusal:
        it.decision.add_error(None, str(refusal))
        return _show(request, it, status=422)
    except Stale:
        return _moved(request, it)
    messages.success(request, _done_words(done))
    return redirect(viewing.url("tasks:amendments") + f"#sua-doi-{done.amendment.pk}")


def _may_amend(user, viewing) -> bool:
    in_force = viewing.plan.status == Plan.Status.IN_FORCE
    writes = permissions.coordinates(user, viewing.plan.coordinator)
    return in_force and writes and not viewing.is_past


def _require(user, viewing):
    if not permissions.coordinates(user, viewing.plan.coordinator):
        raise PermissionDenied("HCQT ghi sửa đổi, bổ sung Kế hoạch.")
    if not _may_amend(user, viewing):
        raise PermissionDenied("Chỉ sửa đổi kế hoạch đang hiệu lực, từ trang của ngày hôm nay.")


def _told(request, it) -> dict:
    return {
        "plan": it.plan,
        "by": request.user,
        "at": clock.now(),
        "decision": it.decision.decision(),
        "reason": it.decision.cleaned_data["reason"],
        "changes": it.changes(),
    }


def _moved(request, it):
    """The words or the work moved on since: the words are shown as they are now, in the form as
    they were typed, and what follows from them anew."""
    it = AmendmentForms(it.plan, _with_fresh_digests(request.POST, it))
    it.is_valid()
    try:
        foreseen = foresee(**_told(request, it))
    except NotAllowed as refusal:
        it.decision.add_error(None, str(refusal))
        return _show(request, it, status=409, changed=True)
    return _show(request, it, foreseen=foreseen, status=409, changed=True)


def _with_fresh_digests(data, it):
    data = data.copy()
    for block in it.blocks:
        if block.task:
            data[f"{block.prefix}-seen"] = block.now.digest
    return data


def _done_words(done) -> str:
    document = done.amendment.document
    return f"Đã ghi sửa đổi theo {document}, có hiệu lực từ {done.amendment.effective_on:%d/%m/%Y}."


def _show(request, it, *, foreseen=None, changed=False, bare=False, status=200):
    context = {"it": it, "foreseen": foreseen, "changed": changed, "bare": bare}
    return render(request, "tasks/amendment_new.html", context, status=status)
