"""A report on its way, for the tests of the flow: every step by who takes it."""

from dataclasses import replace
from datetime import date

from conftest import at
from reports import issuing, writing
from reports.building import PeriodReport, build_report
from reports.freezing import freeze, frozen_report
from reports.models import Report, ReportAct
from reports.pages.report import find_period

DECEMBER = at(2024, 12, 18, 9)


def tiny(period, as_of, report=None) -> PeriodReport:
    """The report with its figures and its first paragraphs only, so that its files are made fast."""
    values = build_report(period, as_of, report)
    nothing = {"areas": (), "targets": (), "late": (), "urges": (), "documents": ()}
    return replace(values, sections=values.sections[:3], next_tasks=(), by_area=(), **nothing)


def draft(plan, by, code="nam-2024", when=DECEMBER) -> Report:
    return writing.begin_report(period=find_period(plan, code), by=by, at=when)


def submitted(report, by, when=DECEMBER, warnings=()) -> Report:
    seen = fresh(report).revision
    return issuing.submit(
        report=report, seen_revision=seen, warnings=list(warnings), by=by, at=when
    )


def approved(report, by, leader, when=DECEMBER) -> Report:
    report = submitted(report, by, when)
    return issuing.approve_report(report=report, seen_revision=report.revision, by=leader, at=when)


def issued(report, by, leader, number=5, day=None, when=DECEMBER) -> Report:
    report = approved(report, by, leader, when)
    return issuing.issue(
        report=report,
        seen_revision=report.revision,
        number=number,
        issued_on=day or date(when.year, when.month, when.day),
        by=by,
        at=when,
    )


def issued_without_files(report, by, leader, number=5, day=None, when=DECEMBER) -> Report:
    """As issued, where a test asks for no file: making them takes seconds."""
    report = approved(report, by, leader, when)
    day = day or date(when.year, when.month, when.day)
    named = issuing.number_of(report.period.plan, number)
    final = issuing.finished(frozen_report(report), named, day)
    values = {"number": named, "issued_on": day, "issued_year": day.year, "status": "issued"}
    Report.objects.filter(pk=report.pk).update(
        **values, snapshot=freeze(final), revision=report.revision + 1
    )
    ReportAct.objects.create(report=report, act="issue", words=named, by=by, at=when)
    return fresh(report)


def fresh(report) -> Report:
    return Report.objects.select_related("period__plan").get(pk=report.pk)
