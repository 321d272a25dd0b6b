"""Files that were hurt and files that were made to hurt: a sentence, never another exception."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.tests.uploads_corpus import packed, parts_of
from tasks.plan_import import tables
from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.body import read_body
from tasks.plan_import.reading_child import answer
from tasks.plan_import.tables import Refused, read_document
from tasks.tests.plan_import_files import excel_file, word_file

TABLE = [
    ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì", "Thời hạn"],
    ["I", "Cải cách thể chế", "", "", ""],
    ["1", "Rà soát", "Báo cáo", "Phòng A", "Quý I"],
]
WORD = word_file(["KẾ HOẠCH"], [TABLE])
EXCEL = excel_file(TABLE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
RELATION = (
    '<Relationship Id="rId99" TargetMode="External" Target="%s" Type="http://schemas.openxml'
    'formats.org/officeDocument/2006/relationships/%s"/></Relationships>'
)


def doctored(content: bytes, name: str, change) -> bytes:
    parts = parts_of(content)
    return packed(parts | {name: change(parts[name])})


def with_entities(content: bytes, name: str, doctype: str) -> bytes:
    def change(part: bytes) -> bytes:
        end = part.find(b"?>") + 2 if b"?>" in part else 0
        head, rest = part[:end], part[end:]
        return head + doctype.encode() + rest.replace(b">1<", b">&b;<", 1)

    return doctored(content, name, change)


def with_relation(target: str, kind: str) -> bytes:
    name = "word/_rels/document.xml.rels"
    end = b"</Relationships>"
    return doctored(WORD, name, lambda p: p.replace(end, (RELATION % (target, kind)).encode()))


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        read_document(content, name)
    return str(refused.value)


def with_password_bit(content: bytes) -> bytes:
    """The bit that says a member is encrypted, in every header of the archive."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = content.find(mark, at + 1)
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (WORD[: len(WORD) // 2], "a.docx", "bị hỏng"),
        (WORD[:2], "a.docx", "không đúng với đuôi tên"),
        (b"", "a.docx", "rỗng"),
        (OLE, "a.doc", "lưu lại thành .docx"),
        (OLE, "a.docx", "lưu lại thành .docx"),
        (OLE, "a.xls", "lưu lại thành .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "mật khẩu"),
        (with_password_bit(WORD), "a.docx", "mật khẩu"),
        (b"%PDF-1.7", "a.pdf", "nạp tệp Word"),
        (b"MZ", "a.exe", "Chỉ đọc được"),
        (EXCEL, "a.docx", "không đúng với đuôi tên"),
        (WORD, "CV tuyệt mật.docx", "văn bản mật"),
        (packed(parts_of(WORD) | {"../../etc/cron": b""}), "a.docx", "đường dẫn ra ngoài"),
        (packed(parts_of(WORD) | {"word/vbaProject.bin": b""}), "a.docx", "macro"),
        (packed(parts_of(WORD) | {"bomb": bytes(60 * 1024 * 1024)}), "a.docx", "giải nén ra quá"),
        (with_entities(WORD, "word/document.xml", LAUGHS), "a.docx", "XML không an toàn"),
        (with_entities(WORD, "word/document.xml", XXE), "a.docx", "XML không an toàn"),
        (with_entities(WORD, "word/styles.xml", LAUGHS), "a.docx", "XML không an toàn"),
        (with_entities(EXCEL, "xl/worksheets/sheet1.xml", LAUGHS), "a.xlsx", "XML không an toàn"),
        (with_relation("http://x.example/a.dotm", "attachedTemplate"), "a.docx", "bên ngoài"),
        (with_relation("\\\\host\\share\\a.dotm", "attachedTemplate"), "a.docx", "bên ngoài"),
        (doctored(WORD, "word/document.xml", lambda p: p[:-300]), "a.docx", "bị hỏng"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused_with_its_reason(content, name, sentence):
    assert sentence in refusal(content, name)


@pytest.mark.parametrize(
    ("target", "kind"),
    [("https://quangngai.gov.vn", "hyperlink"), ("file:///C:/Mau/vp.dotx", "attachedTemplate")],
)
def test_links_and_the_author_s_own_template_are_let_in_and_never_fetched(target, kind):
    assert len(read_appendix(read_document(with_relation(target, kind), "a.docx")).rows) == 1


@pytest.mark.parametrize(
    "bomb",
    [
        '<w:gridSpan w:val="99999999"/>',
        '<w:tcW w:w="1"/><w:gridSpan w:val="64"/>',
    ],
)
def test_a_cell_over_more_columns_than_word_has_stops_the_reading(bomb):
    content = doctored(
        WORD, "word/document.xml", lambda p: p.replace(b"<w:tcPr>", b"<w:tcPr>" + bomb.encode())
    )
    assert "quá lớn hoặc quá phức tạp" in refusal(content, "a.docx")


def test_a_merge_over_a_whole_sheet_stops_the_reading(monkeypatch):
    monkeypatch.setattr(tables, "CPU_SECONDS", 1)
    content = doctored(
        EXCEL, "xl/worksheets/sheet1.xml", lambda p: p.replace(b"B2:E2", b"A1:XFD1048576")
    )
    assert "quá lớn hoặc quá phức tạp" in refusal(content, "a.xlsx")


def test_the_child_knows_nothing_of_the_site(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    seen = {}

    class Child:
        stdout = b'{"parts": [], "notes": []}'

    def run(*_, env, **__):
        seen.update(env)
        return Child

    monkeypatch.setattr(tables.subprocess, "run", run)
    assert read_document(WORD, "a.docx").parts == ()
    assert seen.keys() == {"OPENPYXL_LXML", "LC_ALL"}


def in_this_process(content: bytes, kind: str) -> dict:
    """The child's own answer, without starting one for each of many files."""
    return answer(content, kind)


@pytest.mark.parametrize(("good", "ending"), [(WORD, ".docx"), (EXCEL, ".xlsx")])
def test_whatever_is_broken_in_a_good_file_gives_a_result_or_a_sentence(good, ending, monkeypatch):
    monkeypatch.setattr(tables, "_ask_child", in_this_process)

    @settings(
        max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(st.data())
    def breaks(data):
        length = data.draw(st.one_of(st.just(len(good)), st.integers(0, len(good))))
        broken = bytearray(good[:length])
        for _ in range(data.draw(st.integers(0, 4)) if broken else 0):
            at = data.draw(st.integers(0, len(broken) - 1))
            broken[at] ^= data.draw(st.integers(1, 255))
        read_or_refused(bytes(broken), "a" + ending)

    breaks()


@pytest.mark.parametrize("kind", ["word", "excel"])
def test_whatever_is_broken_inside_the_xml_gives_a_result_or_a_sentence(kind, monkeypatch):
    """Archives with right checksums around wrong XML: flips in the parts themselves."""
    monkeypatch.setattr(tables, "_ask_child", in_this_process)
    good, name = (WORD, "word/document.xml") if kind == "word" else (EXCEL, "xl/workbook.xml")
    part = parts_of(good)[name]

    @settings(
        max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(st.integers(0, len(part) - 1), st.binary(max_size=4), st.integers(0, 40))
    def breaks(at, put, cut):
        broken = doctored(good, name, lambda p: p[:at] + put + p[at + cut :])
        read_or_refused(broken, "a.docx" if kind == "word" else "a.xlsx")

    breaks()


def read_or_refused(content: bytes, name: str):
    try:
        document = read_document(content, name)
        appendix = read_appendix(document)
        read_body(document, appendix)
    except Refused as refused:
        assert str(refused)


def test_a_directory_that_lies_about_its_length_is_refused():
    lie = WORD[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 60_000, 60_000, 99, 99, 0)
    assert "nhiều bất thường" in refusal(lie, "a.docx")
