"""Words of one unit that nobody of another reads: on no page, in no file, in no mail."""

import re
import zipfile
from datetime import date
from io import BytesIO, StringIO

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from cchc.models import AuditEvent, Unit, User
from conftest import at, make_user
from tasks import actions
from tasks.models import Assignment, Document
from tasks.tests.story import all_products, citation, fresh, give_back, report, verify
from tasks.workflow import State

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
        pages = pypdfium2.PdfDocument(body)
        text = "".join(page.get_textpage().get_text_range() for page in pages)
        return head + re.sub(r"\s", "", text)
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
