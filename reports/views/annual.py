"""The annual reports: the list, the preview on paper, the files. All reads."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.shortcuts import render

from reports.annual import AnnualReport, build_annual_report
from reports.downloads import download
from reports.to_docx import annual_docx as to_docx
from reports.to_pdf import annual_pdf as to_pdf
from reports.to_xlsx import annual_xlsx as to_xlsx
from tasks.deadlines import reporting_window
from tasks.viewing import viewing_of


@dataclass(frozen=True)
class YearLine:
    """A report's window, and how far it has come on the day looked at."""

    year: int
    start: date
    closes_on: date
    as_of: date

    @property
    def is_begun(self) -> bool:
        return self.as_of >= self.start

    @property
    def is_closed(self) -> bool:
        return self.as_of >= self.closes_on


def list_(request):
    viewing = viewing_of(request)
    years = [
        YearLine(year, *reporting_window("nam", year), viewing.as_of)
        for year in reversed(viewing.plan.years())
    ]
    return render(request, "reports/list.html", {"years": years})


def annual(request, year):
    report = _report(request, year)
    return render(request, "reports/annual.html", {"report": report, "sources": True})


def annual_pdf(request, year):
    report = _report(request, year)
    return download(to_pdf(report), report.file_name, "pdf")


def annual_docx(request, year):
    report = _report(request, year)
    return download(to_docx(report), report.file_name, "docx")


def annual_xlsx(request, year):
    report = _report(request, year)
    return download(to_xlsx(report), report.file_name, "xlsx")


def _report(request, year) -> AnnualReport:
    viewing = viewing_of(request)
    if year not in viewing.plan.years():
        raise Http404(f"Kế hoạch không có năm {year}.")
    start, _ = reporting_window("nam", year)
    if viewing.as_of < start:
        raise Http404(f"Kỳ báo cáo năm {year} chưa bắt đầu.")
    return build_annual_report(viewing.plan, year, viewing.as_of)
