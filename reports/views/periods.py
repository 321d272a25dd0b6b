"""The days of the reports: one more report out of turn, or other days for one of the year's."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from cchc import clock
from cchc.workdays import office_workdays
from reports.pages.report import find_period
from reports.period_forms import DAYS, AdHocForm, DaysForm
from reports.periods import change_days, days_by_rule, open_ad_hoc
from reports.writing import may_write
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed

MOVED = (
    "Người khác vừa đổi ngày của kỳ này (ngày hiện nay ghi ở trên). Nội dung anh/chị nhập còn "
    "nguyên dưới đây; xem lại rồi lưu."
)


def period_new(request):
    viewing = _writing(request)
    typed = request.POST if request.method == "POST" else None
    first = date(viewing.today.year, 1, 1)
    initial = {"data_from": first, "data_to": viewing.today}
    form = AdHocForm(typed, initial=initial, workdays=office_workdays())
    if form.is_valid():
        told = form.days() | {"subject": form.cleaned_data["subject"]}
        try:
            period = open_ad_hoc(plan=viewing.plan, by=request.user, at=clock.now(), **told)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(period, "Đã lập kỳ báo cáo"))
            return redirect(viewing.url("reports:list", nam=period.year))
    return render(request, "reports/period_new.html", {"form": form}, status=_status(form))


def period_days(request, period):
    viewing = _writing(request)
    found = find_period(viewing.plan, period)
    typed = request.POST if request.method == "POST" else None
    form = DaysForm(typed, initial={name: getattr(found, name) for name in DAYS})
    form.fields["seen"].initial = _mark(found)
    if form.is_valid() and form.cleaned_data["seen"] != _mark(found):
        form.add_error(None, MOVED)
        form.data = form.data.copy()
        form.data["seen"] = _mark(found)
        return _show_days(request, found, form, status=409)
    if form.is_valid():
        try:
            changed = change_days(period=found, by=request.user, at=clock.now(), **form.days())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(changed, "Đã đổi ngày của báo cáo"))
            return redirect(viewing.url("reports:list", nam=changed.year))
    return _show_days(request, found, form, status=_status(form))


def _writing(request):
    viewing = viewing_of(request)
    if not may_write(request.user, viewing.plan) or viewing.is_past:
        raise PermissionDenied("HCQT đặt ngày của các kỳ báo cáo, từ trang của ngày hôm nay.")
    return viewing


def _status(form) -> int:
    return 422 if form.is_bound else 200


def _mark(period) -> str:
    return " ".join(getattr(period, name).isoformat() for name in DAYS)


def _told(period, done: str) -> str:
    return (
        f"{done} {period.name}: đơn vị gửi trước hết ngày {period.units_due_on:%d/%m/%Y}, "
        f"gửi báo cáo trước hết ngày {period.due_on:%d/%m/%Y}."
    )


def _show_days(request, period, form, status):
    context = {
        "period": period,
        "form": form,
        "rule": days_by_rule(period),
        "frozen": period.reports.exclude(status="draft").order_by("-version").first(),
    }
    return render(request, "reports/period_days.html", context, status=status)
