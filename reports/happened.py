"""Thay đổi: what is in another bucket than some days ago, and than in the last report."""

from dataclasses import dataclass
from datetime import date, timedelta

from reports.marks import TILE_OF, Marks, Number, Opener, cut, lowered
from reports.models import ReportPeriod
from reports.models.periods import PeriodKind
from tasks.buckets import Bucket
from tasks.changes import buckets_on, changed, key_of
from tasks.filters import EVERYTHING

DAYS_BACK = 7
TILES = 16


@dataclass(frozen=True)
class CutOff:
    """The last day of which a report tells."""

    on: date
    name: str  # quý I năm 2024


@dataclass(frozen=True)
class Since:
    title: str
    day: date
    total: Number
    numbers: tuple[Number, ...]  # by the bucket of now; they add up to the total
    marks: Marks


def read_cut_offs(plan) -> tuple[CutOff, ...]:
    """Of the regular reports, in their order. One query."""
    periods = ReportPeriod.objects.filter(plan=plan).exclude(
        kind__in=(PeriodKind.AD_HOC, PeriodKind.CLOSING)
    )
    return tuple(CutOff(p.data_to, p.name) for p in periods.order_by("data_to", "data_from"))


def read_changes(ledger, marks, cut_offs, opener: Opener) -> tuple[Since, ...]:
    """In the last days, and since the last report before the day. One query."""
    week = ledger.as_of - timedelta(days=DAYS_BACK)
    last = max((c for c in cut_offs if c.on < ledger.as_of), key=lambda c: c.on, default=None)
    asked = [(week, f"Trong {DAYS_BACK} ngày qua")]
    if last:
        asked.append((last.on, f"Từ báo cáo {last.name}"))
    days = tuple(day for day, _ in asked)
    then = buckets_on(ledger, days, known_only=opener.known_only)
    return tuple(
        _since(title, day, changed(ledger, then[day]), marks, opener) for day, title in asked
    )


def _since(title, day, found, marks, opener) -> Since:
    mark = day.isoformat()
    numbers = tuple(
        opener.number(n, bucket, lowered(bucket.label), TILE_OF[bucket], thay_doi_tu=mark)
        for bucket in Bucket
        if (n := sum(o.bucket == bucket for o in found))
    )
    return Since(
        title=title,
        day=day,
        total=opener.number(len(found), EVERYTHING, "việc đổi tình trạng", thay_doi_tu=mark),
        numbers=numbers,
        marks=cut([marks[key_of(o)] for o in found], TILES, opener.plan(thay_doi_tu=mark)),
    )
