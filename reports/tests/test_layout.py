"""Word and PDF measured against Nghị định 30/2020/NĐ-CP, Phụ lục I: paper, margins, letters, places."""

import posixpath
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pdfplumber
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from reports.attachments import attachments_of, by_kind
from reports.report_charts import area_chart, bucket_chart, year_chart
from reports.sample import sample_report
from reports.to_docx import report_docx
from reports.to_pdf import report_pdf

pytestmark = pytest.mark.one_engine

MM = 72 / 25.4
LANDSCAPE = {"tasks", "late", "urges"}


@pytest.fixture(scope="module")
def sample():
    """Something of everything: all seven appendices."""
    return sample_report()


@pytest.fixture(scope="module")
def word_file(sample):
    return report_docx(sample)


@pytest.fixture(scope="module")
def word(word_file):
    return Document(BytesIO(word_file))


@pytest.fixture(scope="module")
def pdf_file(sample):
    return report_pdf(sample)


@pytest.fixture(scope="module")
def pages(pdf_file):
    with pdfplumber.open(BytesIO(pdf_file)) as opened:
        yield [
            (page, page.extract_words(extra_attrs=["size", "fontname"], keep_blank_chars=False))
            for page in opened.pages
        ]


def paragraphs_of(word):
    return [
        paragraph
        for paragraph in word.element.body.iter(qn("w:p"))
        if "".join(t.text or "" for t in paragraph.iter(qn("w:t"))).strip()
    ]


def found(word, text):
    """The first paragraph of the body or of a table that has the text, with its style."""
    for element in paragraphs_of(word):
        if text in "".join(t.text or "" for t in element.iter(qn("w:t"))):
            identity = element.pPr.pStyle.get(qn("w:val")) if element.pPr is not None else "Normal"
            return next(style for style in word.styles if style.style_id == identity)
    raise AssertionError(f"{text!r} is not in the document")


# The appendices


def test_appendices_stand_in_their_order_and_empty_ones_are_left_out(sample):
    kinds = [attachment.kind for attachment in attachments_of(sample)]
    assert kinds == ["tasks", "figures", "late", "urges", "documents", "next", "statistics"]
    names = [attachment.name for attachment in attachments_of(sample)]
    assert names == [f"Phụ lục {n}" for n in ("I", "II", "III", "IV", "V", "VI", "VII")]
    fewer = replace(sample, late=(), urges=())
    assert by_kind(fewer)["late"] is None
    assert by_kind(fewer)["documents"].name == "Phụ lục III"


def test_a_single_appendix_has_no_number(sample):
    emptied = ("areas", "figures", "targets", "late", "urges", "documents", "next_tasks")
    single = replace(sample, **{name: () for name in emptied})
    assert [attachment.name for attachment in attachments_of(single)] == ["Phụ lục"]


# Word


def test_word_has_a_section_for_the_body_and_one_for_each_appendix(word, sample):
    kinds = [None, *(attachment.kind for attachment in attachments_of(sample))]
    assert len(word.sections) == len(kinds)
    for kind, section in zip(kinds, word.sections, strict=True):
        margins = [section.top_margin, section.right_margin, section.bottom_margin]
        assert [round(m.mm, 1) for m in (*margins, section.left_margin)] == [20, 15, 20, 30], kind
        turned = section.orientation == WD_ORIENT.LANDSCAPE
        assert turned == (kind in LANDSCAPE), kind
        size = (round(section.page_width.mm), round(section.page_height.mm))
        assert size == ((297, 210) if turned else (210, 297))
        assert section.different_first_page_header_footer
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_word_shows_the_page_number_top_centre_from_page_two(word):
    number, mark = word.sections[0].header.paragraphs
    assert "PAGE" in "".join(t.text or "" for t in number._p.iter(qn("w:instrText")))
    assert number.style.paragraph_format.alignment == ALIGN.CENTER
    assert number.style.font.size in (Pt(13), Pt(14))
    first = word.sections[0].first_page_header.paragraphs
    assert not list(first[0]._p.iter(qn("w:instrText")))
    assert mark.text == first[1].text == "DỰ THẢO - DỮ LIỆU MINH HỌA"
    for section in word.sections[1:]:
        assert section.header.is_linked_to_previous


