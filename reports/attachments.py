"""Which appendices a report has, in their order, with their numbers: the same in every file."""

from dataclasses import dataclass

from reports.building import PeriodReport
from reports.outline import roman

TASKS, FIGURES, LATE, URGES = "tasks", "figures", "late", "urges"
DOCUMENTS, NEXT, STATISTICS = "documents", "next", "statistics"


@dataclass(frozen=True)
class Attachment:
    kind: str
    name: str  # "Phụ lục I"; of a single one "Phụ lục" (Nghị định 30/2020/NĐ-CP, Phụ lục I)
    title: str


def attachments_of(report: PeriodReport) -> tuple[Attachment, ...]:
    """What is empty is left out; the others are numbered in their order."""
    titles = [(kind, title) for kind, filled, title in _all(report) if filled]
    return tuple(
        Attachment(kind, f"Phụ lục {roman(place)}" if len(titles) > 1 else "Phụ lục", title.upper())
        for place, (kind, title) in enumerate(titles, start=1)
    )


def by_kind(report: PeriodReport) -> dict[str, Attachment | None]:
    """For templates: every kind, None where the report has no such appendix."""
    found = {attachment.kind: attachment for attachment in attachments_of(report)}
    return {kind: found.get(kind) for kind, _, _ in _all(report)}


def _all(report: PeriodReport):
    work = "công tác cải cách hành chính"
    return (
        (
            TASKS,
            report.areas,
            f"Tình hình thực hiện các nhiệm vụ cải cách hành chính {report.period_name}",
        ),
        (
            FIGURES,
            report.figures or report.targets,
            f"Số liệu và chỉ tiêu {work} {report.period_name}",
        ),
        (LATE, report.late, f"Nhiệm vụ quá hạn, hoàn thành quá hạn và nguyên nhân {_in(report)}"),
        (URGES, report.urges, f"Tình hình đôn đốc thực hiện nhiệm vụ {_in(report)}"),
        (DOCUMENTS, report.documents, f"Danh mục văn bản đã ban hành {_in(report)}"),
        (NEXT, report.next_tasks, f"Nhiệm vụ cải cách hành chính {report.next_name}"),
        (STATISTICS, report.statistics, f"Biểu thống kê {work} {report.period_name}"),
    )


def _in(report: PeriodReport) -> str:
    return f"trong kỳ báo cáo {report.period_name}"
