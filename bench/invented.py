"""An invented report and plan, as long as one likes: no database."""

from dataclasses import replace

TEXT = (
    "Kiểm soát chất lượng các quy định thủ tục hành chính trong dự thảo văn bản quy phạm pháp luật "
    "thuộc thẩm quyền ban hành của Hội đồng nhân dân, Ủy ban nhân dân tỉnh, bảo đảm đơn giản, dễ "
    "hiểu, dễ thực hiện; niêm yết, công khai đầy đủ, kịp thời các thủ tục hành chính."
)


def long_report(pages: int):
    """So many pages, or one more or less: text, charts, the plan's table, documents."""
    from reports.sample import sample_report

    size = (pages - 6) / 67

    def times(number: int) -> int:
        return max(1, round(number * size))

    report = sample_report()
    (area,) = report.areas
    line = replace(area.lines[0], text=TEXT, lead="Trung tâm Phục vụ - Kiểm soát TTHC")
    lines = tuple(replace(line, code=f"I.{n}") for n in range(1, times(100) + 1))
    sections = tuple(
        replace(section, paragraphs=section.paragraphs * times(12))
        if section.level == 2
        else replace(
            section,
            paragraphs=tuple(
                replace(p, text=f"{TEXT}\n{TEXT}") for p in section.paragraphs * times(10)
            ),
        )
        for section in report.sections
    )
    return replace(
        report,
        sections=sections,
        areas=(replace(area, lines=lines),),
        next_tasks=tuple(replace(t, text=TEXT) for t in report.next_tasks * times(100)),
        documents=report.documents * times(200),
    )


def long_plan(rows: int):
    """A plan's table with so many rows of one unit each."""
    from reports.plan_export import COLUMNS, PlanExport
    from reports.sample import sample_report

    report = sample_report()
    (area,) = report.areas
    line, slot = area.lines[0], area.lines[0].slots[0]
    lines = tuple(
        replace(
            line,
            code=f"I.{n}",
            text=f"{TEXT[:180]} (nhiệm vụ {n})",
            lead="Trung tâm Phục vụ - Kiểm soát TTHC",
            slots=(replace(slot, result=f"Đã ban hành Báo cáo số {n}/BC-VP: {TEXT[80:170]}"),),
        )
        for n in range(1, rows + 1)
    )
    return PlanExport(
        year=report.year,
        as_of=report.as_of,
        demo=False,
        title_lines=("PHỤ LỤC", "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH"),
        attached_to="",
        columns=COLUMNS,
        filters=(),
        areas=(replace(area, lines=lines),),
        total=rows,
        row_total=rows,
        prior=0,
        figures=(),
        recorded_later=0,
        hides_words=False,
    )