@pytest.mark.parametrize(
    ("text", "size", "bold", "italic", "align"),
    [
        ("CƠ QUAN CHỦ QUẢN THỬ", 12, False, False, ALIGN.CENTER),
        ("CƠ QUAN BAN HÀNH THỬ", 12, True, False, ALIGN.CENTER),
        ("CỘNG HÒA XÃ HỘI", 12, True, False, ALIGN.CENTER),
        ("Độc lập - Tự do", 13, True, False, ALIGN.CENTER),
        ("Số: 07/BC-THU", 13, False, False, ALIGN.CENTER),
        ("Địa danh thử, ngày", 13, False, True, ALIGN.CENTER),
        ("TÊN LOẠI THỬ", 14, True, False, ALIGN.CENTER),
        ("Trích yếu thử", 14, True, False, ALIGN.CENTER),
        ("Đoạn cấp một thử", 14, None, None, ALIGN.JUSTIFY),
        ("ĐỀ MỤC", 14, True, False, ALIGN.JUSTIFY),
        ("CHỨC VỤ KÝ THỬ", 14, True, False, ALIGN.CENTER),
        ("Người Ký Thử", 14, True, False, ALIGN.CENTER),
        ("Nơi nhận:", 12, True, True, ALIGN.LEFT),
        ("- Nơi nhận thử một;", 11, False, False, ALIGN.LEFT),
        ("Phụ lục I", 14, True, False, ALIGN.CENTER),
        ("(Kèm theo Báo cáo thử)", 14, False, True, ALIGN.CENTER),
    ],
)
def test_word_components_have_the_letters_of_the_decree(
    word, sample, text, size, bold, italic, align
):
    text = sample.sections[1].heading if text == "ĐỀ MỤC" else text
    style = found(word, text)
    assert style.font.size == Pt(size)
    assert bool(style.font.bold) == bool(bold)
    assert bool(style.font.italic) == bool(italic)
    assert style.paragraph_format.alignment == align


def test_word_headings_are_headings_that_stay_with_their_text(word, sample):
    for level in (1, 2, 3):
        style = found(word, sample.sections[level].heading)
        assert style.name == f"Heading {level}"
        assert style.paragraph_format.keep_with_next
        assert style.paragraph_format.keep_together
    assert found(word, "Phụ lục I").base_style.name == "Heading 1"
    assert found(word, "Đoạn kết thử").paragraph_format.keep_with_next


def test_word_body_text_is_set_as_the_decree_says(word):
    style = found(word, "Đoạn cấp một thử").paragraph_format
    assert 1 <= round(style.first_line_indent.cm, 2) <= 1.27
    assert style.space_after >= Pt(6)
    assert 1 <= style.line_spacing <= 1.5


def test_word_is_times_new_roman_in_vietnamese_in_every_slot(word):
    wanted = ["Times New Roman"] * 4
    slots = ("ascii", "hAnsi", "eastAsia", "cs")
    for element in word.element.body.iter(qn("w:pStyle")):
        style = next(s for s in word.styles if s.style_id == element.get(qn("w:val")))
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert [fonts.get(qn(f"w:{slot}")) for slot in slots] == wanted, style.name
    assert not list(word.element.body.iter(qn("w:rFonts"))), "no run has a font of its own"
    defaults = word.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == "vi-VN"
    assert word.core_properties.language == "vi-VN"
    assert word.core_properties.title == "Tên loại thử Trích yếu thử"


