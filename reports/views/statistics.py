"""The Ministry's statistics form: counted figures to copy, the others to type."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from cchc import clock
from reports.pages.report import find_begun, find_version
from reports.pages.statistics import kept_values, read_sheet
from reports.setting_statistics import StaleStatistics, set_statistics
from reports.statistics_form import StatisticsForm, seeing
from reports.writing import may_write
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def statistics(request, period):
    viewing = viewing_of(request)
    found = find_begun(viewing, period)
    report = find_version(found, request.GET.get("lan"))
    if request.method == "POST":
        return _save(request, viewing, found, find_version(found))
    kept = kept_values(report)
    writes = may_write(request.user, viewing.plan) and not viewing.is_past
    writes = writes and report is not None and report.is_draft
    return _show(request, found, report, kept, StatisticsForm(None, kept) if writes else None)


def _save(request, viewing, found, report):
    if viewing.is_past or not may_write(request.user, viewing.plan):
        raise PermissionDenied("HCQT ghi số liệu thống kê.")
    kept = kept_values(report)
    form = StatisticsForm(request.POST, kept)
    if report is None or not form.is_valid():
        refused = "" if report else "Chưa lập dự thảo báo cáo nên chưa ghi được số liệu."
        return _show(request, found, report, kept, form, 422, refused=refused)
    try:
        changed = set_statistics(report=report, typed=form.typed(), by=request.user, at=clock.now())
    except StaleStatistics as stale:
        form = StatisticsForm(seeing(request.POST, stale.kept, stale.kept), kept)
        return _show(request, found, report, kept, form, 409, conflicts=stale.kept)
    except NotAllowed as refusal:
        return _show(request, found, report, kept, form, 422, refused=str(refusal))
    words = f"Đã ghi {changed} số liệu thống kê." if changed else "Không có số liệu nào thay đổi."
    messages.success(request, words)
    return redirect(viewing.url("reports:statistics", found.code))


def _show(request, found, report, kept, form, status=200, refused="", conflicts=None):
    viewing = viewing_of(request)
    context = {
        "period": found,
        "report": report,
        "sheet": read_sheet(viewing, found, report, kept, form, conflicts),
        "form": form,
        "refused": refused,
        "conflicts": conflicts,
        "wrong": sum(bool(errors) for errors in form.errors.values()) if form else 0,
    }
    return render(request, "reports/statistics.html", context, status=status)
