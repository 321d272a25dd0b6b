"""Attacks that the application withstands: foreign words, foreign ids, hostile text, two tabs."""

import re
import uuid
import zipfile
from datetime import date, timedelta
from io import BytesIO, StringIO

import pdfplumber
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.clock import local_day
from cchc.models import AuditEvent, StoredFile, Unit, User
from conftest import at, make_user
from tasks import actions
from tasks.ledger import read_year
from tasks.models import Assignment, Document, Evidence, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, give_back, report, send, verify
from tasks.workflow import NotAllowed, State

CANARY = re.compile(r"zq(TTPVKS|TTCBTH|HCQT)[a-z]+")
NOW = at(2024, 12, 16)


def canaried(assignment, who, day=date(2024, 11, 1), **other):
    """Words of which none may be read outside the unit."""
    mark = f"zq{assignment.unit.code}"
    upload = SimpleUploadedFile(
        f"{mark}file.pdf", b"%PDF-1.7 " + mark.encode() + b"\n%%EOF", "application/pdf"
    )
    cited = citation(
        f"{assignment.pk}/{mark}number",
        day,
        all_products(assignment),
        summary=f"{mark}summary",
        signer=f"{mark}signer",
        kind=f"{mark}kind",
        upload=upload,
    )
    words = {
        "result": f"{mark}result",
        "difficulty": f"{mark}difficulty",
        "proposal": f"{mark}proposal",
    }
    report(assignment, who, at(2024, 11, 2), cite=(cited,), **words | other)


@pytest.fixture
def told(lan, minh, hoa, thu, quang, assignment_of):
    """Every unit has written something: saved, sent, returned, verified, blocked, overdue."""
    people = {"HCQT": lan, "TTPVKS": minh, "TTCBTH": hoa}
    codes = ("I.2", "I.3", "II.1", "III.1", "III.3", "VI.1", "VII.4")
    found = Assignment.objects.filter(year=2024, unit__code__in=people, task__code__in=codes)
    own = list(found.select_related("task", "unit"))
    for n, assignment in enumerate(own):
        who = people[assignment.unit.code]
        canaried(assignment, who, send=n % 2 == 0)
        if n % 4 == 0:
            give_back(
                assignment,
                quang if assignment.unit.code == "HCQT" else thu,
                at(2024, 11, 5),
                f"zq{assignment.unit.code}reason",
            )
        elif n % 4 == 2:
            verify(assignment, quang if assignment.unit.code == "HCQT" else thu, at(2024, 11, 6))
    stopped = fresh(next(a for a in reversed(own) if fresh(a).state == State.DOING))
    actions.stop(
        assignment=stopped,
        by=thu,
        at=at(2024, 11, 7),
        seen_version=stopped.version,
        citation=citation("9/QĐ-VP", date(2024, 11, 6), summary="Sáp nhập"),
        reason=f"zq{stopped.unit.code}stopreason",
    )
    return own


def words_of(response) -> str:
    """Everything that can be read in an answer, whatever its format."""
    body = b"".join(response) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    head = " ".join(f"{k}: {v}" for k, v in response.items())
    if kind.endswith("sheet"):
        with zipfile.ZipFile(BytesIO(body)) as book:
            return head + " ".join(book.read(n).decode(errors="replace") for n in book.namelist())
    if kind == "application/pdf" and body.startswith(b"%PDF") and b"zq" not in body[:60]:
        with pdfplumber.open(BytesIO(body)) as pdf:
            return head + re.sub(r"\s", "", "".join(p.extract_text() or "" for p in pdf.pages))
    return head + body.decode(errors="replace")


def addresses(plan, own):
    for mark in ("", "tinh-den=2024-11-03"):
        yield f"/?{mark}"
        yield f"/?dung-nhu-da-biet=1&{mark}"
        yield f"/ke-hoach/?{mark}"
        yield f"/ke-hoach/?trang-thai=tra-lai&{mark}"
    yield "/ke-hoach/?q=zqresult"
    yield from ("/ke-hoach/excel/", "/ke-hoach/pdf/", "/viec-cua-don-vi/", "/cho-xac-nhan/")
    yield from (reverse("reports:dashboard_pdf"), reverse("reports:presentation"))
    yield from (reverse("tasks:calendar"), reverse("tasks:notices"))
    yield from ("/chi-tieu/", "/chi-tieu/CT5.2/", "/bao-cao/nam-2024/", "/bao-cao/nam-2024/excel/")
    for code in sorted({assignment.task.code for assignment in own}):
        yield f"/nhiem-vu/{code}/2024/"
        yield f"/nhiem-vu/{code}/2024/?loai=tra-lai&tinh-den=2024-12-01"
    for assignment in own:
        for verb in ("cap-nhat", "xac-nhan", "tra-lai"):
            yield f"/phan-viec/{assignment.pk}/{verb}/"
    for document in Document.objects.all():
        yield f"/van-ban/{document.pk}/tep/"


