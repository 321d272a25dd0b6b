"""Workbooks that were made to hurt, and workbooks that were hurt: a sentence, never a 500, no row."""

import io
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc import archives, uploads, workbooks
from conftest import at
from reports.tests.sheet_tools import fetch, upload
from tasks.models import ProgressUpdate

pytestmark = pytest.mark.one_engine

MB = 1024 * 1024
SHEET_XML = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def content(client, minh, opened) -> bytes:
    client.force_login(minh)
    return fetch(client)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def doctored(content: bytes, name: str, change) -> bytes:
    parts = members(content)
    return packed(parts | {name: change(parts[name])})


def with_doctype(content: bytes, doctype: str) -> bytes:
    """The document's own text names the entity, so a parser has to look at it."""

    def change(xml: bytes) -> bytes:
        head, _, rest = xml.decode().rpartition("<sheetData>")
        start = head.index("<worksheet")
        row = '<row r="9"><c r="F9" t="inlineStr"><is><t>&a;</t></is></c></row>'
        return f"{head[:start]}{doctype}{head[start:]}<sheetData>{row}{rest}".encode()

    return doctored(content, SHEET_XML, change)


def with_shared_strings(content: bytes, strings: bytes) -> bytes:
    """As Excel saves a file: the texts of all cells in a part of their own."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    parts = members(content)
    types = parts["[Content_Types].xml"].replace(b"</Types>", part)
    strings = b'<sst xmlns="%s">%s</sst>' % (main, strings)
    return packed(parts | {"[Content_Types].xml": types, "xl/sharedStrings.xml": strings})


def too_big(content: bytes) -> bytes:
    """60 MB of one row's spaces, in a few ten thousand bytes."""
    blank = b"<sheetData>" + b" " * (60 * MB)
    return doctored(content, SHEET_XML, lambda xml: xml.replace(b"<sheetData>", blank))


def many_members(content: bytes) -> bytes:
    return packed(
        members(content) | {f"xl/x{n}.xml": b"" for n in range(archives.MOST_MEMBERS + 1)}
    )


