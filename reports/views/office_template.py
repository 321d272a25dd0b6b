"""The office's own Word template: which is in use, take it home, bring another, back to ours."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, files
from reports import office_template as templates
from reports.downloads import download
from reports.models import ReportTemplate
from reports.to_docx import TEMPLATE
from reports.writing import may_write
from tasks.viewing import viewing_of


def office_template(request):
    viewing = _writing(request)
    if request.method != "POST":
        return _show(request, viewing)
    who = {"plan": viewing.plan, "by": request.user, "at": clock.now()}
    if "ours" in request.POST:
        templates.drop_template(**who)
        messages.success(request, "Từ nay báo cáo Word dùng mẫu của phần mềm.")
        return redirect(viewing.url("reports:office_template"))
    upload = request.FILES.get("file")
    if upload is None:
        return _show(request, viewing, "Chưa chọn tệp mẫu.")
    try:
        kept = templates.keep_template(upload=upload, **who)
    except templates.BadTemplate as refusal:
        return _show(request, viewing, str(refusal))
    messages.success(request, f"Từ nay báo cáo Word dùng mẫu “{kept.file.name}”.")
    return redirect(viewing.url("reports:office_template"))


def office_template_file(request, pk):
    """One that the office brought, the one in use or an earlier one."""
    viewing = _writing(request)
    kept = ReportTemplate.objects.filter(unit=viewing.plan.unit, file__isnull=False)
    return files.send(get_object_or_404(kept.select_related("file"), pk=pk).file)


def our_template_file(request):
    _writing(request)
    return download(TEMPLATE.read_bytes(), f"mau-{TEMPLATE.stem}", "docx")


def _writing(request):
    viewing = viewing_of(request)
    if not may_write(request.user, viewing.plan):
        raise PermissionDenied("Mẫu báo cáo do điều phối viên của kế hoạch quản lý.")
    return viewing


def _show(request, viewing, refused=""):
    unit = viewing.plan.unit
    brought = ReportTemplate.objects.filter(unit=unit, file__isnull=False)
    context = {
        "unit": unit,
        "kept": templates.kept_template(unit),
        "brought": brought.select_related("file", "by"),
        "marks": templates.MUST_PRINT,
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "reports/office_template.html", context, status=status)