def admin_addresses():
    for event in AuditEvent.objects.exclude(verb="year_opened"):
        yield f"/quan-tri/cchc/auditevent/{event.pk}/change/"
    for name in ("cchc/auditevent", "cchc/unit", "tasks/task", "indicators/measurement"):
        yield f"/quan-tri/{name}/"
    for unit in Unit.objects.all():
        for page in ("change", "delete", "history"):
            yield f"/quan-tri/cchc/unit/{unit.pk}/{page}/"


@pytest.mark.parametrize("who", ["minh", "hung", "hoa", "an_with_a_unit"])
@time_machine.travel(NOW, tick=False)
def test_nobody_reads_what_another_unit_wrote(who, told, plan, client, hung, an):
    make_user("an_with_a_unit", "An ở Văn phòng", User.Role.ADMINISTRATOR, "VP")
    person = User.objects.select_related("unit").get(username=who)
    own_unit = None if person.is_administrator else person.unit.code
    client.force_login(person)
    leaks, own_words = set(), set()
    urls = [*addresses(plan, told), *(admin_addresses() if person.is_administrator else ())]
    for url in urls:
        answers = [client.get(url)]
        if "/phan-viec/" in url or "/ke-hoach/?" in url:
            answers.append(client.get(url, headers={"HX-Request": "true"}))
        if "/phan-viec/" in url:
            answers.append(client.post(url, {"version": 1}))
        for answer in answers:
            assert answer.status_code < 500, url
            for found in CANARY.finditer(words_of(answer)):
                (own_words if found[1] == own_unit else leaks).add((url, found[0]))
    assert not leaks
    assert bool(own_words) == (own_unit is not None)


def test_no_mail_tells_what_another_unit_wrote(told, settings, mailoutbox):
    settings.SITE_URL = "https://cchc.vp.example"
    units = {}
    for user in User.objects.filter(role=User.Role.MEMBER).select_related("unit"):
        user.email = f"{user.username}@vp.example"
        user.save()
        units[user.email] = user.unit.code
    for moment in (at(2024, 11, 5, 10), NOW):  # what is urgent, the week's digests
        with time_machine.travel(moment, tick=False):
            call_command("send_notices", stdout=StringIO())
    found = {
        (units[address], canary[1])
        for mail in mailoutbox
        for address in mail.to
        for canary in CANARY.finditer(f"{mail.subject} {mail.body} {mail.alternatives}")
    }
    assert {unit for unit, _ in found} >= {"TTPVKS"}  # each reads its own
    assert all(unit == written_by for unit, written_by in found)


# --- Two tabs, two clicks ---


def typed(work, **other):
    return {
        "version": fresh(work).version,
        "form_key": str(uuid.uuid4()),
        "result": "Đã làm.",
        "vb-TOTAL_FORMS": "1",
        "vb-INITIAL_FORMS": "0",
    } | other


def paper(work, n=0, **other):
    fields = {
        "number": "57/QĐ-VP",
        "issued_on": "16/04/2024",
        "summary": "Thành lập Đoàn kiểm tra",
        "issuer": "Văn phòng UBND tỉnh",
        "products": list(all_products(work)),
    } | other
    return {f"vb-{n}-{name}": value for name, value in fields.items()}


@pytest.fixture
def work(assignment_of):
    """III.5/2024 of Minh's centre."""
    return assignment_of("III.5/2024")


@pytest.fixture
def desk(client, minh):
    client.force_login(minh)
    with time_machine.travel(NOW, tick=False):
        yield client


def address(work):
    return f"/phan-viec/{work.pk}/cap-nhat/"


