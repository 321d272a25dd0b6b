"""Which report an address names."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from reports.building import PeriodReport, build_report
from reports.freezing import frozen_report
from reports.models import Report, ReportPeriod
from tasks.models import Plan
from tasks.viewing import Viewing


def find_period(plan: Plan, code: str) -> ReportPeriod:
    """The period named nam-2024 in an address; 404 when the plan has none."""
    kind, year, number = _parts(code)
    periods = ReportPeriod.objects.select_related("plan__unit", "plan__coordinator")
    return get_object_or_404(periods, plan=plan, kind=kind, year=year, number=number)


def find_begun(viewing: Viewing, code: str) -> ReportPeriod:
    """Like find_period; before the period's first day there is nothing to tell."""
    period = find_period(viewing.plan, code)
    if viewing.as_of < period.data_from:
        raise Http404(f"Kỳ báo cáo {period.name} chưa bắt đầu.")
    return period


def _parts(code: str) -> tuple[str, int, int]:
    if code.startswith("dot-xuat-"):
        year, number = code.removeprefix("dot-xuat-").split("-")
        return "dot-xuat", int(year), int(number)
    kind, _, year = code.rpartition("-")
    return kind, int(year), 0


def find_version(period: ReportPeriod, asked: str | None = None) -> Report | None:
    """The version asked for ("?lan=1"), else the newest; None while no draft was begun."""
    versions = period.reports.select_related("period__plan__unit", "period__plan__coordinator")
    if not asked:
        return versions.order_by("-version").first()
    if not asked.isdecimal() or len(asked) > 3:
        raise Http404("Không có lần ban hành này.")
    return get_object_or_404(versions, version=int(asked))


def read_report(period: ReportPeriod, version: Report | None, as_of: date) -> PeriodReport:
    """As frozen once it was submitted; a draft, or what would become one, as known on `as_of`."""
    if version and not version.is_draft:
        return frozen_report(version)
    return build_report(period, as_of, version)
