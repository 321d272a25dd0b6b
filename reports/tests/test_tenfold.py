"""Ten times the tasks: heads come again, no row is cut, no heading ends a page."""

from dataclasses import dataclass, replace
from io import BytesIO

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn

from reports.attachments import attachments_of
from reports.sample import sample_report
from reports.to_docx import report_docx
from reports.to_pdf import report_pdf

MM = 72 / 25.4
AREAS, TASKS = 10, 25  # the plan's 25 tasks, ten times
TEXT = "Kiểm soát chất lượng các quy định thủ tục hành chính"


@dataclass(frozen=True)
class Page:
    text: str
    top: str  # above the upper margin
    last: str  # the lowest line

    @classmethod
    def of(cls, page):
        words = page.get_textpage()
        rects = [words.get_rect(at) for at in range(words.count_rects())]
        lowest = min(bottom for _, bottom, _, _ in rects)
        middle = next((b + t) / 2 for _, b, _, t in rects if b == lowest)
        width, height = page.get_size()
        return cls(
            text=words.get_text_range(),
            top=words.get_text_bounded(0, height - 19 * MM, width, height).strip(),
            last=words.get_text_bounded(0, middle - 1, width, middle + 1).strip(),
        )


@pytest.fixture(scope="session")
def tenfold():
    """Each row begins and ends with its own number, so that a cut one is seen."""
    report = sample_report()
    (area,) = report.areas
    line = area.lines[0]

    def numbered(place):
        words = TEXT * (5 if place % 4 == 0 else 1)  # some rows are tall
        text = f"«{place}» {words} «{place}»"
        return replace(line, code=f"T{place}", text=text, status="Đã xong", results=())

    areas = tuple(
        replace(
            area,
            code=f"LV{a}",
            title=f"Lĩnh vực thứ {a}",
            lines=tuple(numbered(a * TASKS + n) for n in range(TASKS)),
        )
        for a in range(AREAS)
    )
    words = replace(report.sections[2].paragraphs[0], text=f"{TEXT}. " * 3)
    sections = [
        replace(
            report.sections[level],
            key=f"{n}.{level}",
            heading=f"Đề mục {n}.{level}",
            paragraphs=(words,),
        )
        for n in range(12)
        for level in (1, 2, 3)
    ]
    return replace(
        report, areas=areas, sections=(report.sections[0], *sections, report.sections[-1])
    )


@pytest.fixture(scope="session")
def tenfold_pages(tenfold):
    """Read by PDFium: ten times as fast as pdfplumber on so many pages."""
    return [Page.of(page) for page in pypdfium2.PdfDocument(report_pdf(tenfold))]


def appendix_pages(pages, name):
    """The pages of one appendix."""
    starts = [at for at, page in enumerate(pages) if "(Kèm theo Báo cáo thử)" in page.text]
    first = next(at for at in starts if name in pages[at].text.splitlines())
    last = min((at for at in starts if at > first), default=len(pages))
    return pages[first:last]


def test_pdf_repeats_the_heads_on_every_page(tenfold, tenfold_pages):
    pages = appendix_pages(tenfold_pages, "Phụ lục I")
    assert len(pages) > 10
    for page in pages:
        assert "Nhiệm vụ cụ thể" in page.text and "Tình trạng" in page.text


def test_pdf_cuts_no_row_and_loses_none(tenfold_pages):
    seen = []
    for page in appendix_pages(tenfold_pages, "Phụ lục I"):
        for place in range(AREAS * TASKS):
            if f"«{place}»" in page.text:
                assert page.text.count(f"«{place}»") == 2, f"row {place} is cut"
                seen.append(place)
    assert seen == sorted(seen) == list(range(AREAS * TASKS))


def test_pdf_leaves_no_heading_alone_at_the_foot_of_a_page(tenfold, tenfold_pages):
    headings = {s.heading for s in tenfold.sections if s.heading}
    headings |= {area.title for area in tenfold.areas}
    for page in tenfold_pages:
        assert page.last
        assert not any(heading in page.last for heading in headings), page.last


def test_pdf_keeps_the_closing_sentence_with_the_signature(tenfold_pages):
    (page,) = (page.text for page in tenfold_pages if "CHỨC VỤ KÝ THỬ" in page.text)
    for words in ("Đoạn kết thử", "Nơi nhận:", "- Nơi nhận thử hai.", "Người Ký Thử"):
        assert words in page


def test_pdf_numbers_each_appendix_from_its_second_page(tenfold, tenfold_pages):
    for attachment in attachments_of(tenfold):
        for number, page in enumerate(appendix_pages(tenfold_pages, attachment.name), start=1):
            shown = [word for word in page.top.split() if word.isdigit()]
            assert shown == ([str(number)] if number > 1 else [])


def test_word_rows_hold_together_and_heads_come_again(tenfold):
    word = Document(BytesIO(report_docx(tenfold)))
    rows = word.tables[2]._tbl.findall(qn("w:tr"))
    assert len(rows) == 1 + AREAS * (1 + TASKS)
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    for row in rows:
        if "Lĩnh vực thứ" in "".join(t.text or "" for t in row.iter(qn("w:t"))):
            for paragraph in row.iter(qn("w:p")):
                assert paragraph.pPr.find(qn("w:keepNext")) is not None
