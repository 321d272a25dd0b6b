"""The reports that a plan owes, and their days.

Windows: Nghị định 09/2019/NĐ-CP, điều 12; kinds and the 20th: công văn 581/BNV-CCHC. Both stand as
rules in a table (PeriodRule) that the administrator edits; each year's periods come from it.
"""

import calendar
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from cchc import audit
from cchc.workdays import Workdays, office_workdays, seed_days_off
from reports.models import PeriodKind, PeriodRule, Report, ReportPeriod
from tasks.deadlines import reporting_window
from tasks.models import Plan
from tasks.workflow import NotAllowed

UNIT_WORKDAYS = 2
SEND_DAY = 20
_REGULAR = (
    PeriodKind.QUARTER_1,
    PeriodKind.HALF,
    PeriodKind.QUARTER_3,
    PeriodKind.NINE_MONTHS,
    PeriodKind.YEAR,
)


def default_rules() -> list[PeriodRule]:
    """As the decree and the Ministry say; "9 tháng" is in neither, so it starts switched off."""
    rules = []
    for kind in _REGULAR:
        first, last = reporting_window(kind, 2024)
        rules.append(
            PeriodRule(
                kind=kind,
                is_used=kind != PeriodKind.NINE_MONTHS,
                from_last_year=first.year < 2024,
                from_month=first.month,
                from_day=first.day,
                to_month=last.month,
                to_day=last.day,
                unit_workdays=UNIT_WORKDAYS,
                send_day=SEND_DAY,
            )
        )
    return rules


@transaction.atomic
def open_periods(plan: Plan, *, by, at: datetime) -> int:
    """The rules where there are none yet, the public holidays and the periods of the plan's years
    and of its closing; what exists stays. How many periods are new. Safe to run twice."""
    if not PeriodRule.objects.exists():
        PeriodRule.objects.bulk_create(default_rules())
    for year in (*plan.years(), plan.last_year + 1):
        seed_days_off(year)
    known = set(plan.report_periods.values_list("kind", "year"))
    fresh = [
        period
        for period in _owed(plan, PeriodRule.objects.filter(is_used=True), office_workdays())
        if (period.kind, period.year) not in known
    ]
    ReportPeriod.objects.bulk_create(fresh)
    if fresh:
        audit.record(by=by, verb="report_periods_opened", target=plan, at=at, number=len(fresh))
    return len(fresh)


@transaction.atomic
def renew_periods(*, by, at: datetime) -> int:
    """After a rule or a day off changed: the days of every period for which no report was begun
    and that nobody set by hand. How many changed."""
    workdays, changed = office_workdays(), []
    rules = list(PeriodRule.objects.all())
    for plan in Plan.objects.exclude(status=Plan.Status.REPLACED):
        owed = {(period.kind, period.year): period for period in _owed(plan, rules, workdays)}
        for period in plan.report_periods.filter(by_hand=False, reports=None):
            renewed = owed.get((period.kind, period.year))
            if renewed and _days(renewed) != _days(period):
                for name, day in _days(renewed).items():
                    setattr(period, name, day)
                changed.append(period)
    if changed:
        ReportPeriod.objects.bulk_update(changed, _DAYS)
        codes = [period.code for period in changed]
        audit.record(by=by, verb="report_periods_renewed", target=changed[0], at=at, codes=codes)
    return len(changed)


_DAYS = ("data_from", "data_to", "units_due_on", "due_on")


def _days(period: ReportPeriod) -> dict[str, date]:
    return {name: getattr(period, name) for name in _DAYS}


def _owed(plan: Plan, rules: Iterable[PeriodRule], workdays: Workdays) -> list[ReportPeriod]:
    owed = [_period(plan, rule, year, workdays) for year in plan.years() for rule in rules]
    yearly = [period for period in owed if period.kind == PeriodKind.YEAR]
    if yearly:  # the closing report is due with the last annual one, over all its years
        first, last = yearly[0], yearly[-1]
        closing = ReportPeriod(plan=plan, kind=PeriodKind.CLOSING, year=plan.last_year)
        for name, day in (_days(last) | {"data_from": first.data_from}).items():
            setattr(closing, name, day)
        owed.append(closing)
    return owed


def _period(plan: Plan, rule: PeriodRule, year: int, workdays: Workdays) -> ReportPeriod:
    data_to = _on(year, rule.to_month, rule.to_day)
    units_due_on, due_on = due_days(rule, data_to, workdays)
    return ReportPeriod(
        plan=plan,
        kind=rule.kind,
        year=year,
        data_from=_on(year - rule.from_last_year, rule.from_month, rule.from_day),
        data_to=data_to,
        units_due_on=units_due_on,
        due_on=due_on,
    )


