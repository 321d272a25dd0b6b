"""What people upload: a hundred files made to deceive, none of which gets in, and thirty honest ones
that come back as they went. All go through the rule; one of each sort through the real form too."""

import time
import unicodedata
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cchc import middleware, pictures, uploads
from cchc.models import StoredFile, User
from cchc.tests import uploads_corpus as corpus
from conftest import at
from tasks.models import Document, ProgressUpdate

HOSTILE = corpus.hostile()
HONEST = corpus.honest()


def upload(name, content):
    made = ContentFile(content)
    made.name = name
    return made


def test_none_of_the_hostile_files_is_accepted():
    assert len(set(HOSTILE)) == len(HOSTILE) >= 90
    let_in, slow = [], []
    for name, content in HOSTILE:
        begun = time.perf_counter()
        try:
            uploads.validate_upload(upload(name, content))
            let_in.append(name)
        except ValidationError as refusal:
            assert "Tệp" in " ".join(refusal.messages) or "tệp" in " ".join(refusal.messages)
        if time.perf_counter() - begun > 0.5:
            slow.append(name)
    assert (let_in, slow) == ([], [])


@pytest.mark.parametrize("place", [60, 200, 400])
def test_a_word_file_damaged_inside_its_text_is_refused_in_words(place):
    content = bytearray(corpus.word("Kế hoạch kiểm tra năm 2024"))
    content[content.index(b"word/document.xml") + place] ^= 0xFF
    with pytest.raises(ValidationError, match="bị hỏng"):
        uploads.validate_upload(upload("ke-hoach.docx", bytes(content)))


@pytest.mark.parametrize("name, content", HONEST, ids=[f"{n}" for n in range(len(HONEST))])
def test_an_honest_file_is_accepted_under_its_name(name, content):
    kind = uploads.KINDS["." + name.rpartition(".")[2]]
    assert uploads.validate_upload(upload(name, content)) == kind.content_type
    assert uploads.clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "content",
    [
        corpus.pdf() + b"\r\n\0\0",
        corpus.pdf() + b"\n% ky so tai dich vu cong\n",
        corpus.picture("JPEG") + b"\0" * 300 + b"SEFT",  # what some telephones write
    ],
)
def test_what_honest_programs_leave_behind_the_end_is_no_harm(content):
    ending = "pdf" if content.startswith(b"%PDF") else "jpg"
    assert uploads.validate_upload(upload(f"a.{ending}", content))


def test_a_picture_is_measured_without_being_opened(monkeypatch):
    assert pictures.png_size(upload("a", corpus.png(30_000, 30_000))) == (30_000, 30_000)
    assert pictures.jpeg_size(upload("a", corpus.jpeg(640, 480))) == (640, 480)
    with pytest.raises(ValidationError, match="30000 x 30000 điểm"):
        uploads.validate_upload(upload("a.png", corpus.png(30_000, 30_000)))
    assert uploads.validate_upload(upload("a.png", corpus.png(12_000, 9_000))) == "image/png"


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd/Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("C:\\fakepath\\Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("CON.pdf", "CON.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
        ("x." + "y" * 400, "." + "y" * 254),
    ],
)
def test_a_name_is_only_a_name(name, kept):
    assert uploads.clean_name(name) == kept


@pytest.fixture
def desk(client, minh, opened, assignment_of):
    client.force_login(minh)
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield client, assignment_of("III.5/2024")


def post(client, work, name, content, number="57/QĐ-VP"):
    sent = {
        "version": work.version, "form_key": str(uuid.uuid4()), "result": "Nội dung đã gõ rất dài",
        "difficulty": "", "proposal": "", "vb-TOTAL_FORMS": "1", "vb-INITIAL_FORMS": "0",
        "vb-0-number": number, "vb-0-issued_on": "16/04/2024", "vb-0-summary": f"Về việc {number}",
        "vb-0-issuer": "Văn phòng UBND tỉnh", "vb-0-file": SimpleUploadedFile("a", content),
    }  # fmt: skip
    sent["vb-0-file"]._name = name  # as hostile as it is; the class itself would mend it
    address = reverse("tasks:update", args=[work.pk]) + "?nam=2024"
    return client.post(address, sent, headers={"HX-Request": "true"})


THROUGH_THE_FORM = [
    "a.docm", "pdf-html.pdf", "macro-utf16.docx", "khong-lo.png", "bao-cao\u202efdp.exe",
    "a.html\0.pdf", "rong.pdf", "TỐI MẬT 12.pdf",
]  # fmt: skip


def test_through_the_form_hostile_files_leave_the_words_and_nothing_else(desk):
    client, work = desk
    sample = {name: content for name, content in HOSTILE if name in THROUGH_THE_FORM}
    assert len(sample) == len(THROUGH_THE_FORM)
    for name, content in sample.items():
        answer = post(client, work, name, content)
        assert answer.status_code == 422, name
        assert "Nội dung đã gõ rất dài" in answer.content.decode(), name
    for model in (StoredFile, Document, ProgressUpdate):
        assert not model.objects.exists()


def test_through_the_form_honest_files_come_back_as_they_went(desk):
    client, work = desk
    for n, (name, content) in enumerate(HONEST[::6] + HONEST[-2:]):
        answer = post(client, work, name, content, number=f"{n + 1}/QĐ-VP")
        assert answer.status_code == 200 and "Đã lưu" in answer.content.decode(), name
        work.refresh_from_db()
        stored = Document.objects.get(number=f"{n + 1}/QĐ-VP")
        assert stored.file.name == unicodedata.normalize("NFC", name)
        answer = client.get(reverse("tasks:document_file", args=[stored.pk]))
        assert b"".join(answer.streaming_content) == content
        named = answer["Content-Disposition"]
        assert named.startswith("attachment") and "\n" not in named and "\r" not in named
        assert answer["Content-Type"] == stored.file.content_type


def test_who_is_shut_out_while_an_upload_is_on_its_way_leaves_nothing(desk, minh, monkeypatch):
    client, work = desk
    look = middleware.ask_again

    def shut_and_look(request):
        User.objects.filter(pk=minh.pk).update(is_active=False)
        look(request)

    monkeypatch.setattr(middleware, "ask_again", shut_and_look)
    name, content = HONEST[0]
    answer = post(client, work, name, content)
    assert "dang-nhap" in answer.headers.get("HX-Redirect", answer.headers.get("Location", ""))
    for model in (StoredFile, Document, ProgressUpdate):
        assert not model.objects.exists()
