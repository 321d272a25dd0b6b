"""Bảng điều hành: where the year stands and what needs a decision; on a wall, on paper, and the
years side by side."""

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string

from cchc import clock, kept
from cchc.permissions import leads
from indicators.pages.overview import overview
from reports import compare as comparing
from reports.downloads import download
from reports.pages.report_calendar import next_due_first, report_lines
from reports.summary import summarise
from reports.to_pdf import ASSETS, pdf_of
from tasks.ledger import read_year
from tasks.viewing import viewing_of

SLIDES = (
    ("tong-quan", "Tổng quan"),
    ("linh-vuc", "Lĩnh vực"),
    ("don-vi", "Đơn vị"),
    ("thoi-han", "Thời hạn"),
    ("chi-tieu", "Chỉ tiêu"),
    ("thay-doi", "Thay đổi"),
)


@kept.page
def dashboard(request):
    viewing, board = viewing_of(request), read_board(request)
    board["reports"] = next_due_first(report_lines(viewing.plan, viewing.year, viewing.as_of))
    return render(request, "reports/dashboard.html", board)


@kept.page
def presentation(request):
    """All slides are in the page, so that a full screen stays one; without script one is shown."""
    slide = request.GET.get("trang") or "1"
    if not (slide.isascii() and slide.isdigit() and 1 <= int(slide) <= len(SLIDES)):
        raise Http404("Không có trang chiếu này.")
    board = read_board(request) | {"slides": SLIDES, "slide": int(slide), "may_direct": False}
    return render(request, "reports/presentation.html", board)


def dashboard_pdf(request):
    viewing, board = viewing_of(request), read_board(request)
    board |= {"viewing": viewing, "plan": viewing.plan}
    board["stylesheet"] = f"{ASSETS}cchc/sheet_print.css"
    html = render_to_string("reports/dashboard_print.html", board)
    name = f"bang-dieu-hanh-{viewing.year}-den-{viewing.as_of:%d-%m-%Y}"
    return download(pdf_of(html), name, "pdf")


@kept.page
def compare(request):
    viewing = viewing_of(request)
    return render(request, "reports/compare.html", {"comparison": comparing.compare(viewing)})


def read_board(request) -> dict:
    """What every form of the dashboard is made of."""
    viewing = viewing_of(request)
    known_only = request.GET.get("dung-nhu-da-biet") == "1"
    looked_at = (viewing.plan, viewing.year, viewing.as_of)
    ledger = read_year(*looked_at, known_only=known_only)
    targets = overview(*looked_at, ledger)
    return {
        "summary": summarise(viewing, request.user, ledger, targets.lines, known_only=known_only),
        "overview": targets,
        "moment": clock.now(),
        "may_direct": leads(request.user, viewing.plan) and not viewing.is_past,
    }