def due_days(rule: PeriodRule, data_to: date, workdays: Workdays) -> tuple[date, date]:
    """(until when units send, until when the office sends). The office never before its units."""
    units = workdays.after(data_to, rule.unit_workdays)
    send = workdays.up_to(_on(data_to.year, data_to.month, rule.send_day))
    return units, max(send, units)


def days_by_rule(period: ReportPeriod) -> ReportPeriod | None:
    """What the rule and today's days off give for this period; None for one out of turn."""
    owed = _owed(period.plan, PeriodRule.objects.all(), office_workdays())
    return next((o for o in owed if (o.kind, o.year) == (period.kind, period.year)), None)


def _on(year: int, month: int, day: int) -> date:
    """The 31st of a shorter month is its last day."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def open_ad_hoc(
    *,
    plan: Plan,
    subject: str,
    data_from: date,
    data_to: date,
    units_due_on: date,
    due_on: date,
    by,
    at: datetime,
) -> ReportPeriod:
    """A report that somebody asked for out of turn. The same subject and days twice is once."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)  # numbers, one by one
    again = plan.report_periods.filter(
        kind=PeriodKind.AD_HOC, subject=subject, data_from=data_from, data_to=data_to
    ).first()
    if again:
        return again
    period = ReportPeriod(
        plan=plan,
        kind=PeriodKind.AD_HOC,
        year=data_to.year,
        subject=subject,
        data_from=data_from,
        data_to=data_to,
        units_due_on=units_due_on,
        due_on=due_on,
        by_hand=True,
    )
    require_sound(period)
    same_year = plan.report_periods.filter(kind=PeriodKind.AD_HOC, year=period.year)
    period.number = max(same_year.values_list("number", flat=True), default=0) + 1
    period.save()
    audit.record(by=by, verb="report_period_added", target=period, at=at, code=period.code)
    return period


@transaction.atomic
def change_days(
    *,
    period: ReportPeriod,
    data_from: date,
    data_to: date,
    units_due_on: date,
    due_on: date,
    by,
    at: datetime,
) -> ReportPeriod:
    """Other days for one period, set by hand."""
    period = ReportPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    before = _days(period)
    period.data_from, period.data_to = data_from, data_to
    period.units_due_on, period.due_on, period.by_hand = units_due_on, due_on, True
    if period.reports.exclude(status=Report.Status.DRAFT).exists() and _days(period) != before:
        raise NotAllowed(
            f"Báo cáo {period.name} đã trình hoặc đã ban hành nên không đổi ngày của kỳ được; "
            "muốn sửa thì lập bản đính chính."
        )
    require_sound(period)
    period.save()
    told = {name: [str(before[name]), str(day)] for name, day in _days(period).items()}
    audit.record(by=by, verb="report_period_changed", target=period, at=at, **told)
    return period


def require_sound(period: ReportPeriod) -> None:
    """Days in order, within the plan's term, and not those of a report that is frozen."""
    if period.data_to < period.data_from:
        raise NotAllowed("Ngày chốt số liệu không thể trước ngày đầu của kỳ.")
    if period.data_to.year not in period.plan.years():
        years = f"{period.plan.first_year}-{period.plan.last_year}"
        raise NotAllowed(f"Ngày chốt số liệu phải trong các năm {years} của Kế hoạch.")
    if period.units_due_on <= period.data_to:
        raise NotAllowed(
            "Ngày đơn vị gửi phải sau ngày chốt số liệu ít nhất 01 ngày làm việc "
            "(Nghị định 09/2019/NĐ-CP, điều 8)."
        )
    if period.due_on < period.units_due_on:
        raise NotAllowed("Ngày gửi báo cáo không thể trước ngày các đơn vị gửi.")
    frozen = (
        ReportPeriod.objects.filter(
            plan=period.plan, kind=period.kind, reports__status=Report.Status.ISSUED
        )
        .filter(data_from__lte=period.data_to, data_to__gte=period.data_from)
        .exclude(pk=period.pk)
        .first()
    )
    if frozen:
        raise NotAllowed(
            f"Kỳ từ {period.data_from:%d/%m/%Y} đến {period.data_to:%d/%m/%Y} trùng với báo cáo "
            f"{frozen.name} đã ban hành (từ {frozen.data_from:%d/%m/%Y} đến "
            f"{frozen.data_to:%d/%m/%Y}); chọn khoảng ngày khác, hoặc lập bản đính chính."
        )
