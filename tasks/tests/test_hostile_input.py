"""Hostile files, names and texts: refused in words or kept as what they are, never an error of ours."""

import uuid
import zipfile
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc.models import StoredFile, User
from conftest import at
from tasks.models import Document, ProgressUpdate
from tasks.tests.posted import address, paper, typed
from tasks.tests.story import all_products, citation, fresh, report
from tasks.workflow import NotAllowed

NOW = at(2024, 12, 16)


def docx(*names, tamper=None) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<w/>")
    content = out.getvalue()
    return tamper(content) if tamper else content


BROKEN = {
    "no member": docx("a.xml"),
    "macro": docx("word/document.xml", "word/vbaProject.bin"),
    "macro in capitals": docx("word/document.xml", "word/VBAPROJECT.BIN"),
    "name that is not UTF-8": docx(
        "word/document.xml",
        "tệp.xml",
        tamper=lambda c: c.replace("tệp".encode(), b"t\xff\xff\xffp"),
    ),
    "version from the future": docx(
        "word/document.xml",
        tamper=lambda c: c.replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"),
    ),
    "only the head": b"PK\x03\x04",
    "nothing": b"",
    "a page": b"<html><script>1</script>",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_or_dressed_up_file_is_refused_with_words(what, desk, work):
    upload = SimpleUploadedFile("a.docx", BROKEN[what])
    answer = desk.post(address(work), typed(work) | paper(work, file=upload))
    assert answer.status_code == 422
    assert not StoredFile.objects.exists() and not Document.objects.exists()


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("C:\\tài liệu\\Kê\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("ế" * 300 + ".pdf", "ế" * 251 + ".pdf"),
        ('"; filename=x.html; ".pdf', '"; filename=x.html; ".pdf'),
    ],
)
def test_a_hostile_file_name_leaves_as_a_plain_download(name, kept, desk, work):
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 (alert)\n%%EOF")
    upload._name = name
    report(work, User.objects.get(username="minh"), NOW, cite=(citation(upload=upload),))
    document = Document.objects.get()
    assert document.file.name == kept
    answer = desk.get(f"/van-ban/{document.pk}/tep/")
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_a_refused_report_leaves_no_row_of_its_file(desk, work):
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF")
    one = all_products(work)[:1]
    form = typed(work, send="1") | paper(work, products=list(one), file=upload)
    assert desk.post(address(work), form).status_code == 422, "a product still lacks its document"
    assert not StoredFile.objects.exists() and not Document.objects.exists()


def test_the_same_document_with_the_same_file_proves_a_second_task(work, minh, assignment_of):
    def cited(content=b"%PDF-1.7\n%%EOF"):
        return citation(upload=SimpleUploadedFile("a.pdf", content))

    report(work, minh, at(2024, 3, 1), cite=(cited(),))
    report(assignment_of("I.2/2024"), minh, at(2024, 3, 2), cite=(cited(),))
    assert Document.objects.count() == StoredFile.objects.count() == 1
    with pytest.raises(NotAllowed, match="không thay tệp"):
        report(work, minh, at(2024, 3, 3), cite=(cited(b"%PDF-1.7 khac\n%%EOF"),))


LONG = 99999999999999999999
PATHS = [
    "/nhiem-vu/%00/",
    "/nhiem-vu/I.2%00/2024/",
    "/nhiem-vu/I.2/%00/",
    "/nhiem-vu/%F0%9F%98%80/2024/",
    "/nhiem-vu/%FF%FE/2024/",
    f"/nhiem-vu/I.2/{LONG}/",
    "/chi-tieu/%00/",
    "/chi-tieu/%3Cscript%3E/",
    f"/chi-tieu/CT5.2/ket-qua/{LONG}/",
    f"/phan-viec/{LONG}/cap-nhat/",
    f"/phan-viec/{LONG}/xac-nhan/",
    f"/phan-viec/{LONG}/tra-lai/",
    f"/van-ban/{LONG}/tep/",
    f"/bao-cao/nam/{LONG}/",
    f"/bao-cao/nam/{'9' * 5000}/",
    "/quan-tri/cchc/unit/%00/change/",
    f"/quan-tri/cchc/unit/{LONG}/change/",
]
QUERIES = [
    f"{name}={value}"
    for name in (
        "nam",
        "tinh-den",
        "q",
        "trang",
        "loai",
        "linh-vuc",
        "don-vi",
        "trang-thai",
        "phoi-hop",
        "dung-nhu-da-biet",
    )  # fmt: skip
    for value in (
        "%00",
        str(LONG),
        "-1",
        "%F0%9F%98%80",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%FF",
        "9" * 5000,
        "²",
        "0001-01-01",
        "9999-12-31",
    )  # fmt: skip
]


@pytest.mark.parametrize("who", ["minh", "thu", "an"])
@time_machine.travel(NOW, tick=False)
def test_no_path_and_no_query_is_an_error_of_ours(who, client, minh, thu, an, plan):
    client.force_login({"minh": minh, "thu": thu, "an": an}[who])
    client.raise_request_exception = False
    pages = {"thu": ("/nhiem-vu/I.2/2024/",), "minh": ("/ke-hoach/",), "an": ()}[who]
    urls = [*PATHS, *(f"{page}?{query}" for page in pages for query in QUERIES)]
    if who == "thu":  # the dashboard is the dearest page: each name and each value, not each pair
        urls += [f"/?{query}" for query in QUERIES[::11]] + [f"/?{query}" for query in QUERIES[:20]]
    bad = []
    for url in urls:
        answer = client.get(url)
        if answer.status_code >= 500 or b"<script>alert(1)" in answer.content:
            bad.append((answer.status_code, url[:80]))
    assert not bad


HOSTILE = {
    "NUL": "a\x00/b",
    "only control characters": "\x01\x02",
    "no character of XML": "a/\ufffe\uffff",
    "very long": "a/" + "x" * 100_000,
    "long in NFC": "/" + "\U0001d160" * 40,
    "letters that come apart": "/" + "\uac01" * 190,
    "emoji": "😀/" + "👩‍👩‍👧" * 3,
    "html": "<script>alert(1)</script>/",
    "number": str(LONG),
    "direction": "\u202e/abc",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_text_in_any_field_is_an_error_of_ours(what, desk, work):
    desk.raise_request_exception = False
    text, bad = HOSTILE[what], []
    whole = typed(work) | paper(work)
    for name in [*whole, "difficulty", "keep", "send", "nobody-asked"]:
        form = whole | {"form_key": str(uuid.uuid4()), "version": fresh(work).version}
        answer = desk.post(address(work), form | {name: text})
        if answer.status_code not in (200, 302, 409, 422) or b"<script>alert" in answer.content:
            bad.append((name, answer.status_code))
    assert not bad
    for act in ProgressUpdate.objects.all():
        assert act.result and not set(act.result) & set("\x00\x01\ufffe\uffff")
    for document in Document.objects.all():
        assert document.number and document.summary and document.issuer


@pytest.mark.parametrize("what", HOSTILE)
def test_no_text_at_the_sign_in_is_an_error_of_ours(what, client, db):
    client.raise_request_exception = False
    for field in ("username", "password", "next"):
        form = {"username": "a", "password": "b", "next": "/"} | {field: HOSTILE[what]}
        answer = client.post("/dang-nhap/", form)
        assert answer.status_code in (422, 400), field
        assert b"<script>alert" not in answer.content
