"""The reports: which there are, each to read, and their files."""

from django.shortcuts import get_object_or_404, render

from cchc import files, kept
from reports.building import PeriodReport
from reports.downloads import download
from reports.models import Report, ReportFile, ReportPeriod
from reports.office_template import template_of
from reports.pages.reading_view import read_reading
from reports.pages.report import find_begun, find_version, read_report
from reports.pages.report_calendar import report_lines
from reports.report_charts import area_chart, bucket_chart
from reports.to_docx import report_docx as to_docx
from reports.to_pdf import report_pdf as to_pdf
from reports.to_xlsx import report_xlsx as to_xlsx
from reports.writing import may_write
from tasks.models import Plan
from tasks.viewing import viewing_of


@kept.page
def list_(request):
    viewing = viewing_of(request)
    lines = report_lines(viewing.plan, viewing.year, viewing.as_of)
    context = {
        "regular": [line for line in lines if not line.is_ad_hoc],
        "ad_hoc": [line for line in lines if line.is_ad_hoc],
        "writes": may_write(request.user, viewing.plan),
    }
    return render(request, "reports/list.html", context)


@kept.page
def report(request, period):
    viewing = viewing_of(request)
    found, version, values = _read(request, period)
    context = {
        "report": values,
        "period": found,
        "it": read_reading(viewing, request.user, found, version, values),
        "charts": [chart for chart in (bucket_chart(values), area_chart(values)) if chart],
        "sources": True,
    }
    return render(request, "reports/report.html", context)


def report_pdf(request, period):
    return _file(request, period, ReportFile.Kind.PDF)


def report_docx(request, period):
    return _file(request, period, ReportFile.Kind.WORD)


def report_xlsx(request, period):
    return _file(request, period, ReportFile.Kind.EXCEL)


def report_file(request, pk):
    """A kept file of an issued report, byte for byte."""
    seen = Plan.objects.shown_to(request.user)
    kept = ReportFile.objects.select_related("file", "report__period__plan")
    found = get_object_or_404(kept, pk=pk, report__period__plan__in=seen)
    viewing_of(request, found.report.period.plan)  # 404 where this person doesn't read its words
    return files.send(found.file)


def _file(request, period, kind):
    """Made now; of an issued report what was kept when it was issued."""
    viewing = viewing_of(request)
    found = find_begun(viewing, period)
    version = find_version(found, request.GET.get("lan"))
    if version and version.is_issued:
        return files.send(version.files.select_related("file").get(kind=kind).file)
    values = read_report(found, version, viewing.as_of)
    return download(_made(values, found, kind), values.file_name, kind)


def _made(values: PeriodReport, period: ReportPeriod, kind: str) -> bytes:
    if kind == ReportFile.Kind.WORD:
        return to_docx(values, template_of(period.plan.unit))
    return to_pdf(values) if kind == ReportFile.Kind.PDF else to_xlsx(values)


def _read(request, code) -> tuple[ReportPeriod, Report | None, PeriodReport]:
    viewing = viewing_of(request)
    period = find_begun(viewing, code)
    version = find_version(period, request.GET.get("lan"))
    return period, version, read_report(period, version, viewing.as_of)
