"""The figures of the Ministry's form that people type, written all together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from cchc import audit
from reports.models import Report, StatisticValue
from reports.statistics import CODES, COUNTED, measured
from reports.writing import may_write
from tasks.workflow import NotAllowed


@dataclass(frozen=True)
class Typed:
    """What a person typed for a field; `seen_version` 0: they saw it empty."""

    code: str
    value: str
    note: str
    seen_version: int


class StaleStatistics(Exception):
    """Somebody else wrote some of these figures first; `kept` is what stands now, by code."""

    def __init__(self, kept: dict[str, StatisticValue]):
        self.kept = kept


@transaction.atomic
def set_statistics(*, report: Report, typed: list[Typed], by, at: datetime) -> int:
    """How many figures changed. One that another person wrote meanwhile refuses them all, unless it
    says the same."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not may_write(by, report.period.plan):
        raise PermissionDenied
    if not report.is_draft:
        raise NotAllowed("Báo cáo đã trình lãnh đạo: số liệu không sửa được nữa.")
    known = {value.code: value for value in report.statistic_values.select_related("by")}
    changed = [wanted for wanted in map(_checked, typed) if not _is_kept(wanted, known)]
    stale = [t.code for t in changed if _version(t.code, known) != t.seen_version]
    if stale:
        raise StaleStatistics({code: known[code] for code in stale if code in known})
    for wanted in changed:
        _write(report, wanted, known.get(wanted.code), by, at)
    return len(changed)


def _checked(typed: Typed) -> Typed:
    if typed.code not in CODES or typed.code in COUNTED:
        raise NotAllowed(f"Chỉ tiêu thống kê {typed.code} không nhập tay.")
    return Typed(typed.code, measured(typed.code, typed.value), typed.note, typed.seen_version)


def _is_kept(typed: Typed, known) -> bool:
    kept = known.get(typed.code)
    return (typed.value, typed.note) == ((kept.value, kept.note) if kept else ("", ""))


def _version(code: str, known) -> int:
    return known[code].version if code in known else 0


def _write(report, typed: Typed, kept, by, at) -> None:
    values = {"value": typed.value, "note": typed.note, "by": by, "at": at}
    if kept:
        report.statistic_values.filter(pk=kept.pk).update(**values, version=F("version") + 1)
    else:
        StatisticValue.objects.create(report=report, code=typed.code, **values)
    told = {"code": typed.code, "from": kept.value if kept else "", "to": typed.value}
    audit.record(by=by, verb="statistic_set", target=report, at=at, **told)
