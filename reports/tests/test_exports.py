"""The files are opened again and read: what stands in them, and how it is laid out."""

import re
from datetime import date, datetime
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from jinja2.exceptions import SecurityError, UndefinedError
from openpyxl import load_workbook

from reports.attachments import attachments_of
from reports.building import build_report
from reports.plan_export import build_plan_export
from reports.tests.scene import citation, finish, slot, year_of
from reports.to_docx import report_docx
from reports.to_pdf import RefusedAddress, pdf_of, plan_pdf, report_pdf
from reports.to_plan_xlsx import plan_xlsx
from reports.to_xlsx import number_of, report_xlsx
from tasks.ledger import read_year

pytestmark = pytest.mark.one_engine

HOSTILE = "=1+1 <img src=file:///etc/passwd> {{7*7}} {% raise %} & <script>x</script>"
MM = 72 / 25.4


def squeezed(text):
    return re.sub(r"\s+", "", text)


def docx_text(document):
    """All words in their order, tables too."""
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def xlsx_text(book):
    return "\n".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def pdf_text(content, tables=True):
    """The lines as they are printed, and then (slowly) the tables' cells, each in one piece."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
        found = [page.extract_tables() for page in pdf.pages] if tables else []
        rows = [row for page in found for table in page for row in table]
    return "\n".join([*pages, *(cell or "" for row in rows for cell in row)])


@pytest.fixture
def word(word_bytes):
    return Document(BytesIO(word_bytes))


@pytest.fixture
def excel(excel_bytes):
    return load_workbook(BytesIO(excel_bytes))


def test_the_same_words_and_figures_stand_in_all_three(report, word, excel, pdf):
    texts = [squeezed(docx_text(word)), squeezed(xlsx_text(excel)), squeezed(pdf_text(pdf))]
    wanted = [
        "318/318 phản ánh, kiến nghị, đạt 100%",
        "Báo cáo số 195/BC-VP",
        "58/KH-UBND",
        "210/KH-VP ngày 20/12/2024, đúng hạn 30/12/2024; kết quả thuộc báo cáo năm 2025",
        "trong năm có 23 nhiệm vụ: 06 hoàn thành đúng hạn, 01 hoàn thành quá hạn",
        "Trong kỳ chưa có kết quả được xác nhận.",
    ]
    for text in texts:
        for words in wanted:
            assert squeezed(words) in text
        assert "KHÔNGĐƯỢCNÓI" not in text
    for section in report.sections:
        for paragraph in section.paragraphs:
            assert all(squeezed(paragraph.text) in text for text in texts)


def test_the_table_of_figures_is_the_same_in_all_three(report, word, excel, pdf):
    wanted = [(line.label, str(line.occurrences), str(line.rows)) for line in report.figures]
    (table,) = (t for t in word.tables if t.rows[0].cells[1].text == "Tình trạng")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [tuple(row[1:4]) for row in rows[:-1]] == wanted
    assert rows[-1][1:4] == ["Tổng số", str(report.total), str(report.row_total)]
    sheet = excel["Phụ lục II - Số liệu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=12)]
    assert [(row[0], str(row[1]), str(row[3])) for row in rows[:-1]] == wanted
    assert rows[-1] == ["Tổng số", report.total, report.last_year_total, report.row_total]
    with pdfplumber.open(BytesIO(pdf)) as opened:
        (page,) = (p for p in opened.pages if "SỐ LIỆU VÀ CHỈ TIÊU" in p.extract_text())
        rows = page.extract_tables()[0]
    assert [tuple(row[1:4]) for row in rows[1:8]] == wanted


# Word


def test_word_has_its_parts_in_the_order_of_the_decree(word, report):
    text = docx_text(word)
    order = [
        "UBND TỈNH QUẢNG NGÃI",
        "VĂN PHÒNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-VP",
        "Quảng Ngãi, ngày … tháng … năm …",
        "BÁO CÁO",
        "Công tác cải cách hành chính năm 2024",
        *[section.heading for section in report.sections],
        "kính báo cáo./.",
        "Nơi nhận:",
        "- Lưu: VT, HCQT.",
        "CHÁNH VĂN PHÒNG",
        "Đỗ Quang",
        *(attachment.title for attachment in attachments_of(report)),
    ]
    place = 0
    for part in order:
        place = text.index(part, place) + len(part)


def test_word_repeats_the_head_of_the_task_table_and_leaves_no_tag(word):
    (table,) = (t for t in word.tables if t.rows[0].cells[-1].text == "Tình trạng")
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(table.rows) == 1 + 7 + 25
    assert "{%" not in docx_text(word)
    assert "{{" not in docx_text(word)


@pytest.mark.parametrize(
    ("field", "refusal"),
    [
        ("{{ report.__class__.__mro__ }}", SecurityError),
        ("{{ report.no_such_thing }}", UndefinedError),
    ],
)
def test_a_template_cannot_reach_into_the_program(report, tmp_path, field, refusal):
    document = Document()
    document.add_paragraph(field)
    document.save(tmp_path / "edited.docx")
    with pytest.raises(refusal):
        report_docx(report, tmp_path / "edited.docx")


# PDF


def test_pdf_has_the_paper_the_font_and_the_sizes_of_the_decree(pdf):
    with pdfplumber.open(BytesIO(pdf)) as opened:
        fonts = {char["fontname"].partition("+")[2] for p in opened.pages for char in p.chars}
        first, second = opened.pages[:2]
        assert (round(first.width / MM), round(first.height / MM)) == (210, 297)
        words = second.extract_words(extra_attrs=["size"])
        body = [w for w in words if 20 * MM < w["top"] < 277 * MM]
        assert min(w["x0"] for w in body) / MM == pytest.approx(30, abs=0.5)
        assert max(w["x1"] for w in body) / MM == pytest.approx(195, abs=0.5)
        assert {round(w["size"], 1) for w in body} == {14}
        head = {w["text"]: round(w["size"], 1) for w in first.extract_words(extra_attrs=["size"])}
        assert (head["CỘNG"], head["Độc"], head["BÁO"]) == (12, 13, 14)
    assert fonts and all(name.startswith("Tinos") for name in fonts)


def test_pdf_numbers_pages_top_centre_from_the_second_and_appendices_anew(report, pdf):
    numbers = []
    with pdfplumber.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            top = page.crop((0, 0, page.width, 19 * MM)).extract_words()
            found = [w for w in top if w["text"].isdigit()]
            for word in found:
                middle = (word["x0"] + word["x1"]) / 2 / MM
                assert middle == pytest.approx(30 + (page.width / MM - 45) / 2, abs=1)
            assert any(w["text"] == "DỰ" for w in top)
            starts = page.extract_text().partition("\n")[2][:12]
            numbers.append((starts, [int(w["text"]) for w in found], page.width > page.height))
    assert numbers[0][1] == []
    assert numbers[1][1] == [2]
    appendices = [at for at, page in enumerate(numbers) if page[0].startswith("Phụ lục")]
    assert len(appendices) == len(attachments_of(report))
    for at, after in pairwise([*appendices, len(numbers)]):
        shown = [page[1] for page in numbers[at:after]]
        assert shown == [[], *([number] for number in range(2, after - at + 1))]
        assert len({page[2] for page in numbers[at:after]}) == 1
    assert not any(page[2] for page in numbers[: appendices[0]])


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://asset.invalid/cchc/../../settings.py",
        "https://asset.invalid/cchc/icons.svg",
        "https://asset.invalid/cchc/no-such.css",
        "data:text/html,x",
    ],
)
def test_the_pdf_maker_fetches_nothing_but_our_stylesheet_and_fonts(address):
    with pytest.raises(RefusedAddress):
        pdf_of(f'<p>x</p><img src="{address}">')


# Excel


def test_excel_rows_add_up_to_the_parts(excel, report):
    sheet = excel["Phụ lục I"]
    head = [cell.value for cell in sheet[4]]
    groups = [row[head.index("Nhóm thống kê")].value for row in sheet.iter_rows(min_row=5)]
    for line in report.figures:
        assert groups.count(line.label) == line.rows


def test_excel_has_dates_as_dates_and_numbers_as_numbers(excel):
    sheet = excel["Phụ lục I"]
    head = [cell.value for cell in sheet[4]]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    done = rows["I.3"][head.index("Ngày hoàn thành")]
    assert (done.value, done.number_format) == (datetime(2024, 4, 12), "dd/mm/yyyy")
    assert rows["I.3"][head.index("Sản phẩm đã ban hành")].value == 4


def test_excel_is_ready_to_work_with_and_to_print(excel):
    for sheet in excel:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what it means to say nothing
        assert sheet.page_setup.fitToHeight in ((None, 1) if sheet._charts else (0,))
        assert sheet.freeze_panes
        assert sheet.print_title_rows
    assert excel["Phụ lục I"].auto_filter.ref.startswith("A4:")


def test_excel_has_charts_of_its_own_that_follow_the_cells(excel_bytes, report):
    with ZipFile(BytesIO(excel_bytes)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if "charts/chart" in n]
    buckets, areas = charts
    assert buckets.count("<c:ser>") == 2 and 'grouping val="clustered"' in buckets
    assert areas.count("<c:ser>") == len(report.figures) and 'grouping val="stacked"' in areas
    for chart in charts:
        assert "<c:f>'Phụ lục II - " in chart


def test_excel_statistics_are_numbers_where_they_are_figures(excel, report):
    sheet = excel[attachments_of(report)[-1].name]
    found = {row[0].value: row[3].value for row in sheet.iter_rows(min_row=4)}
    assert found["1.1"] == report.total
    assert [number_of(text) for text in ("1.234", "98,5", "-3", "3/4", "1.23", "", "=1+1")] == [
        *(1234, 98.5, -3),
        *("3/4", "1.23", "", "=1+1"),
    ]


# Words that a person meant as something else


def test_what_a_person_typed_is_printed_as_typed(played, hoa, thu):
    assignment = slot("VI.2/2024", "TTCBTH")
    document = citation(assignment, "1/{{7*7}}", date(2024, 10, 1), HOSTILE, "=CMD()")
    finish(assignment, document, by=hoa, verifier=thu, result=HOSTILE)
    report = build_report(year_of(played, 2024), date(2025, 1, 10))
    export = build_plan_export(played, 2024, date(2025, 1, 10), thu)
    books = [load_workbook(BytesIO(make)) for make in (report_xlsx(report), plan_xlsx(export))]
    texts = [
        docx_text(Document(BytesIO(report_docx(report)))),
        pdf_text(report_pdf(report), tables=False),
        *map(xlsx_text, books),
    ]
    for text in texts:
        assert squeezed(HOSTILE) in squeezed(text)
    assert "1/{{7*7}}" in squeezed(pdf_text(plan_pdf(export)))
    for book in books:
        assert not any(cell.data_type == "f" for s in book for row in s.iter_rows() for cell in row)


# The plan


def test_the_plans_files_have_the_plan_verbatim_and_its_figures(played, thu):
    export = build_plan_export(played, 2024, date(2024, 12, 16), thu)
    ledger = read_year(played, 2024, date(2024, 12, 16))
    book = load_workbook(BytesIO(plan_xlsx(export)))
    text = pdf_text(plan_pdf(export))
    for task in played.tasks.all():
        assert task.text in xlsx_text(book)
        assert squeezed(task.text.split(",")[0][:30]) in squeezed(text)
    rows = [[cell.value for cell in row] for row in book["Tổng hợp"].iter_rows(min_row=4)]
    assert [row[1] for row in rows] == [*ledger.counts.values(), len(ledger.occurrences)]
    assert [row[2] for row in rows] == [*ledger.row_counts.values(), len(ledger.rows)]
    assert "tính đến ngày 16/12/2024" in text
    assert "14/KH-VP" in squeezed(text)


def test_the_plans_pdf_is_landscape_with_the_head_on_every_page(played, thu):
    export = build_plan_export(played, 2024, date(2024, 12, 16), thu)
    with pdfplumber.open(BytesIO(plan_pdf(export))) as pdf:
        assert all(page.width > page.height for page in pdf.pages)
        assert all("Nhiệm vụ cụ thể" in page.extract_text() for page in pdf.pages)
