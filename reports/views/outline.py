"""The outlines: which headings each kind of report has, from which year on, by whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from reports.models import PeriodKind
from reports.outline import (
    StaleOutline,
    default_outline,
    headings_of,
    keep_outline,
    version_for,
)
from reports.outline_forms import Editor, SavingForm
from reports.pages.outline import kind_lines, plan_areas, read_lines
from reports.prose import lower_first
from reports.writing import may_write
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def outlines(request):
    viewing = viewing_of(request)
    lines = kind_lines(viewing.plan, viewing.year)
    may_edit = may_write(request.user, viewing.plan)
    return render(request, "reports/outlines.html", {"lines": lines, "may_edit": may_edit})


def outline(request, kind):
    """The coordinator edits; others, and everybody with "?ban=", read."""
    viewing = viewing_of(request)
    if kind not in PeriodKind:
        raise Http404("Không có loại báo cáo này.")
    if request.method == "POST":
        return _save(request, viewing, kind)
    asked = request.GET.get("ban", "")
    if asked or viewing.is_past or not may_write(request.user, viewing.plan):
        return _read(request, viewing, kind, asked)
    holding = version_for(viewing.plan, kind, viewing.year)
    saving = SavingForm(plan=viewing.plan, initial=_beginning(viewing, kind))
    ours = "mac-dinh" in request.GET or holding is None
    headings = default_outline(kind) if ours else headings_of(holding)
    return _show(request, viewing, kind, Editor.of(headings, saving), holding)


def _read(request, viewing, kind, asked):
    """A version to read, or with no number the one that holds for the year."""
    if asked:
        if not asked.isdecimal() or len(asked) > 9:
            raise Http404("Không có đề cương này.")
        version = get_object_or_404(viewing.plan.outlines, kind=kind, pk=int(asked))
    else:
        version = version_for(viewing.plan, kind, viewing.year)
    headings = headings_of(version) if version else default_outline(kind)
    context = {
        "kind": kind,
        "label": lower_first(PeriodKind(kind).label),
        "version": version,
        "lines": read_lines(headings),
        "may_edit": may_write(request.user, viewing.plan),
    }
    return render(request, "reports/outline_read.html", context)


def _save(request, viewing, kind):
    if not may_write(request.user, viewing.plan) or viewing.is_past:
        raise PermissionDenied("HCQT sửa đề cương, từ trang của ngày hôm nay.")
    editor = Editor.posted(request.POST, SavingForm(request.POST, plan=viewing.plan))
    holding = version_for(viewing.plan, kind, viewing.year)
    if not editor.checked:
        return _show(request, viewing, kind, editor, holding)
    if not editor.is_valid():
        return _show(request, viewing, kind, editor, holding, status=422)
    try:
        version = _keep(request, viewing, kind, editor)
    except NotAllowed as refusal:
        editor.refusals.append(str(refusal))
        return _show(request, viewing, kind, editor, holding, status=422)
    except StaleOutline as stale:
        return _stale(request, viewing, kind, editor, stale.newest)
    words = f"Đã lưu đề cương báo cáo {lower_first(PeriodKind(kind).label)}, dùng từ năm {version.from_year}."
    messages.success(request, words + " Báo cáo đã lập dự thảo giữ đề cương cũ.")
    return redirect(viewing.url("reports:outlines", nam=viewing.year))


def _keep(request, viewing, kind, editor):
    return keep_outline(
        plan=viewing.plan,
        kind=kind,
        headings=editor.headings(),
        by=request.user,
        at=clock.now(),
        **editor.saving.cleaned_data,
    )


def _stale(request, viewing, kind, editor, newest):
    """What was typed stays, and is kept by saving once more, knowing of the other version."""
    editor.saving.data = editor.saving.data.copy()
    editor.saving.data["seen"] = newest.pk
    holding = version_for(viewing.plan, kind, viewing.year)
    return _show(request, viewing, kind, editor, holding, status=409, newest=newest)


def _beginning(viewing, kind) -> dict:
    newest = viewing.plan.outlines.filter(kind=kind).order_by("-pk").first()
    return {"from_year": viewing.year, "seen": newest.pk if newest else 0}


def _show(request, viewing, kind, editor, holding, status=200, **context):
    context |= {
        "kind": kind,
        "label": lower_first(PeriodKind(kind).label),
        "editor": editor,
        "holding": holding,
        "areas": plan_areas(viewing.plan),
    }
    return render(request, "reports/outline.html", context, status=status)
