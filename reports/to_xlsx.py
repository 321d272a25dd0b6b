"""The report's appendices as Excel, from the same values as page, PDF and Word: a sheet for each,
with charts of Excel's own, and the text."""

import re
from dataclasses import replace
from io import BytesIO

from cchc.templatetags.cchc import dmy
from reports.attachments import (
    DOCUMENTS,
    FIGURES,
    LATE,
    NEXT,
    STATISTICS,
    TASKS,
    URGES,
    Attachment,
    attachments_of,
)
from reports.building import PeriodReport
from reports.plan_export import COLUMNS
from reports.sheet_charts import BUCKETS, NO_ZERO, SOLID, bar_chart
from reports.sheets import BOLD, PLAIN, new_book
from reports.to_plan_xlsx import ONE_ROW, as_at, table_sheet, task_sheet

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")


def report_xlsx(report: PeriodReport) -> bytes:
    out = BytesIO()
    with new_book(out) as book:
        book.workbook.set_properties(
            {
                "title": f"{report.title.capitalize()} {report.subject}: phụ lục",
                "author": report.letterhead.agency,
            }
        )
        for attachment in attachments_of(report):
            _WRITERS[attachment.kind](book, attachment, report)
        _text(book, report)
    return out.getvalue()


def number_of(text: str):
    """What a person typed as a figure, as a number ("1.234", "98,5"); else the text."""
    if not _NUMBER.fullmatch(text):
        return text
    plain = text.replace(".", "").replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _titles(attachment: Attachment, report: PeriodReport, *more: str) -> list[str]:
    days = f"Kỳ báo cáo {report.period_words}. {_day_and_draft(report)}"
    return [f"{attachment.name}. {attachment.title}", days, *more]


def _tasks(book, attachment, report):
    titles = _titles(attachment, report, ONE_ROW)
    task_sheet(book, attachment.name, titles, COLUMNS[1:], report.areas)


def _figures(book, attachment, report):
    _buckets(book, f"{attachment.name} - Số liệu", attachment, report)
    for groups, name, what in (
        (report.by_area, "Lĩnh vực", "lĩnh vực"),
        (report.by_year, "Theo năm", "năm"),
    ):
        if groups:
            _groups(book, f"{attachment.name} - {name}", attachment, report, groups, what)
    if report.targets:
        table_sheet(
            book,
            f"{attachment.name} - Chỉ tiêu",
            _titles(attachment, report, "Các chỉ tiêu của Kế hoạch"),
            ("Mã", "Chỉ tiêu", "Mục tiêu", "Kết quả", "Đánh giá", "Ghi chú"),
            ((t.code, t.text, t.aim, t.result, t.verdict, t.note) for t in report.targets),
            (8, 56, 18, 22, 14, 22),
        )


def _buckets(book, name, attachment, report):
    """The two columns that the chart compares stand side by side."""
    columns = [(f"Số nhiệm vụ năm {report.year}", lambda line: line.occurrences, report.total)]
    if report.last_year:
        title = f"Cùng kỳ năm {report.last_year}"
        columns.append((title, lambda line: line.last_year, report.last_year_total))
    columns.append(("Số phần việc của các đơn vị", lambda line: line.rows, report.row_total))
    if report.counts_window:
        columns.append(("Trong kỳ báo cáo", lambda line: line.in_window, report.window_total))
    notes = (
        [f"Số liệu cùng kỳ năm {report.last_year}: theo {report.last_year_source}."]
        if report.last_year_source
        else []
    )
    sheet = book.sheet(name, (40, *[24] * len(columns)))
    sheet.titles(_titles(attachment, report, *notes))
    sheet.head(("Tình trạng", *(title for title, _, _ in columns)))
    for line in report.figures:
        sheet.row((line.label, *(read(line) for _, read, _ in columns)))
    sheet.row(("Tổng số", *(total for _, _, total in columns)), BOLD)
    sheet.lay_out(filtered=False)
    bar_chart(
        sheet,
        f"Số nhiệm vụ theo tình trạng, năm {report.year}",
        rows=len(report.figures),
        series=2 if report.last_year else 1,
        fills=SOLID,
        stacked=False,
    )


