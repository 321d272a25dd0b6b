"""The phiếu đôn đốc on paper, in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I: issued by the
coordinating unit, its list as it was frozen on the day of issue."""

from dataclasses import dataclass
from datetime import date

from reports.outline import Letterhead, letterhead_of
from reports.prose import lower_first, prose_date, two
from reports.to_docx import TEMPLATES, fill
from tasks.models import Plan, UrgeLetter
from tasks.pages.urge import as_printed

TEMPLATE = TEMPLATES / "phieu-don-doc.docx"


@dataclass(frozen=True)
class Line:
    code: str
    text: str
    period: str
    due_on: date
    days_late: str


@dataclass(frozen=True)
class Paper:
    """What the Word template may name."""

    letterhead: Letterhead
    number_line: str
    date_line: str
    title: str
    subject: str
    addressee: str
    opening: str
    lines: tuple[Line, ...]
    request: str
    words: str
    recipients: tuple[str, ...]
    signer_title: str
    signer: str
    demo: bool


def urge_letter_paper(letter: UrgeLetter, plan: Plan) -> Paper:
    """No query; `letter` comes with its unit and author, `plan` with its office and coordinator."""
    head = letterhead_of(plan)
    coordinator, unit = plan.coordinator, letter.unit
    office = f"{head.agency} {head.superior}".strip()
    day = letter.issued_on
    lines = tuple(
        Line(
            code=line["code"],
            text=line["text"],
            period=line["period"],
            due_on=line["due_on"],
            days_late=two(line["days_late"]),
        )
        for line in as_printed(letter.lines)
    )
    return Paper(
        letterhead=Letterhead(office, coordinator.name.upper(), head.place, ""),
        number_line=f"Số: {two(letter.number)}/PĐĐ-{coordinator.code}",
        date_line=f"{head.place}, ngày {day.day:02} tháng {_month(day.month)} năm {day.year}",
        title="PHIẾU ĐÔN ĐỐC",
        subject="Về thực hiện các nhiệm vụ cải cách hành chính quá hạn",
        addressee=unit.name,
        opening=(
            f"Theo dõi, đôn đốc việc thực hiện Kế hoạch {lower_first(plan.subject)}, "
            f"tính đến ngày {prose_date(day)}, {unit.name} còn {two(len(lines))} nhiệm vụ quá "
            "thời hạn như sau:"
        ),
        lines=lines,
        request=(
            f"Đề nghị {unit.name} khẩn trương hoàn thành và trả lời {coordinator.name} trước ngày "
            f"{prose_date(letter.answer_by)} về từng nhiệm vụ: hẹn ngày hoàn thành, lý do chậm hoặc "
            "kiến nghị."
        ),
        words=letter.words,
        recipients=("Như trên;", "Lãnh đạo Văn phòng (b/cáo);", f"Lưu: {coordinator.code}."),
        signer_title=(letter.by.title or "Người lập phiếu").upper(),
        signer=letter.by.full_name,
        demo=plan.has_demo_data,
    )


def urge_letter_docx(paper: Paper) -> bytes:
    return fill(TEMPLATE, paper=paper)


def _month(month: int) -> str:
    """Months 1 and 2 take a zero (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{month:02}" if month <= 2 else str(month)
