"""How much our making of the PDF adds to the layout itself: a report of some 60 pages.

    python -m bench.report_pdf [runs]

No database: the report is an invented one with the plan's table made long. Compares `report_pdf`
(charts, template, PDF/A) with bare WeasyPrint on the same finished HTML; both print their median,
in seconds of the processor, which other work on the machine does not lengthen.
Aim: a ratio of at most 1.3.
"""

import os
import sys
from dataclasses import replace
from statistics import median
from time import process_time

import django

TASKS = 25  # of the plan
COPIES = 4
TEXT = (
    "Kiểm soát chất lượng các quy định thủ tục hành chính trong dự thảo văn bản quy phạm pháp luật "
    "thuộc thẩm quyền ban hành của Hội đồng nhân dân, Ủy ban nhân dân tỉnh, bảo đảm đơn giản, dễ "
    "hiểu, dễ thực hiện; niêm yết, công khai đầy đủ, kịp thời các thủ tục hành chính."
)


def long_report():
    from reports.sample import sample_report

    report = sample_report()
    (area,) = report.areas
    line = replace(area.lines[0], text=TEXT, lead="Trung tâm Phục vụ - Kiểm soát TTHC")
    lines = tuple(replace(line, code=f"I.{n}") for n in range(1, TASKS * COPIES + 1))
    results = tuple(
        replace(section, paragraphs=section.paragraphs * 12)
        if section.level == 2
        else replace(
            section,
            paragraphs=tuple(replace(p, text=f"{TEXT}\n{TEXT}") for p in section.paragraphs * 10),
        )
        for section in report.sections
    )
    return replace(
        report,
        sections=results,
        areas=(replace(area, lines=lines),),
        next_tasks=tuple(replace(t, text=TEXT) for t in report.next_tasks * TASKS * 4),
        documents=report.documents * TASKS * 8,
    )


def bare_pdf(html: str) -> bytes:
    from weasyprint import HTML

    from reports.to_pdf import ASSETS, AssetFetcher

    return HTML(string=html, base_url=ASSETS, url_fetcher=AssetFetcher()).write_pdf()


def timed(make, *arguments) -> tuple[float, bytes]:
    begun = process_time()
    made = make(*arguments)
    return process_time() - begun, made


def main(runs: int = 3) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cchc.settings")
    django.setup()
    import pypdfium2

    from reports.to_pdf import report_html, report_pdf

    report = long_report()
    html = report_html(report)
    bare_pdf("<p>x")  # fonts are looked for once
    ours, bare = [], []
    for _ in range(max(runs, 3)):  # turn about, so that a busy machine is unfair to neither
        seconds, made = timed(report_pdf, report)
        ours.append(seconds)
        bare.append(timed(bare_pdf, html)[0])
    pages = len(pypdfium2.PdfDocument(made))
    ratio = median(ours) / median(bare)
    print(f"{pages} pages, {len(ours)} runs each")
    print(f"report_pdf      median {median(ours):.2f} s")
    print(f"bare WeasyPrint median {median(bare):.2f} s")
    print(f"ratio {ratio:.2f} (aim: at most 1.3)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