def test_word_header_and_signature_are_tables_without_lines_that_hold_together(word):
    for table, columns in ((word.tables[0], 2), (word.tables[1], 2)):
        assert len(table.columns) == columns
        borders = table._tbl.tblPr.find(qn("w:tblBorders"))
        assert {edge.get(qn("w:val")) for edge in borders} == {"nil"}
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    lines = [p for p in word.tables[0]._tbl.iter(qn("w:pBdr"))]
    assert len(lines) == 2  # under the agency and under the motto


def test_word_tables_repeat_their_head_and_cut_no_row(word):
    for table in word.tables[2:]:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_word_has_the_charts_with_their_words(word, sample):
    charts = [bucket_chart(sample), area_chart(sample), year_chart(sample)]
    described = [
        element.get("descr")
        for element in word.element.body.iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        )
    ]
    assert described == [chart.alternative for chart in charts]


def test_word_is_whole_every_part_reads_and_every_target_is_there(word_file):
    with ZipFile(BytesIO(word_file)) as archive:
        names = set(archive.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        for name in (name for name in names if name.endswith(".rels")):
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in etree.fromstring(archive.read(name)):
                assert relation.get("TargetMode") != "External"
                target = relation.get("Target")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                assert path in names, f"{name}: {target}"
        document = archive.read("word/document.xml").decode()
        identities = [
            *etree.fromstring(archive.read("word/document.xml")).iter(
                "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
            )
        ]
    assert len({one.get("id") for one in identities}) == len(identities) == 3
    for left in ("{{", "{%", "}}", "%}"):
        assert left not in document


# PDF


def line_of(words, text):
    """The words of the first line that begins with the text's first word and has the others."""
    wanted = text.split()
    for at in range(len(words)):
        if [word["text"] for word in words[at : at + len(wanted)]] == wanted:
            return words[at : at + len(wanted)]
    raise AssertionError(f"{text!r} is not on the page")


def test_pdf_body_stands_between_the_margins(pages):
    page, words = pages[0]
    assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
    body = [word for word in words if word["top"] > 19 * MM]
    assert min(word["x0"] for word in body) / MM >= 29.5
    assert max(word["x1"] for word in body) / MM <= 195.5
    assert max(word["bottom"] for word in body) / MM <= 277.5


@pytest.mark.parametrize(
    ("text", "size", "face"),
    [
        ("CƠ QUAN CHỦ QUẢN THỬ", 12, ""),
        ("CƠ QUAN BAN HÀNH THỬ", 12, "Bold"),
        ("CỘNG HÒA XÃ HỘI", 12, "Bold"),
        ("Độc lập - Tự do", 13, "Bold"),
        ("Số: 07/BC-THU", 13, ""),
        ("Địa danh thử, ngày", 13, "Italic"),
        ("TÊN LOẠI THỬ", 14, "Bold"),
        ("Trích yếu thử", 14, "Bold"),
        ("Đoạn cấp một thử", 14, ""),
        ("Đề mục cấp một thử", 14, "Bold"),
        ("CHỨC VỤ KÝ THỬ", 14, "Bold"),
        ("Người Ký Thử", 14, "Bold"),
        ("Nơi nhận:", 12, "Bold-Italic"),
        ("- Nơi nhận thử một;", 11, ""),
    ],
)
def test_pdf_components_have_the_letters_of_the_decree(pages, text, size, face):
    for word in line_of(pages[0][1], text):
        assert round(word["size"], 1) == size
        assert word["fontname"].partition("Tinos-Report")[2].lstrip("-") == face


def test_pdf_components_stand_in_the_order_and_places_of_the_decree(pages):
    page, words = pages[0]
    middle = 112.5 * MM  # between the margins
    order = [
        "CƠ QUAN CHỦ QUẢN THỬ",
        "CƠ QUAN BAN HÀNH THỬ",
        "Số: 07/BC-THU",
        "TÊN LOẠI THỬ",
        "Trích yếu thử",
        "Đoạn mở đầu thử",
        "Đề mục cấp một thử",
        "Đoạn kết thử",
        "Nơi nhận:",
    ]
    tops = [line_of(words, text)[0]["top"] for text in order]
    assert tops == sorted(tops)
    assert line_of(words, "CỘNG HÒA")[0]["x0"] > line_of(words, "CƠ QUAN CHỦ")[-1]["x1"]
    number, day = line_of(words, "Số: 07/BC-THU"), line_of(words, "Địa danh thử,")
    assert number[0]["bottom"] == pytest.approx(day[0]["bottom"], abs=1)
    title = line_of(words, "TÊN LOẠI THỬ")
    assert (title[0]["x0"] + title[-1]["x1"]) / 2 == pytest.approx(middle, abs=2)
    assert line_of(words, "Nơi nhận:")[0]["x0"] / MM == pytest.approx(30, abs=0.5)
    signer = line_of(words, "CHỨC VỤ KÝ")
    assert signer[0]["x0"] > middle
    assert signer[0]["top"] == pytest.approx(line_of(words, "Nơi nhận:")[0]["top"], abs=4)


def test_pdf_appendices_start_a_page_without_a_number_each_anew(pages, sample):
    starts = {}
    for at, (page, words) in enumerate(pages):
        lines = [word["text"] for word in words if word["top"] > 19 * MM]
        if lines[:2] == ["Phụ", "lục"]:
            starts[lines[2]] = (at, page.width > page.height)
    attachments = attachments_of(sample)
    assert list(starts) == [attachment.name.split()[-1] for attachment in attachments]
    for attachment, (at, turned) in zip(attachments, starts.values(), strict=True):
        assert turned == (attachment.kind in LANDSCAPE)
        top = [word["text"] for word in pages[at][1] if word["top"] < 19 * MM]
        assert top == ["DỰ", "THẢO", "-", "DỮ", "LIỆU", "MINH", "HỌA"]


def test_pdf_is_marked_until_it_is_issued(sample, pages):
    for _, words in pages:
        assert {"DỰ", "THẢO"} <= {word["text"] for word in words if word["top"] < 19 * MM}
    assert replace(sample, status="issued", demo=False).marks == ()
    assert replace(sample, status="approved", demo=False).marks == ("DỰ THẢO",)
    assert replace(sample, status="issued").marks == ("DỮ LIỆU MINH HỌA",)


def test_pdf_says_it_is_an_archive_file_and_has_what_that_asks(pdf_file):
    reader = PdfReader(BytesIO(pdf_file))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2" pdfaid:conformance="A"' in xmp
    assert root["/Lang"] == "vi-VN"
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert reader.metadata.title.startswith("Tên loại thử Trích yếu thử")
    assert "/ID" in reader.trailer and "/Encrypt" not in reader.trailer
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            assert "/ToUnicode" in font
            described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(described), font["/BaseFont"]
    for number in range(1, len(reader.xref_objStm) + 1):
        thing = IndirectObject(number, 0, reader).get_object()
        assert not (isinstance(thing, dict) and thing.get("/S") in ("/JavaScript", "/Launch"))


def walked(element):
    """The structure's elements; their kids that are only numbers of marked content are left out."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from walked(kid)


def test_pdf_is_tagged_with_headings_tables_and_described_pictures(pdf_file, sample):
    root = PdfReader(BytesIO(pdf_file)).trailer["/Root"]["/StructTreeRoot"]
    elements = list(walked(root))
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 1 + len(attachments_of(sample))
    assert {"/H3", "/H4", "/P", "/Table", "/TR", "/TH", "/TD"} <= set(kinds)
    pictures = [element["/Alt"] for element in elements if element["/S"] == "/Figure"]
    assert len(pictures) == 3 and all(text.startswith("Biểu đồ") for text in pictures)


def test_pdf_has_bookmarks_for_headings_and_appendices(pdf_file, sample):
    outline = PdfReader(BytesIO(pdf_file)).outline
    names = [entry.title for entry in outline if not isinstance(entry, list)]
    headings = [section.heading for section in sample.sections if section.level == 1]
    assert names == headings + [f"{a.name} {a.title}" for a in attachments_of(sample)]
