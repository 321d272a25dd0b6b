"""The Ministry's statistics form of one report, line by line, ready to copy."""

from dataclasses import dataclass
from datetime import date

from django.forms import BoundField

from reports.freezing import frozen_report
from reports.models import Report, ReportPeriod, StatisticValue
from reports.statistics import FORM, StatLine, statistic_lines
from reports.statistics_form import NOTE, SEEN_NOTE, SEEN_VALUE, VALUE, VERSION, StatisticsForm
from tasks.buckets import Bucket
from tasks.filters import EVERYTHING, FINISHED
from tasks.ledger import read_window
from tasks.viewing import Viewing

# what fills a counted field: in words, and the status that the plan table shows its rows by
_COUNTED = {
    "planned": ("mọi kỳ thực hiện của năm", EVERYTHING),
    "done": ("đã hoàn thành", FINISHED),
    "on_time": ("hoàn thành đúng hạn", Bucket.DONE_ON_TIME.value),
    "late": ("hoàn thành quá hạn", Bucket.DONE_LATE.value),
    "overdue": ("đang thực hiện quá hạn", Bucket.OPEN_OVERDUE.value),
}
_BY_CODE = {field.code: field.counted for field in FORM if field.counted}


@dataclass(frozen=True)
class SheetLine:
    """`field`s only where this person may type; `conflict`: what somebody else wrote meanwhile."""

    line: StatLine
    source: str
    href: str
    today: str  # what the books say now, where a frozen figure differs
    value: BoundField | None = None
    note: BoundField | None = None
    seen: tuple[BoundField, ...] = ()
    conflict: StatisticValue | None = None

    @property
    def anchor(self) -> str:
        return "tk-" + self.line.code.replace(".", "-")


@dataclass(frozen=True)
class Sheet:
    lines: tuple[SheetLine, ...]
    end: date
    is_frozen: bool

    @property
    def missing(self) -> int:
        return sum(entry.line.is_empty for entry in self.lines)

    @property
    def column(self) -> str:
        """The values one below the other, a heading an empty line, as the Ministry's table has it."""
        return "\n".join(entry.line.value for entry in self.lines)


def kept_values(report: Report | None) -> dict[str, StatisticValue]:
    """By code. One query."""
    if report is None:
        return {}
    return {value.code: value for value in report.statistic_values.select_related("by")}


def read_sheet(
    viewing: Viewing,
    period: ReportPeriod,
    report: Report | None,
    kept: dict[str, StatisticValue],
    form: StatisticsForm | None = None,
    conflicts: dict[str, StatisticValue] | None = None,
) -> Sheet:
    """As frozen with the report, or as the books and the typed figures say on the day looked at."""
    frozen = frozen_report(report) if report and not report.is_draft else None
    end = frozen.end if frozen else max(min(viewing.as_of, period.data_to), period.data_from)
    books = statistic_lines(read_window(viewing.plan, period.data_from, end), kept)
    now = {line.code: line.value for line in books}
    lines = frozen.statistics if frozen else books
    return Sheet(
        lines=tuple(_line(viewing, line, end, now, form, conflicts or {}) for line in lines),
        end=end,
        is_frozen=frozen is not None,
    )


def _line(viewing, line: StatLine, end, now, form, conflicts) -> SheetLine:
    if line.counted:
        words, status = _COUNTED[_BY_CODE[line.code]]
        href = viewing.url(
            "tasks:plan", nam=str(end.year), tinh_den=end.isoformat(), trang_thai=status
        )
        today = now.get(line.code, line.value)
        source = f"Sổ theo dõi: {words}, tính đến {end:%d/%m/%Y}"
        return SheetLine(line, source, href, today if today != line.value else "")
    if form is None or line.heading:
        return SheetLine(line, "", "", "")
    return SheetLine(
        line,
        "",
        "",
        "",
        value=form[f"{VALUE}-{line.code}"],
        note=form[f"{NOTE}-{line.code}"],
        seen=tuple(form[f"{name}-{line.code}"] for name in (VERSION, SEEN_VALUE, SEEN_NOTE)),
        conflict=conflicts.get(line.code),
    )
