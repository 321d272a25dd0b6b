"""Whether what is kept fits together: rows and files both ways, the audit chain, totals and their
parts, states and their history. Each check yields sentences, none when all is well."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from cchc import audit, files
from cchc.clock import local_day
from cchc.models import StoredFile
from cchc.stores import CHUNK
from reports.models import Report, ReportFile
from tasks import ledger, rebuilding
from tasks.models import Assignment, Plan

GOING_ON = timedelta(hours=1)  # what is younger may be of an upload that has not ended
MADE = (ReportFile.Kind.WORD, ReportFile.Kind.PDF, ReportFile.Kind.EXCEL)


def missing_files() -> Iterator[str]:
    """Every row's file, read whole."""
    rows = StoredFile.objects.order_by("sha256", "pk").values_list("pk", "name", "sha256", "size")
    seen, found = "", None
    for pk, name, sha256, size in rows.iterator():
        if sha256 != seen:
            seen, found = sha256, _measured(sha256)
        if found is None:
            yield f"Tệp số {pk} “{name}”: không còn trong kho."
        elif found[0] != sha256:
            yield f"Tệp số {pk} “{name}”: nội dung trong kho đã bị đổi (sha256 khác)."
        elif found[1] != size:
            yield f"Tệp số {pk} “{name}”: kho có {found[1]} byte, sổ ghi {size}."


def _measured(sha256: str) -> tuple[str, int] | None:
    digest, size = hashlib.sha256(), 0
    try:
        with files.open_stored(sha256) as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest(), size


def stray_files() -> Iterator[str]:
    for sha256 in files.strays(GOING_ON):
        yield f"Tệp thừa trong kho, không dòng nào nhắc đến: {sha256}"
    for name in files.interrupted(GOING_ON):
        yield f"Phần tải lên dở dang: {name}"


def incomplete_reports() -> Iterator[str]:
    """An issued report keeps the files that were made when it was issued."""
    issued = Report.objects.filter(status=Report.Status.ISSUED)
    for report in issued.select_related("period").prefetch_related("files"):
        kept = {one.kind for one in report.files.all()}
        for kind in MADE:
            if kind not in kept:
                yield f"Báo cáo số {report.number} ({report.period.name}): không có bản {kind.label}."


def broken_chain(at: datetime) -> Iterator[str]:
    audit.seal()
    found = audit.verify(at=at)
    if found.broken:
        yield f"Chuỗi nhật ký: {found.broken}"
    if found.unsealed:
        yield f"Chuỗi nhật ký: {found.unsealed} bản ghi chưa niêm."


def differing_totals(at: datetime) -> Iterator[str]:
    """Each plan and year as it stands today: the whole against its areas, which are read one by one,
    against its buckets, and against a plain count of the year's rows."""
    for plan in Plan.objects.order_by("pk"):
        areas = list(plan.areas.values_list("pk", flat=True))
        for year in plan.years():
            yield from _differing(plan, areas, year, at)


def _differing(plan: Plan, areas: list[int], year: int, at: datetime) -> Iterator[str]:
    day, name = local_day(at), f"Kế hoạch {plan.code}, năm {year}"
    whole = ledger.read_year(plan, year, day)
    parts = [ledger.read_year(plan, year, day, only=Q(task__area=area)) for area in areas]
    for what, total, counted in (
        ("kỳ thực hiện", whole.counts, [part.counts for part in parts]),
        ("phần việc", whole.row_counts, [part.row_counts for part in parts]),
    ):
        added = sum(map(Counter, counted), Counter())
        for bucket, number in total.items():
            if added[bucket] != number:
                yield f"{name}: {what} {bucket.label.lower()} là {number}, cộng các lĩnh vực là {added[bucket]}."
    for what, total, rows in (
        ("kỳ thực hiện", whole.counts, whole.occurrences),
        ("phần việc", whole.row_counts, whole.rows),
    ):
        if sum(total.values()) != len(rows):
            yield f"{name}: có {len(rows)} {what}, cộng các nhóm là {sum(total.values())}."
    own = Assignment.objects.filter(task__plan=plan, year=year).count()
    read = sum(row.year == year for row in whole.rows)
    if own != read:
        yield f"{name}: có {own} phần việc của năm, sổ đọc được {read}."


def differing_states() -> Iterator[str]:
    for one in rebuilding.differences(Assignment.objects.all()):
        yield f"Tình trạng: {one}"
