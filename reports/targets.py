"""The plan's targets (section II) as lines of a report; figures and verdicts are the indicators'."""

from dataclasses import dataclass
from datetime import date

from indicators.models import Indicator
from indicators.reading import Line, read_indicators
from indicators.verdicts import Verdict
from reports.prose import one_paragraph
from tasks.models import Plan


@dataclass(frozen=True)
class TargetLine:
    code: str
    text: str
    kind: str
    aim: str
    measured: bool
    result: str
    verdict: str
    note: str
    is_index: bool  # told in the text: an index of the office, which no task of the plan answers
    missed: bool


def read_targets(plan: Plan, year: int, as_of: date) -> tuple[TargetLine, ...]:
    return tuple(_line(line) for line in read_indicators(plan, year, as_of))


def _line(line: Line) -> TargetLine:
    found = line.standing
    measured = found.pk is not None
    return TargetLine(
        code=line.code,
        text=line.text,
        kind=line.kind_label,
        aim=line.target,
        measured=measured,
        result=f"{found.value} ({found.fraction})" if found.fraction else found.value,
        verdict=_verdict(line) if measured else "",
        note=one_paragraph(found.note) if measured else _last_known(line),
        is_index=line.kind == Indicator.Kind.RANK,
        missed=line.verdict == Verdict.NOT_MET and line.is_due,
    )


def _verdict(line: Line) -> str:
    """What is not due yet is not missed: "Chưa đạt mức của năm 2025"."""
    label = Verdict(line.verdict).label
    if line.verdict == Verdict.NOT_MET and not line.is_due:
        return f"{label} mức của năm {line.deadline_year}"
    return label


def _last_known(line: Line) -> str:
    """Of the newest earlier year that has a figure: "Năm 2023: hạng 2/19"."""
    for result in reversed(line.earlier):
        if result.pk is not None:
            return f"Năm {result.year}: {result.value}"
    return ""