def _groups(book, name, attachment, report, groups, what):
    labels = [line.label for line in report.figures]
    title = f"Số nhiệm vụ theo {what} và tình trạng"
    sheet = book.sheet(name, (44, *[13] * (len(labels) + 1)))
    sheet.titles(_titles(attachment, report, title))
    sheet.head((what.capitalize(), *labels, "Tổng số"))
    for group in groups:
        group_name = group.title if what == "năm" else f"{group.code}. {group.title}"
        sheet.row((group_name, *group.counts, group.total), replace(PLAIN, whole=NO_ZERO))
    sheet.lay_out(filtered=False)
    bar_chart(
        sheet,
        f"{title}, {report.period_name}" if what == "năm" else f"{title}, năm {report.year}",
        rows=len(groups),
        series=len(labels),
        fills=BUCKETS,
        stacked=True,
    )


def _late(book, attachment, report):
    names = ("Nhiệm vụ", "Nội dung", "Đơn vị", "Tình trạng", "Thời hạn", "Ngày hoàn thành")
    names += ("Số ngày quá hạn", "Nguyên nhân", "Kiến nghị", "Trả lời đôn đốc")
    rows = (
        (
            *(line.code, line.opening, line.unit, line.status, line.due_on, line.done_on),
            *(line.days_late, line.reason, line.proposal, line.answer),
        )
        for line in report.late
    )
    widths = (11, 40, 22, 16, 12, 12, 10, 34, 30, 30)
    table_sheet(book, attachment.name, _titles(attachment, report), names, rows, widths)


def _urges(book, attachment, report):
    names = ("Ngày", "Hình thức", "Đơn vị", "Nhiệm vụ", "Nội dung đôn đốc", "Trả lời của đơn vị")
    rows = ((u.day, u.rung, u.unit, u.code, u.words, u.answer) for u in report.urges)
    widths = (12, 22, 22, 12, 52, 44)
    table_sheet(book, attachment.name, _titles(attachment, report), names, rows, widths)


def _documents(book, attachment, report):
    names = ("Số, ký hiệu", "Ngày ban hành", "Loại", "Cơ quan ban hành", "Trích yếu", "Nhiệm vụ")
    rows = (
        (d.number, d.issued_on, d.kind, d.issuer, d.summary, ", ".join(d.codes))
        for d in report.documents
    )
    widths = (20, 13, 14, 28, 60, 18)
    table_sheet(book, attachment.name, _titles(attachment, report), names, rows, widths)


def _next_tasks(book, attachment, report):
    names = ("Mã", "Nhiệm vụ cụ thể", "Sản phẩm", "Đơn vị chủ trì", "Thời gian hoàn thành", "Hạn")
    rows = (
        (t.code, t.text, "\n".join(t.products), t.lead, t.deadline, t.due_on)
        for t in report.next_tasks
    )
    widths = (8, 50, 32, 24, 18, 12)
    table_sheet(book, attachment.name, _titles(attachment, report), names, rows, widths)


def _statistics(book, attachment, report):
    sheet = book.sheet(attachment.name, (8, 66, 14, 18, 34))
    sheet.titles(_titles(attachment, report))
    sheet.head(("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Kết quả thống kê", "Ghi chú"))
    for line in report.statistics:
        look = PLAIN if line.unit else BOLD
        note, note_look = line.note, look
        if line.counted:
            note, note_look = note or "Từ sổ theo dõi", replace(PLAIN, italic=not note)
        values = (line.code, line.label, line.unit, number_of(line.value), note)
        sheet.row(values, (look, look, look, look, note_look))
    sheet.lay_out()


def _text(book, report):
    table_sheet(
        book,
        "Nội dung",
        [f"{report.title} {report.subject.upper()}", _day_and_draft(report)],
        ("Mục", "Đề mục", "Nội dung", "Nguồn: nhiệm vụ, đơn vị, ngày"),
        _paragraph_rows(report),
        (8, 26, 76, 30),
    )


def _day_and_draft(report) -> str:
    draft = "" if report.is_issued else " DỰ THẢO."
    return as_at(report.end, report.demo) + draft


def _paragraph_rows(report):
    for section in report.sections:
        for paragraph in section.printed:
            sources = [
                f"{s.code}/{s.period_code}, {s.unit}, {dmy(s.day)}" for s in paragraph.sources
            ]
            yield section.key, section.heading, paragraph.text, "\n".join(sources)


_WRITERS = {
    TASKS: _tasks,
    FIGURES: _figures,
    LATE: _late,
    URGES: _urges,
    DOCUMENTS: _documents,
    NEXT: _next_tasks,
    STATISTICS: _statistics,
}