def next_form(answer) -> dict:
    """The hidden fields and the ticked boxes of the form that came back."""
    page = answer.content.decode()
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("version", "form_key")
    }
    boxes = re.findall(r'<input type="checkbox" name="keep"[^>]*>', page)
    kept = [re.search(r'value="(\d+)"', box)[1] for box in boxes if "checked" in box]
    return found | {"keep": kept}


def test_a_double_click_that_keeps_earlier_documents_is_one_update(desk, work):
    desk.post(address(work), typed(work) | paper(work))
    kept = [row.pk for row in actions.standing_evidence(work)]
    form = typed(work, keep=kept, result="Đã làm thêm.")
    first = desk.post(address(work), form)
    second = desk.post(address(work), form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert work.updates.count() == 2


def test_saving_then_going_back_and_sending_is_not_answered_as_saved(desk, work):
    form = typed(work) | paper(work)
    assert desk.post(address(work), form).status_code == 302
    assert desk.post(address(work), form | {"send": "1"}).status_code == 409
    changed = form | {"difficulty": "Thiếu người", "proposal": "Bổ sung"}
    assert desk.post(address(work), changed).status_code == 409
    other_paper = form | {"vb-0-number": "58/QĐ-VP"}
    assert desk.post(address(work), other_paper).status_code == 409
    assert desk.post(address(work), form).status_code == 302, (
        "the same form again: the first answer"
    )
    assert work.updates.count() == 1


def test_the_form_that_comes_back_stale_can_be_sent(desk, work):
    form = typed(work) | paper(work)
    desk.post(address(work), form)
    stale = desk.post(address(work), form | {"result": "Chữ đã sửa."})
    assert stale.status_code == 409
    again = typed(work, result="Chữ đã sửa.") | next_form(stale)
    assert desk.post(address(work), again).status_code == 302
    assert work.updates.last().result == "Chữ đã sửa."


def test_a_stale_form_keeps_the_documents_that_stand_now(desk, work, hung):
    desk.post(address(work), typed(work) | paper(work))
    kept = [row.pk for row in actions.standing_evidence(work)]
    opened = typed(work, keep=kept, result="Bản của Minh.")
    report(work, hung, NOW, keep=tuple(kept), result="Bản của Hùng.")
    stale = desk.post(address(work), opened)
    assert stale.status_code == 409
    assert desk.post(address(work), opened | next_form(stale)).status_code == 302
    assert actions.standing_evidence(work).count() == len(kept)


# --- Ids of others in the body ---


def test_evidence_of_another_unit_is_never_taken_over(desk, work, hoa):
    foreign = Assignment.objects.filter(unit=hoa.unit, year=2024, state=State.NEW).first()
    report(foreign, hoa, at(2024, 11, 1), cite=(citation(on=date(2024, 10, 1)),))
    theirs = Evidence.objects.get(update__assignment=foreign)
    desk.post(address(work), typed(work, keep=[theirs.pk]))
    desk.post(address(work), typed(work, keep=[9 * 10**30, -1]))
    assert not Evidence.objects.filter(update__assignment=work).exists()


def test_products_of_another_task_are_refused_in_the_form(desk, work, assignment_of):
    others = all_products(assignment_of("I.3/2024"))
    answer = desk.post(address(work), typed(work) | paper(work, products=list(others)))
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_more_fields_than_the_form_has_change_nothing(desk, work):
    hostile = {
        "state": "done",
        "done_on": "2024-01-01",
        "unit": 1,
        "by": 1,
        "effective_on": "2020-01-01",
    }
    desk.post(address(work), typed(work, **hostile))
    now, act = fresh(work), work.updates.get()
    assert (now.state, now.unit, act.effective_on) == (State.DOING, work.unit, NOW.date())


# --- Nobody verifies their own work ---


def test_who_sent_the_work_does_not_verify_it_after_moving_to_hcqt(work, minh):
    send(work, minh)
    minh.role, minh.unit = User.Role.COORDINATOR, Unit.objects.get(code="HCQT")
    minh.save()
    with pytest.raises(NotAllowed):
        verify(work, minh)
    assert fresh(work).state == State.PENDING


def test_hcqts_own_work_sent_by_somebody_who_became_a_leader_waits_for_another(
    assignment_of, lan, quang
):
    own = Assignment.objects.filter(unit=lan.unit, year=2024, state=State.NEW).first()
    send(own, lan)
    lan.role, lan.unit = User.Role.LEADER, quang.unit
    lan.save()
    with pytest.raises(NotAllowed):
        verify(own, lan)
    verify(own, quang)


@pytest.mark.parametrize("code", ["VP", "TTPVKS", "TTCBTH"])
def test_a_coordinator_outside_hcqt_has_no_queue_and_verifies_nothing(code, work, minh, client):
    send(work, minh)
    stray = make_user("la", "Người lạ", User.Role.COORDINATOR, code)
    client.force_login(stray)
    assert not Assignment.objects.awaiting(stray).exists()
    assert client.post(f"/phan-viec/{work.pk}/xac-nhan/", {"version": 2}).status_code == 403


def test_a_person_switched_off_between_two_requests_writes_nothing(desk, work, minh):
    User.objects.filter(pk=minh.pk).update(is_active=False)
    assert desk.post(address(work), typed(work)).status_code == 302
    assert not work.updates.exists()


# --- Files ---


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


# --- Text ---

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


# --- The ledger ---


@pytest.mark.parametrize("known_only", [False, True])
def test_waited_for_work_without_a_due_day_leaves_the_books_when_it_is_done(
    known_only, plan, assignment_of, thu, lan, quang, minh
):
    waiting = assignment_of("IV.1/2022")
    upstream = citation("1/HD-VPCP", date(2022, 3, 1), issuer="Văn phòng Chính phủ")
    actions.record_trigger(task=waiting.task, by=thu, at=at(2022, 3, 2), citation=upstream)
    who = {unit: person for person in (lan, minh) for unit in [person.unit_id]}
    who = who.get(waiting.unit_id) or make_user("w", "W", User.Role.MEMBER, waiting.unit.code)
    send(waiting, who, date(2022, 9, 1))
    verify(waiting, quang if waiting.unit.code == "HCQT" else thu, at(2022, 9, 2))
    view = read_year(plan, 2024, date(2024, 6, 1), known_only=known_only)
    assert waiting.pk not in {row.assignment_id for row in view.rows}


def test_waited_for_work_stopped_in_an_earlier_year_leaves_the_books(plan, assignment_of, thu):
    waiting = assignment_of("IV.1/2022")
    actions.stop(
        assignment=waiting,
        by=thu,
        at=at(2022, 5, 2),
        seen_version=waiting.version,
        citation=citation("9/QĐ-VP", date(2022, 5, 1)),
        reason="Không còn việc",
    )
    assert waiting.pk in {r.assignment_id for r in read_year(plan, 2022, date(2024, 6, 1)).rows}
    assert waiting.pk not in {r.assignment_id for r in read_year(plan, 2024, date(2024, 6, 1)).rows}


def test_work_that_one_of_several_units_finished_is_not_carried_by_the_others(plan, minh, thu):
    """Rule "any", a yearly task: done in 2023 by one unit, so in 2024 nobody owes it."""
    work = Assignment.objects.filter(
        year=2023, unit=minh.unit, state=State.NEW, task__deadline_kind="recurring"
    )
    work = next(
        a for a in work if a.task.assignments.filter(year=2023, period=a.period).count() > 1
    )
    type(work.task).objects.filter(pk=work.task_id).update(completion="any")
    send(work, minh, date(2023, 2, 19))
    verify(work, thu, at(2023, 3, 1))
    code, day = work.task.code, date(2024, 6, 1)
    first = {(o.code, o.year): o for o in read_year(plan, 2023, day).occurrences}
    assert first[code, 2023].state == State.DONE
    for known_only in (False, True):
        view = read_year(plan, 2024, day, known_only=known_only)
        assert (code, 2023) not in {(o.code, o.year) for o in view.listed()}
        assert (code, 2023) not in {(row.code, row.year) for row in view.rows}


ACTS = ("report", "send", "return", "verify", "stop", "trigger")
STEP = st.tuples(
    st.sampled_from(ACTS),
    st.sampled_from(("lan", "minh", "hung", "hoa", "thu", "quang", "an")),
    st.integers(0, 2),  # which piece of work
    st.none() | st.integers(0, 20),  # instead of the above, one of the moves that are allowed
    st.integers(0, 120),  # days since the step before
    st.integers(0, 500),  # how many days before it the document was issued
)


class Undo(Exception):
    """Ends an example's transaction."""


def may(act, person, work) -> bool:
    """The rules once more, written without the application's own functions."""
    who, unit = person.username, work.unit.code
    working = work.state in ("new", "doing", "ready", "returned")
    if act in ("report", "send"):
        return working and who not in ("quang", "an") and person.unit.code == unit
    if act in ("return", "verify"):
        return work.state == "pending" and who == ("quang" if unit == "HCQT" else "thu")
    if act == "trigger":
        return who == "thu" and work.state == "waiting"
    return who == "thu" and (working or work.state == "waiting")


def play(act, by, work, moment, issued):
    now = fresh(work)
    cited = citation(f"{issued.toordinal()}/QĐ-VP", issued, all_products(now))
    if act in ("report", "send"):
        cite = (cited,) if act == "send" or issued.day % 2 else ()
        report(now, by, moment, send=act == "send", cite=cite)
    elif act == "return":
        give_back(now, by, moment)
    elif act == "verify":
        verify(now, by, moment)
    elif act == "stop":
        seen = {"seen_version": now.version, "citation": cited, "reason": "Sáp nhập"}
        actions.stop(assignment=now, by=by, at=moment, **seen)
    else:
        due = moment.date() + timedelta(30)
        actions.record_trigger(task=now.task, by=by, at=moment, citation=cited, due_on=due)


def agrees(work):
    """The cache is what the last act left; as at the last day the ledger says the same."""
    now, last = fresh(work), work.updates.last()
    if last is None:
        return
    assert now.version == last.seq + 1 == work.updates.count() + 1
    for name in ("state", "due_on", "blocked", "products_issued"):
        assert getattr(now, name) == getattr(last, name), name
    assert now.done_on == (last.done_on if last.state == State.DONE else None)
    assert all(act.effective_on <= local_day(act.recorded_at) for act in work.updates.all())


@pytest.fixture
def cast(lan, minh, hung, hoa, thu, quang, an):
    people = (lan, minh, hung, hoa, thu, quang, an)
    return {person.username: person for person in people}


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=6, max_size=16), rule=st.sampled_from(("all", "any")))
def test_whatever_people_do_the_books_agree(steps, rule, cast, plan, assignment_of):
    mine = assignment_of("II.1/2023", "TTPVKS")
    other = mine.task.assignments.filter(year=2023).exclude(unit=mine.unit).first()
    cast["hoa"].unit = other.unit
    works = [mine, other, assignment_of("IV.1/2022")]
    ids = [work.pk for work in works]
    try:
        with transaction.atomic():
            type(works[0].task).objects.filter(pk=works[0].task_id).update(completion=rule)
            moment, days = at(2022, 12, 1), set()
            for act, who, place, proper, later, before in steps:
                moment += timedelta(later)
                work = fresh(works[place])
                moves = [(a, p) for a in ACTS for p in cast if may(a, cast[p], work)]
                if moves and proper is not None:
                    act, who = moves[proper % len(moves)]
                allowed = may(act, cast[who], work)
                count = ProgressUpdate.objects.count()
                issued = moment.date() - timedelta(before)
                try:
                    with transaction.atomic():
                        play(act, cast[who], work, moment, issued)
                except (NotAllowed, PermissionDenied):
                    assert not allowed, (act, who, work.state)
                    assert ProgressUpdate.objects.count() == count
                else:
                    assert allowed, (act, who, work.state)
                days |= {moment.date(), issued}
                for work in works:
                    agrees(work)
            today = moment.date()
            for year in plan.years():
                for day in sorted(days)[::5] + [today]:
                    for known_only in (False, True):
                        view = read_year(plan, year, day, known_only=known_only)
                        assert sum(view.counts.values()) == len(view.occurrences)
                        assert sum(view.row_counts.values()) == len(view.rows)
                        assert not {r.assignment_id for r in view.rows if r.prior}
            for year in plan.years():
                known = read_year(plan, year, today, known_only=True)
                view = read_year(plan, year, today)
                assert known.rows == view.rows and known.prior == view.prior
                for row in view.rows:
                    if row.assignment_id not in ids:
                        continue
                    now = fresh(Assignment(pk=row.assignment_id))
                    for name in ("state", "due_on", "done_on", "blocked", "products_issued"):
                        assert getattr(now, name) == getattr(row, name), name
            raise Undo
    except Undo:
        pass
