"""The reports of a year: their days, and how far each has come."""

from dataclasses import dataclass
from datetime import date

from reports.issuing import MOVES, Act, Status
from reports.models import PeriodKind, Report, ReportAct, ReportPeriod
from tasks.ledger import end_of
from tasks.models import Plan

_LOOKS = {
    Status.DRAFT: ("go", "pencil"),
    Status.SUBMITTED: ("go", "send"),
    Status.APPROVED: ("ok", "clipboard-check"),
    Status.ISSUED: ("ok", "circle-check"),
}
# where a report stands after each act
_AFTER = {act: move.after for act, move in MOVES.items()} | {
    Act.BEGIN: Status.DRAFT,
    Act.SIGN: Status.ISSUED,
}


@dataclass(frozen=True)
class ReportLine:
    """A period and its newest version, with the status that this had on the day looked at; `issued`
    is the one in force then, where there is one."""

    period: ReportPeriod
    version: Report | None
    status: str
    issued: Report | None
    as_of: date

    @property
    def is_begun(self) -> bool:
        return self.as_of >= self.period.data_from

    @property
    def is_closed(self) -> bool:
        return self.as_of >= self.period.data_to

    @property
    def days_late(self) -> int:
        """Since the day on which the office should have sent it; 0 for one that it sent."""
        return 0 if self.issued else max((self.as_of - self.period.due_on).days, 0)

    @property
    def days_left(self) -> int | None:
        """Until the office sends it; None when that is past or done."""
        left = (self.period.due_on - self.as_of).days
        return None if self.issued or left < 0 else left

    @property
    def is_ad_hoc(self) -> bool:
        return self.period.kind == PeriodKind.AD_HOC

    @property
    def look(self) -> tuple[str, str]:
        """(colour, icon)"""
        if self.version:
            return _LOOKS[self.status]
        if not self.is_begun:
            return "mu", "clock"
        return ("wn", "lock") if self.is_closed else ("go", "half")

    @property
    def words(self) -> str:
        """Where it stands."""
        if self.version is None:
            if not self.is_begun:
                return "Chưa đến kỳ"
            return "Đã chốt số liệu, chưa lập" if self.is_closed else "Đang trong kỳ"
        if self.status == Status.ISSUED:
            return issued_words(self.version)
        words = Status(self.status).label
        if self.version.version > 1:
            return f"Đính chính lần {self.version.version}: {words[0].lower()}{words[1:]}"
        return words


def issued_words(version: Report) -> str:
    """Đã ban hành số 05/BC-VP ngày 20/12/2024"""
    words = f"Đã ban hành số {version.number} ngày {version.issued_on:%d/%m/%Y}"
    return f"{words} (đính chính lần {version.version})" if version.version > 1 else words


def report_lines(plan: Plan, year: int, as_of: date) -> list[ReportLine]:
    """The periods of a year, in the order of their days, the closing one last. Two queries."""
    periods = list(plan.report_periods.filter(year=year))
    acts = ReportAct.objects.filter(report__period__in=periods, at__lt=end_of(as_of))
    newest, issued = {}, {}
    for act in acts.select_related("report").defer("report__snapshot").order_by("pk"):
        version, status = act.report, _AFTER[act.act]
        newest[version.period_id] = (version, status)
        if status == Status.ISSUED:
            issued[version.period_id] = version
    periods.sort(key=lambda period: period.kind == PeriodKind.CLOSING)
    return [ReportLine(p, *newest.get(p.pk, (None, "")), issued.get(p.pk), as_of) for p in periods]


def next_due_first(lines: list[ReportLine]) -> list[ReportLine]:
    """What is still to be sent by its day, the nearest first; then what lies behind, in order."""
    coming = sorted(
        (line for line in lines if line.days_left is not None),
        key=lambda line: line.period.due_on,
    )
    return [*coming, *(line for line in lines if line.days_left is None)]
