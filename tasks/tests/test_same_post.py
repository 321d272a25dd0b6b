"""A double click, and an answer that was lost on its way: whatever is sent twice is done once, and the
second answer is the first one's."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from cchc import locks
from cchc.models import AuditEvent, StoredFile
from conftest import at
from tasks.models import (
    Contribution,
    Directive,
    Document,
    Extension,
    Notice,
    ProgressUpdate,
    Reminder,
    UrgeLetter,
)
from tasks.tests.story import fresh

PDF = b"%PDF-1.7 minh chung\n%%EOF\n"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def work(assignment_of):
    return assignment_of("III.5/2024")


def update(work):
    return f"/phan-viec/{work.pk}/cap-nhat/?nam=2024", {
        "version": work.version, "form_key": str(uuid.uuid4()), "result": "Đã làm.",
        "difficulty": "", "proposal": "", "vb-TOTAL_FORMS": "1", "vb-INITIAL_FORMS": "0",
        "vb-0-number": "57/QĐ-VP", "vb-0-issued_on": "16/04/2024", "vb-0-summary": "Thành lập",
        "vb-0-issuer": "Văn phòng", "vb-0-file": SimpleUploadedFile("Quyết định.pdf", PDF),
    }  # fmt: skip


def test_many_identical_updates_with_a_file_are_one_row_and_one_file(client, minh, work, settings):
    client.force_login(minh)
    address, sent = update(work)
    answers = set()
    for _ in range(20):
        sent["vb-0-file"].seek(0)
        answer = client.post(address, sent)
        answers.add((answer.status_code, answer.url))
    assert answers == {(302, f"/viec-cua-don-vi/#viec-{work.pk}")}
    for model in (ProgressUpdate, Document, StoredFile):
        assert model.objects.count() == 1
    assert len([p for p in (settings.MEDIA_ROOT / "ev").rglob("*") if p.is_file()]) == 1
    assert fresh(work).version == work.version + 1


# Every form that adds rows: who sends it, where, what, and which rows come of it.
FORMS = {
    "directive": ("quang", "/nhiem-vu/III.5/2024/chi-dao/?nam=2024", {"words": "Làm ngay."}, Directive),
    "extension": (
        "minh", "/phan-viec/{pk}/gia-han/?nam=2024",
        {"wanted_on": "31/01/2025", "reason": "Chờ hướng dẫn."}, Extension,
    ),
    "contribution": (
        "minh", "/nhiem-vu/III.5/2024/phoi-hop/?nam=2024",
        {"unit": "TTCBTH", "wanted": "Cử một người.", "due_on": "20/12/2024"}, Contribution,
    ),
    "reminder": ("thu", "/phan-viec/{late}/nhac/?nam=2024", {"words": "Nhắc."}, Reminder),
    "leaders": ("thu", "/phan-viec/{late}/bao-cao/?nam=2024", {"words": "Trình."}, Reminder),
    "letter": (
        "thu", "/don-doc/phieu/lap/TTPVKS/?nam=2024",
        {"answer_by": "20/12/2024", "words": "Khẩn trương."}, UrgeLetter,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_is_done_once_and_answered_alike(
    name, client, opened, minh, thu, quang, work, assignment_of
):
    who, address, sent, model = FORMS[name]
    person = {"minh": minh, "thu": thu, "quang": quang}[who]
    late = assignment_of("I.2/2024")
    address = address.format(pk=work.pk, late=late.pk)
    if name == "directive":
        sent = sent | {"unit": work.unit_id}
    client.force_login(person)
    first = client.post(address, sent)
    assert first.status_code == 302, first.content.decode()[:3000]
    told, rows = AuditEvent.objects.count(), model.objects.count()
    notices = Notice.objects.count()
    second = client.post(address, sent)
    assert (second.status_code, second.url) == (302, first.url)
    assert rows == model.objects.count() >= 1
    assert (AuditEvent.objects.count(), Notice.objects.count()) == (told, notices)


def test_two_posts_of_a_person_to_an_address_take_turns(db):
    """PostgreSQL: whoever holds the name alone lets nobody else in. SQLite's transactions do that."""
    if connection.vendor != "postgresql":
        with locks.alone("post 1 /x"):
            pass
        return
    order = []

    def holds(number):
        with locks.alone("post 1 /x"):
            order.extend([number, number])
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        with locks.alone("post 1 /x"):
            waiting = [pool.submit(holds, number) for number in (1, 2)]
            assert not any(one.done() for one in waiting)
            order.append(0)
        for one in waiting:
            one.result(10)
    assert order in ([0, 1, 1, 2, 2], [0, 2, 2, 1, 1])
