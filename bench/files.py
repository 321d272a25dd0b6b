"""How much our making of a file adds to its library: `python -m bench.files excel|pdf|word [runs]`.

Excel: a plan's table of 10,000 rows beside bare XlsxWriter (constant memory) that writes the same
values in the same fonts and borders. PDF: a report of some 60 pages (charts, template, PDF/A) beside
bare WeasyPrint on the same finished HTML. Word: a report of some 20 pages. In seconds of the
processor, which other work on the machine hardly lengthens, ours and the bare one in turn. Prints
JSON.
"""

import json
import os
import subprocess
import sys
from datetime import date
from io import BytesIO
from time import process_time

import django

from bench.databases import ROOT
from bench.invented import long_plan, long_report
from bench.processes import PeakMemory

ROWS = 10_000
PDF_PAGES, WORD_PAGES = 60, 20
CASES = ("excel", "pdf", "word")


def measured(case: str, runs: int) -> dict:
    """In a process of its own: nothing of one case is in another's memory."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.files", case, str(runs)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout)


def timed(make, *arguments) -> float:
    begun = process_time()
    make(*arguments)
    return process_time() - begun


def excel(runs: int) -> dict:
    from reports.to_plan_xlsx import plan_xlsx

    plan = long_plan(ROWS)
    plan_xlsx(long_plan(3))  # what is imported and made ready once
    with PeakMemory() as memory:
        made = plan_xlsx(plan)
    sheets = values_of(made)
    ours, bare = [], []
    for _ in range(runs):
        ours.append(timed(plan_xlsx, plan))
        bare.append(timed(bare_xlsx, sheets))
    rows = max(len(rows) for rows in sheets)
    return {
        "ours": ours,
        "bare": bare,
        "added_mb": memory.added,
        "rows": rows,
        "kB": len(made) // 1024,
    }


def values_of(book: bytes) -> list[list[tuple]]:
    from openpyxl import load_workbook

    read = load_workbook(BytesIO(book), read_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in read.worksheets]


def bare_xlsx(sheets: list[list[tuple]]) -> bytes:
    import xlsxwriter

    out = BytesIO()
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(out, options)
    look = {"border": 1, "text_wrap": True, "valign": "top", "font_name": "Times New Roman"}
    text, number = book.add_format(look), book.add_format(look | {"num_format": "#,##0"})
    day = book.add_format(look | {"num_format": "dd/mm/yyyy", "align": "center"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is None or value == "":
                    sheet.write_blank(n, column, None, text)
                elif isinstance(value, str):
                    sheet.write_string(n, column, value, text)
                elif isinstance(value, date):
                    sheet.write_datetime(n, column, value, day)
                else:
                    sheet.write_number(n, column, value, number)
    book.close()
    return out.getvalue()


def pdf(runs: int) -> dict:
    import pypdfium2

    from reports.to_pdf import report_html, report_pdf

    report = long_report(PDF_PAGES)
    html = report_html(report)
    bare_pdf("<p>x")  # fonts are looked for once
    ours, bare = [], []
    for _ in range(runs):
        begun = process_time()
        made = report_pdf(report)
        ours.append(process_time() - begun)
        bare.append(timed(bare_pdf, html))
    return {"ours": ours, "bare": bare, "pages": len(pypdfium2.PdfDocument(made))}


def bare_pdf(html: str) -> bytes:
    from weasyprint import HTML

    from reports.to_pdf import ASSETS, AssetFetcher

    return HTML(string=html, base_url=ASSETS, url_fetcher=AssetFetcher()).write_pdf()


def word(runs: int) -> dict:
    from reports.to_docx import report_docx

    report = long_report(WORD_PAGES)
    report_docx(report)
    return {"ours": [timed(report_docx, report) for _ in range(runs)]}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cchc.settings")
    django.setup()
    case, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(json.dumps({"excel": excel, "pdf": pdf, "word": word}[case](runs)))