def lying_size(content: bytes) -> bytes:
    """The directory says 1,000 bytes; 60 MB would come out."""
    bomb = bytearray(too_big(content))
    place = bomb.rindex(SHEET_XML.encode()) - 46
    assert bomb[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", bomb, place + 24, 1_000)
    return bytes(bomb)


def lying_count(content: bytes) -> bytes:
    """The directory announces 12 members and holds 12,000."""
    parts = members(content) | {f"xl/x{n}.xml": b"" for n in range(12_000)}
    lying = bytearray(packed(parts))
    struct.pack_into("<HH", lying, len(lying) - 22 + 8, 12, 12)
    return bytes(lying)


def with_symlink(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def renamed_xlsm(content: bytes) -> bytes:
    return doctored(
        content,
        "[Content_Types].xml",
        lambda xml: xml.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"),
    )


AT_THE_DOOR = {
    "sheet bomb": (too_big, "giải nén ra quá 50 MB"),
    "2,001 members": (many_members, "quá 2000 phần"),
    "lying count": (lying_count, "quá 2000 phần"),
    "path": (lambda c: packed(members(c) | {"../../x.xml": b"x"}), "đường dẫn ra ngoài"),
    "absolute path": (lambda c: packed(members(c) | {"/etc/x": b"x"}), "đường dẫn ra ngoài"),
    "drive": (lambda c: packed(members(c) | {"C:x.xml": b"x"}), "đường dẫn ra ngoài"),
    "symbolic link": (with_symlink, "đường dẫn ra ngoài"),
    "macros": (lambda c: packed(members(c) | {"xl/vbaProject.bin": b"x"}), "có macro"),
    "xlsm renamed": (renamed_xlsm, "có macro"),
    "no workbook": (lambda c: packed({"a.txt": b"x"}), "không đúng với đuôi tên"),
    "no archive": (lambda c: b"PK\x03\x04" + b"x" * 1000, "bị hỏng"),
}


@pytest.mark.parametrize("kind", AT_THE_DOOR)
def test_hostile_archives_stop_at_the_door(client, content, kind, monkeypatch):
    make, sentence = AT_THE_DOOR[kind]
    hostile = make(content)
    monkeypatch.setattr(workbooks, "_ask_child", lambda content: pytest.fail("it was opened"))
    response = upload(client, hostile)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_the_door_is_quick_and_takes_no_memory(content):
    hostile = {kind: make(content) for kind, (make, _) in AT_THE_DOOR.items()}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB, the highest so far
    for kind, made in hostile.items():
        file = SimpleUploadedFile("x.xlsx", made)
        took = []
        for _ in range(5):
            start = time.perf_counter()
            with pytest.raises(archives.BadArchive):
                archives.check(
                    file, needs="xl/workbook.xml", kind=uploads.OFFICE + "spreadsheetml.sheet"
                )
            took.append(time.perf_counter() - start)
        assert min(took) < 0.05, f"{kind}: {min(took):.3f} s"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20 * 1024


def test_a_directory_that_lies_about_sizes_is_found_while_reading(client, content):
    response = upload(client, lying_size(content))
    assert response.status_code == 422
    assert "Tệp bị hỏng, không đọc được" in response.content.decode()


@pytest.mark.parametrize("doctype", [LAUGHS, XXE], ids=["laughs", "xxe"])
def test_entities_are_refused(client, content, doctype):
    response = upload(client, with_doctype(content, doctype))
    assert response.status_code == 422
    page = response.content.decode()
    assert "khai báo XML không an toàn" in page and "root:" not in page


def test_a_file_that_takes_too_long_is_given_up(client, content, monkeypatch):
    """48 MB of shared strings, just under the door's limit: the child is killed, we are not."""
    monkeypatch.setattr(workbooks, "CPU_SECONDS", 2)

    bomb = with_shared_strings(content, b"<si><t>x</t></si>" * (47 * MB // 17))
    assert len(bomb) < MB
    response = upload(client, bomb)
    assert response.status_code == 422
    assert "quá nhiều thời gian hoặc bộ nhớ" in response.content.decode()
    assert client.get("/viec-cua-don-vi/").status_code == 200


def test_a_file_that_takes_too_much_memory_is_given_up(client, content, monkeypatch):
    monkeypatch.setattr(workbooks, "MEMORY", 110 * MB)

    response = upload(
        client, with_shared_strings(content, b"<si><t>%s</t></si>" % (b"y" * 45 * MB))
    )
    assert response.status_code == 422
    assert "quá nhiều thời gian hoặc bộ nhớ" in response.content.decode()


def test_a_child_that_hangs_is_given_up(client, content, monkeypatch, tmp_path):
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(workbooks, "_CHILD", sleeper)
    monkeypatch.setattr(workbooks, "WALL_SECONDS", 1)
    assert "quá nhiều thời gian" in upload(client, content).content.decode()


def mutate(content: bytes, dice: random.Random) -> bytes:
    """A bit turned, a piece cut out or off, a member exchanged for another or for rubbish."""
    kind = dice.choice(("bits", "bits", "cut", "hole", "member", "rubbish"))
    damaged = bytearray(content)
    if kind == "bits":
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    elif kind == "cut":
        del damaged[dice.randrange(len(damaged)) :]
    elif kind == "hole":
        start = dice.randrange(len(damaged))
        del damaged[start : start + dice.randint(1, 500)]
    else:
        parts = members(content)
        names = sorted(parts)
        part = parts[dice.choice(names)] if kind == "member" else dice.randbytes(300)
        return packed(parts | {dice.choice(names): part})
    return bytes(damaged)


def test_forty_damaged_files_give_a_page_and_no_row(client, content, record_property):
    dice = random.Random(20241216)
    answers = {200: 0, 422: 0}
    slowest = 0.0
    for _ in range(40):
        start = time.perf_counter()
        response = upload(client, mutate(content, dice))
        slowest = max(slowest, time.perf_counter() - start)
        answers[response.status_code] += 1
        page = response.content.decode()
        assert ("Chưa nạp được" in page) or ("Không có thay đổi" in page) or ("chưa ghi" in page)
    assert ProgressUpdate.objects.count() == 0
    assert answers[422] > 30
    record_property("damaged workbooks", f"40: {answers[422]} refused, {answers[200]} harmless")
    record_property("slowest damaged workbook", f"{slowest:.1f} s")


def test_a_file_too_heavy_or_of_another_kind_is_refused(client, content, settings):
    assert "Chưa chọn tệp" in client.post("/viec-cua-don-vi/excel/nap/").content.decode()
    assert "Chỉ nạp tệp Excel" in upload(client, b"%PDF-1.4\n%%EOF", "a.pdf").content.decode()
    assert "không thuộc loại được nhận" in upload(client, content, "a.xls").content.decode()
    settings.MAX_UPLOAD_BYTES = 1000
    assert "chỉ nhận đến 25 MB" in upload(client, content).content.decode()


def test_the_child_knows_no_secret_and_writes_no_file():
    told = subprocess.run(
        [sys.executable, "-I", str(workbooks._CHILD), "5", str(512 * MB), "10", "10"],
        input=zlib.compress(b"no workbook"),
        capture_output=True,
        env={"OPENPYXL_LXML": "False"},
        check=True,
    )
    assert b'"refused": "damaged"' in told.stdout and told.stderr == b""


def test_the_application_does_not_start_without_defusedxml(settings):
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"OPENPYXL_DEFUSEDXML": "False"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "without defusedxml" in started.stderr
