"""Units and how they change: the tree as of a day, and the forms of a reorganisation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.models import Unit
from tasks import reorganising, unit_forms
from tasks.actions import Stale
from tasks.foreseeing import foresee, foresee_members
from tasks.pages.units import foreseen_page, read_units
from tasks.roster import members_on
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed

# the kind in the address: (words, form)
KINDS = {
    "doi-ten": ("Đổi tên", unit_forms.RenameForm),
    "sap-nhap": ("Sáp nhập", unit_forms.MergeForm),
    "chia-tach": ("Chia tách", unit_forms.SplitForm),
    "giai-the": ("Giải thể", unit_forms.DissolveForm),
    "giao-viec": ("Giao việc cho các phòng thành viên", unit_forms.DecisionForm),
}
KINDS_OF = {
    Unit.Kind.UNIT: ("doi-ten", "sap-nhap", "chia-tach", "giai-the"),
    Unit.Kind.GROUP: ("doi-ten", "giao-viec"),
    Unit.Kind.OFFICE: ("doi-ten",),
}


def unit_changes(request):
    viewing = viewing_of(request)
    asked = request.GET if "ngay" in request.GET else None
    form = unit_forms.DayForm(asked, initial={"ngay": viewing.as_of})
    if form.is_valid():
        day = form.cleaned_data["ngay"]
        mark = day.isoformat() if day != viewing.today else None
        return redirect(viewing.url("tasks:unit_changes", tinh_den=mark))
    return render(
        request, "tasks/units.html", {"it": read_units(viewing, request.user), "form": form}
    )


def unit_change(request, code):
    viewing = viewing_of(request)
    unit = _unit_for(request, viewing, code)
    kind = request.GET.get("viec") or "doi-ten"
    if kind not in KINDS_OF[unit.kind]:
        raise Http404("Không có thay đổi như vậy cho đơn vị này.")
    form = _form(request, viewing, unit, kind)
    if not form.is_valid():
        return _show(request, unit, kind, form, status=422 if form.is_bound else 200)
    try:
        if "seen" not in request.POST:
            _check(kind, form, request.user)
            return _show(request, unit, kind, form, foreseen=_foreseen(kind, form))
        told = _carry_out(kind, form, request.user, seen=request.POST["seen"])
    except (NotAllowed, ValidationError) as refusal:
        form.add_error(None, getattr(refusal, "message", str(refusal)))
        return _show(request, unit, kind, form, status=422)
    except Stale:
        found = _foreseen(kind, form)
        return _show(request, unit, kind, form, foreseen=found, status=409, changed=True)
    messages.success(request, told)
    return redirect(viewing.url("tasks:unit_changes"))


def _unit_for(request, viewing, code) -> Unit:
    units = Unit.objects.filter(path__startswith=viewing.plan.unit.path)
    unit = get_object_or_404(units.select_related("parent"), code=code)
    if not reorganising.may_reorganise(request.user, unit):
        raise PermissionDenied
    if viewing.is_past:
        raise PermissionDenied("Trang đang xem tình hình của một ngày đã qua: chỉ xem.")
    return unit


def _form(request, viewing, unit, kind):
    working = Unit.objects.within(viewing.plan.unit).working().filter(valid_to__isnull=True)
    others = working.exclude(pk=unit.pk).order_by("position", "path")
    return KINDS[kind][1](
        request.POST if request.method == "POST" else None,
        unit=unit,
        others=others,
        initial={"issuer": viewing.plan.issuer},
    )


def _check(kind, form, by):
    told = {"by": by, "at": clock.now(), "decision": form.decision()}
    if kind in ("doi-ten", "giao-viec"):
        reorganising.check_change(form.unit, **told)
    else:
        reorganising.check(form.units(), form.receivers(), **told)


def _foreseen(kind, form):
    """What the change would do; None where it moves no work."""
    if kind == "doi-ten":
        return None
    if kind == "giao-viec":
        members = members_on(form.unit, form.decision().effective_on)
        if not members:
            raise NotAllowed("Nhóm chưa có phòng thành viên nào hoạt động vào ngày có hiệu lực.")
        return foreseen_page(foresee_members(form.unit, members), members)
    receivers = form.receivers()
    return foreseen_page(foresee(form.units(), receivers, _chosen(kind, form)), receivers)


def _chosen(kind, form):
    return form.chosen() if kind == "chia-tach" else None


def _carry_out(kind, form, by, *, seen) -> str:
    """Do it, and the sentence that says what was done."""
    told = {"by": by, "at": clock.now(), "decision": form.decision()}
    since = f"từ ngày {told['decision'].effective_on:%d/%m/%Y}"
    name = form.unit.name
    if kind == "doi-ten":
        names = {part: form.cleaned_data[part] for part in ("name", "short_name")}
        reorganising.rename(unit=form.unit, **names, **told)
        return f"Đã ghi: {name} đổi tên thành {names['name']} {since}."
    told["seen"] = seen
    if kind == "giao-viec":
        moved = reorganising.hand_to_members(group=form.unit, **told)
        return f"Đã giao {moved} phần việc của {name} cho các phòng thành viên {since}."
    receivers = form.receivers()
    if kind == "sap-nhap":
        changes = reorganising.merge(units=form.units(), into=receivers[0], **told)
    elif kind == "chia-tach":
        chosen = _chosen(kind, form)
        changes = [reorganising.split(unit=form.unit, into=receivers, chosen=chosen, **told)]
    else:
        changes = [reorganising.dissolve(unit=form.unit, successor=receivers[0], **told)]
    return (
        f"Đã ghi: {KINDS[kind][0].lower()} {name} {since}; "
        f"{sum(change.moved for change in changes)} phần việc chuyển cho đơn vị nhận."
    )


def _show(request, unit, kind, form, *, foreseen=None, status=200, changed=False):
    valid = form.is_bound and form.is_valid()
    context = {
        "unit": unit,
        "kind": kind,
        "kinds": [(name, KINDS[name][0]) for name in KINDS_OF[unit.kind]],
        "form": form,
        "decision_fields": [form[name] for name in unit_forms.DecisionForm.base_fields],
        "foreseen": foreseen,
        "ready": valid and status in (200, 409),
        "changed": changed,
        "receivers": form.receivers() if valid and foreseen and kind == "chia-tach" else [],
    }
    return render(request, "tasks/unit_change.html", context, status=status)
