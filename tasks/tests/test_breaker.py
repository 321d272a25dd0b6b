"""Attacks that the application withstands: foreign words, foreign ids, hostile text, two tabs."""

import re
import uuid
import zipfile
from datetime import date
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cchc.models import Unit, User
from conftest import at, make_user
from tasks import actions
from tasks.models import Assignment, Document, Evidence, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, give_back, report, send, verify

CANARY = re.compile(r"zq(TTPVKS|TTCBTH|HCQT)[a-z]+")
NOW = at(2024, 12, 16)


def canaried(assignment, who, day=date(2024, 11, 1), **other):
    """Words of which none may be read outside the unit."""
    mark = f"zq{assignment.unit.code}"
    upload = SimpleUploadedFile(f"{mark}file.pdf", b"%PDF-1.7 " + mark.encode(), "application/pdf")
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
    own = list(Assignment.objects.filter(year=2024, unit__code__in=people).exclude(state="waiting"))
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
    stopped = fresh(next(a for a in own[::-1] if fresh(a).state == "doing"))
    actions.stop(
        assignment=stopped,
        by=thu,
        at=at(2024, 11, 7),
        seen_version=stopped.version,
        citation=citation("9/zqHCQTstopnumber", date(2024, 11, 6), summary="zqHCQTstopsummary"),
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
    days = ("", "tinh-den=2024-11-03", "dung-nhu-da-biet=1")
    for day in days:
        yield f"/?{day}"
        for query in ("", "q=zqTTPVKSresult", "trang-thai=vuong-mac", "don-vi=TTCBTH", "phoi-hop=1"):
            yield f"/ke-hoach/?{query}&{day}"
    for n, query in enumerate(("", "don-vi=TTPVKS", "trang-thai=tra-lai")):
        yield f"/ke-hoach/excel/?{query}"
        if n == 0:
            yield f"/ke-hoach/pdf/?{query}"
    yield "/ke-hoach/nguyen-van/"
    yield "/viec-cua-don-vi/"
    yield "/cho-xac-nhan/"
    yield "/chi-tieu/"
    yield "/them/"
    for indicator in plan.indicators.all():
        yield f"/chi-tieu/{indicator.code}/"
    for code in sorted({a.task.code for a in own}):
        yield f"/nhiem-vu/{code}/2024/"
        yield f"/nhiem-vu/{code}/2024/?loai=tra-lai&tinh-den=2024-12-01"
    for assignment in own:
        for verb in ("cap-nhat", "xac-nhan", "tra-lai"):
            yield f"/phan-viec/{assignment.pk}/{verb}/"
    for document in Document.objects.all():
        yield f"/van-ban/{document.pk}/tep/"
    yield "/quan-tri/"
    for name in ("cchc/unit", "cchc/user", "cchc/auditevent", "tasks/task", "tasks/plan",
                 "tasks/area", "indicators/indicator", "indicators/measurement"):  # fmt: skip
        yield f"/quan-tri/{name}/"
    for unit in Unit.objects.all():
        for page in ("change", "delete", "history"):
            yield f"/quan-tri/cchc/unit/{unit.pk}/{page}/"


def admin_details():
    from cchc.models import AuditEvent

    for event in AuditEvent.objects.all():
        yield f"/quan-tri/cchc/auditevent/{event.pk}/change/"


@pytest.mark.parametrize("who", ["minh", "hung", "hoa", "lan", "an", "an_of_office"])
def test_nobody_reads_what_another_unit_wrote(who, told, plan, client, hung, an, db):
    if who == "an_of_office":
        make_user(who, "Quản trị của Văn phòng", User.Role.ADMINISTRATOR, "VP")
    person = User.objects.select_related("unit").get(username=who)
    mine = person.unit.code if person.unit and not who.startswith("an") else None
    with time_machine.travel(NOW, tick=False):
        client.force_login(person)
        leaks, seen, read = set(), set(), 0
        urls = list(addresses(plan, told))
        if who.startswith("an"):
            urls += list(admin_details())
        for url in urls:
            for method, extra in (("get", {}), ("get", {"headers": {"HX-Request": "true"}}), ("post", {})):
                if method == "post" and "phan-viec" not in url:
                    continue
                response = getattr(client, method)(url, **extra)
                read += 1
                assert response.status_code != 500, url
                for found in CANARY.finditer(words_of(response).replace(url, "")):
                    if url.endswith("q=zqTTPVKSresult") or "q=zqTTPVKSresult" in url:
                        if found[0] == "zqTTPVKSresult":
                            continue  # what they typed themselves
                    if found[1] != mine:
                        leaks.add((method, url, found[0]))
                    else:
                        seen.add(found[0])
    print(who, read, len(seen))
    if mine:
        assert len(seen) >= 5
    assert not leaks, sorted(leaks)[:40]
