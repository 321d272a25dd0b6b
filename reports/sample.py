"""An invented report that has something of everything: a template is tried on it before it is used."""

from dataclasses import replace
from datetime import date

from reports.appendices import DocumentLine, LateLine, NextTask, UrgeLine
from reports.building import PeriodReport, Section
from reports.composed import Source
from reports.figures import FigureLine, GroupFigures
from reports.merging import Paragraph, Standing
from reports.models import PeriodKind, Report
from reports.outline import Content, Letterhead
from reports.statistics import StatLine
from reports.table import AreaGroup, SlotLine, TaskLine
from reports.targets import TargetLine
from tasks.buckets import Bucket

DAY = date(2024, 1, 5)
HIDDEN = "Đoạn thử số bốn đã được bỏ"
_SOURCE = Source("I.1", "2024", "Phòng thử", DAY)


def sample_report() -> PeriodReport:
    buckets = list(Bucket)
    groups = (GroupFigures("I", "Nhóm thử", tuple(range(1, len(buckets) + 1))),)
    return PeriodReport(
        kind=PeriodKind.QUARTER_1,
        period_code="quy-1-2024",
        period_name="quý I năm 2024",
        year=2024,
        start=date(2023, 12, 15),
        end=date(2024, 3, 14),
        closes_on=date(2024, 3, 14),
        as_of=date(2024, 3, 15),
        status=Report.Status.DRAFT,
        version=2,
        changes="Nội dung thay đổi thử",
        demo=True,
        letterhead=Letterhead(
            "CƠ QUAN CHỦ QUẢN THỬ", "CƠ QUAN BAN HÀNH THỬ", "Địa danh thử", "BC-THU", "07/BC-THU"
        ),
        title="TÊN LOẠI THỬ",
        subject="Trích yếu thử",
        sections=_sections(),
        recipients=("- Nơi nhận thử một;", "- Nơi nhận thử hai."),
        signer_title="CHỨC VỤ KÝ THỬ",
        signer="Người Ký Thử",
        attached_to="Kèm theo Báo cáo thử",
        total=28,
        row_total=28,
        window_total=28,
        figures=tuple(FigureLine(b.value, b.label, n, n, n, n) for n, b in enumerate(buckets, 1)),
        last_year=2023,
        last_year_source="nguồn thử",
        by_area=groups,
        by_year=groups,
        areas=(AreaGroup("I", "Lĩnh vực thử", 1, 2, (_task(), _task(slots=()))),),
        targets=(
            TargetLine("CT1", "Chỉ tiêu thử", "Loại", "95%", True, "96%", "Đạt", "", True, False),
        ),
        late=(
            LateLine("I.1", "Việc thử", "Phòng thử", DAY, None, 9, "Quá hạn", "Lý do", "", "Hẹn"),
            LateLine("I.2", "Việc thử", "Phòng thử", DAY, DAY, 0, "Quá hạn", "", "Kiến nghị", ""),
        ),
        urges=(UrgeLine(DAY, "Nhắc", "Phòng thử", "I.1", "Lời thử", "Trả lời"),),
        documents=(
            DocumentLine("1/KH-VP", DAY, "Kế hoạch", "Văn phòng", "Về việc thử", ("I.1", "I.2")),
        ),
        next_name="quý II năm 2024",
        next_tasks=(NextTask("I.1", "Việc thử", ("Kế hoạch",), "Phòng thử", "Hằng năm", DAY),),
        statistics=(
            StatLine("1", "Nhóm thử", "", "", "", False, True),
            StatLine("1.1", "Dòng thử", "Nhiệm vụ", "7", "Ghi chú", True, False),
        ),
        recorded_later=1,
    )


def bare_report() -> PeriodReport:
    """The same with nothing in its lists (the statistics form always has its lines)."""
    full = sample_report()
    emptied = {
        name: ()
        for name in (
            *("figures", "by_area", "by_year", "areas", "targets", "late", "urges"),
            *("documents", "next_tasks", "recipients", "sections"),
        )
    }
    return replace(full, **emptied, last_year=None, last_year_source="", signer="", demo=False)


def _sections() -> tuple[Section, ...]:
    words = ("mở đầu thử", "cấp một thử", "cấp hai thử", "cấp ba thử", "kết thử")
    levels = (0, 1, 2, 3, 0)
    contents = (Content.OPENING, *[Content.RESULTS] * 3, Content.CLOSING)
    sections = [
        Section(
            pk=number,
            key=f"thu-{number}",
            level=level,
            heading=f"Đề mục {word}" if level else "",
            content=content,
            paragraphs=(Paragraph(f"doan:{number}", f"Đoạn {word}\nDòng hai {word}", (_SOURCE,)),),
        )
        for number, (word, level, content) in enumerate(
            zip(words, levels, contents, strict=True), 1
        )
    ]
    hidden = Paragraph("bo", HIDDEN, standing=Standing.HIDDEN)
    sections[1] = replace(sections[1], paragraphs=(*sections[1].paragraphs, hidden))
    return tuple(sections)


def _task(slots=None) -> TaskLine:
    slot = SlotLine(
        *("Phòng thử", "PT", "Hoàn thành", Bucket.DONE_ON_TIME.label, DAY, DAY, 1, 1),
        *("Kết quả", ("Kế hoạch số 1/KH-VP",)),
    )
    return TaskLine(
        code="I.1",
        text="Việc thử",
        products=("Kế hoạch",),
        lead="Phòng thử",
        collab="",
        deadline="Hằng năm",
        period_code="2024",
        status="Hoàn thành đúng hạn",
        timing="",
        slots=(slot,) if slots is None else slots,
        results=("Kế hoạch số 1/KH-VP",),
        notes=("Ghi chú",),
    )
