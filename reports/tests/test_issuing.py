"""A report's way in the office's words: HCQT trình, lãnh đạo trả lại, sửa, trình lại, duyệt, văn thư
cấp số, gắn bản ký, đính chính; and every move that is refused."""

import base64
import re
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cchc.models import AuditEvent
from conftest import at
from reports import issuing, writing
from reports.issuing import StaleReport, WrongField
from reports.models import Report, ReportAct, ReportFile
from reports.pages.report import find_period
from reports.tests.flow_scene import (
    DECEMBER,
    approved,
    draft,
    fresh,
    issued_without_files,
    submitted,
    tiny,
)
from tasks.models import Notice
from tasks.workflow import NotAllowed

pytestmark = pytest.mark.usefixtures("thu", "quang")
STEPS = ("submit", "return", "approve", "issue", "sign", "correct")
OF_THE_COORDINATOR = ("submit", "issue", "sign", "correct")


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DECEMBER, tick=False):
        yield


@pytest.fixture
def small(monkeypatch):
    """Files of a report of a few lines: what they hold is tested elsewhere."""
    monkeypatch.setattr(issuing, "build_report", tiny)


def address(step, code="nam-2024"):
    return reverse(f"reports:{step}", args=[code])


def seen(report, **typed):
    report = fresh(report)
    return {"version": report.version, "revision": report.revision} | typed


def text(page):
    return page.content.decode()


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def signed_pdf(content=b"%PDF-1.7 signed\n%%EOF"):
    return SimpleUploadedFile("05-BC-VP.signed.pdf", content, "application/pdf")


def test_a_report_goes_its_whole_way(client, opened, thu, quang, small):
    report = draft(opened, thu)
    client.force_login(thu)
    page = text(client.get(address("submit")))
    assert "đề mục còn trống" in page and "Vẫn trình được" in page
    assert client.post(address("submit"), seen(report)).status_code == 302
    assert fresh(report).status == "submitted"
    assert Notice.objects.filter(user=quang, kind=Notice.Kind.REPORT).count() == 1

    client.force_login(quang)
    page = text(client.get(reverse("reports:report", args=["nam-2024"])))
    assert "Nội dung và số liệu đúng như khi trình ngày 18/12/2024" in page
    assert address("approve") in page and address("return") in page
    assert "đề mục còn trống" in page  # what the check said goes with it
    assert client.post(address("return"), seen(report, reason=" ")).status_code == 422
    client.post(address("return"), seen(report, reason="Bổ sung mục I.6.\nNêu nguyên nhân."))
    assert fresh(report).is_draft and fresh(report).snapshot is None

    client.force_login(thu)
    page = text(client.get(reverse("reports:report", args=["nam-2024"])))
    assert "Bổ sung mục I.6.<br>Nêu nguyên nhân." in page
    section = report.sections.get(position=1)
    told = {"key": "dan", "base": "", "seen_version": 0, "by": thu, "at": DECEMBER}
    writing.save_passage(section=section, text="Lời văn đã sửa.", **told)
    client.post(address("submit"), seen(report))
    client.force_login(quang)
    client.post(address("approve"), seen(report))
    assert fresh(report).status == "approved"

    client.force_login(thu)
    assert "/BC-VP" in text(client.get(address("issue")))
    client.post(address("issue"), seen(report, number="05", issued_on="18/12/2024"))
    report = fresh(report)
    assert (report.number, report.issued_on) == ("05/BC-VP", date(2024, 12, 18))
    assert list(report.files.values_list("kind", flat=True)) == ["docx", "pdf", "xlsx"]
    answer = client.post(address("sign"), seen(report, file=signed_pdf()), follow=True)
    kept = report.files.get(kind="signed").file
    assert kept.sha256 in text(answer)
    page = text(client.get(reverse("reports:report", args=["nam-2024"])))
    assert kept.sha256 in page and f"{kept.sha256[:12]}…" in page
    for held in report.files.all():
        assert reverse("reports:report_file", args=[held.pk]) in page

    client.post(address("correct"), seen(report, changes="Sửa số liệu mục II.4."))
    second = find_period(opened, "nam-2024").reports.get(version=2)
    assert second.is_draft and second.changes == "Sửa số liệu mục II.4."
    assert fresh(report).is_issued and fresh(report).snapshot == report.snapshot
    acts = ReportAct.objects.filter(report=report).values_list("act", flat=True)
    way = ["begin", "submit", "return", "submit", "approve", "issue", "sign"]
    assert list(acts) == way
    page = text(client.get(reverse("reports:report", args=["nam-2024"]), {"lan": "1"}))
    assert "ban hành số 05/BC-VP ngày 18/12/2024" in page and "xem lần mới nhất" in page
    verbs = AuditEvent.objects.filter(verb__startswith="report_").values_list("verb", flat=True)
    assert {"report_submit", "report_issue", "report_signed", "report_corrected"} <= set(verbs)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_only_by_whom_it_belongs_to(
    client, opened, step, minh, hung, an, thu, quang
):
    draft(opened, thu)
    owner = thu if step in OF_THE_COORDINATOR else quang
    for person in (minh, hung, an, thu, quang):
        client.force_login(person)
        expected = 200 if person == owner else 403
        assert client.get(address(step)).status_code == expected, (person, step)
        if person != owner:
            assert client.post(address(step), {}).status_code == 403


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("return", "Chỉ trả lại được báo cáo đang trình."),
        ("approve", "Chỉ duyệt được báo cáo đang trình."),
        ("issue", "Chỉ ban hành được báo cáo đã duyệt."),
        ("sign", "Gắn bản đã ký sau khi báo cáo được ban hành."),
        ("correct", "Đính chính sau khi báo cáo được ban hành."),
    ],
)
def test_a_draft_can_only_be_submitted(client, opened, thu, quang, step, words):
    report = draft(opened, thu)
    client.force_login(thu if step in OF_THE_COORDINATOR else quang)
    page = client.get(address(step))
    assert words in text(page) and "Hiện nay: dự thảo" in text(page)
    typed = {"reason": "Sửa lại.", "number": "5", "issued_on": "18/12/2024", "changes": "Sửa"}
    answer = client.post(address(step), seen(report, **typed, file=signed_pdf()))
    assert answer.status_code == 422 and words in text(answer)
    assert fresh(report).is_draft and ReportAct.objects.count() == 1


def test_what_was_typed_for_a_refused_step_is_shown(client, opened, thu, quang):
    report = draft(opened, thu)
    client.force_login(quang)
    page = text(client.post(address("return"), seen(report, reason="Bổ sung <b>mục</b> I.6.")))
    assert "Bổ sung &lt;b&gt;mục&lt;/b&gt; I.6." in page


def test_nothing_is_submitted_before_the_data_day(client, opened, thu):
    with time_machine.travel(at(2024, 12, 13), tick=False):
        report = draft(opened, thu, when=at(2024, 12, 13))
        client.force_login(thu)
        assert "Chưa đến ngày chốt số liệu 14/12/2024" in text(client.get(address("submit")))
        assert client.post(address("submit"), seen(report)).status_code == 422
    assert fresh(report).is_draft


def test_a_report_that_is_not_begun_has_no_way(client, opened, thu):
    client.force_login(thu)
    for step in OF_THE_COORDINATOR:
        assert client.get(address(step)).status_code == 404
    assert client.get(address("submit", "nam-2030")).status_code == 404


def test_from_a_past_day_nothing_is_moved(client, opened, thu):
    draft(opened, thu)
    client.force_login(thu)
    assert client.get(address("submit"), {"tinh-den": "2024-12-16"}).status_code == 403


def test_who_comes_second_is_told_who_was_first_and_keeps_the_words(client, opened, thu, quang):
    report = submitted(draft(opened, thu), thu)
    before = seen(report)
    issuing.approve_report(
        report=report, seen_revision=before["revision"], by=quang, at=at(2024, 12, 18, 8, 40)
    )
    client.force_login(quang)
    page = client.post(address("return"), before | {"reason": "Thiếu mục I.6."})
    assert page.status_code == 409
    assert "Đỗ Quang đã ghi “Duyệt” lúc 08:40 18/12/2024" in text(page)
    assert "Thiếu mục I.6." in text(page) and fresh(report).status == "approved"


def test_a_form_that_lost_its_marks_is_told_so(client, opened, thu):
    draft(opened, thu)
    client.force_login(thu)
    page = client.post(address("submit"), {"revision": "x"})
    assert page.status_code == 422 and "không còn nguyên vẹn" in text(page)


def test_sent_twice_is_done_once(client, opened, thu, quang, small):
    report = draft(opened, thu)
    client.force_login(thu)
    steps = [("submit", thu, {}), ("approve", quang, {})]
    steps += [("issue", thu, {"number": "7", "issued_on": "18/12/2024"})]
    for step, person, typed in steps:
        client.force_login(person)
        sent = seen(report, **typed)
        assert [client.post(address(step), sent).status_code for _ in range(2)] == [302, 302], step
    client.force_login(thu)
    sent = seen(report)
    for _ in range(2):
        answer = client.post(address("sign"), sent | {"file": signed_pdf()})
        assert answer.status_code == 302
    sent["changes"] = "Sửa số liệu."
    assert [client.post(address("correct"), sent).status_code for _ in range(2)] == [302, 302]
    assert report.files.count() == 4 and find_period(opened, "nam-2024").reports.count() == 2
    acts = ReportAct.objects.values_list("act", flat=True)
    assert list(acts) == ["begin", "submit", "approve", "issue", "sign", "begin"]


def test_number_and_day_are_refused_in_their_own_field(client, opened, thu, quang, small):
    other = issued_without_files(draft(opened, thu, "quy-3-2024"), thu, quang, number=5)
    report = approved(draft(opened, thu), thu, quang)
    client.force_login(thu)

    def refused(number, day):
        answer = client.post(address("issue"), seen(report, number=number, issued_on=day))
        assert answer.status_code == 422
        form = answer.context["form"]
        assert f'value="{number}"' in text(answer) and f'value="{day}"' in text(answer)
        return {name: " ".join(errors) for name, errors in form.errors.items()}

    used = f"Số 05/BC-VP của năm 2024 đã dùng cho báo cáo {other.period.name}"
    assert refused("5", "18/12/2024")["number"].startswith(used)
    assert "trước ngày chốt số liệu 14/12/2024" in refused("6", "13/12/2024")["issued_on"]
    assert "ở sau hôm nay" in refused("6", "19/12/2024")["issued_on"]
    assert refused("6", "31/02/2024")["issued_on"] == "Tháng 2 không có ngày 31."
    assert "Chỉ ghi phần số" in refused("06/BC-VP", "18/12/2024")["number"]
    assert "Số bắt đầu từ 01" in refused("0", "18/12/2024")["number"]
    assert fresh(report).status == "approved" and not report.files.exists()


def test_only_a_pdf_is_taken_for_the_signed_report(client, opened, thu, quang, small):
    report = issued_without_files(draft(opened, thu), thu, quang)
    client.force_login(thu)
    for name, content, words in (
        ("ky.docx", b"PK\x03\x04", "ky.docx"),
        ("ky.png", PNG, "Bản đã ký là tệp PDF; “ky.png” không phải."),
        ("ky.pdf", b"MZ not a pdf", "không đúng với đuôi tên"),
        ("ky.pdf", b"", "rỗng"),
        ("MẬT tối mật.pdf", b"%PDF-1.7\n%%EOF", "văn bản mật"),
    ):
        upload = SimpleUploadedFile(name, content)
        answer = client.post(address("sign"), seen(report, file=upload))
        assert answer.status_code == 422 and words in text(answer), name
    assert "Chọn tệp PDF đã ký." in text(client.post(address("sign"), seen(report)))
    assert not report.files.filter(kind=ReportFile.Kind.SIGNED).exists()


def test_a_correction_starts_with_the_words_of_what_it_corrects(opened, thu, quang, small):
    report = draft(opened, thu)
    section = report.sections.get(position=1)
    told = {"key": "dan", "base": "", "seen_version": 0, "by": thu, "at": DECEMBER}
    writing.save_passage(section=section, text="Lời văn của bản đầu.", **told)
    report = issued_without_files(report, thu, quang)
    with pytest.raises(WrongField):
        issuing.correct(report=report, changes=" \n ", by=thu, at=DECEMBER)
    second = issuing.correct(report=report, changes="Sửa.", by=thu, at=DECEMBER)
    texts = second.sections.get(position=1).passages.values_list("text", flat=True)
    assert list(texts) == ["Lời văn của bản đầu."]
    for again in (report, second):
        with pytest.raises(NotAllowed):
            issuing.correct(report=again, changes="Nữa.", by=thu, at=DECEMBER)


class Flow(RuleBasedStateMachine):
    """Any steps in any order by anybody: the status is always where the allowed steps lead, the
    snapshot is there exactly while it must be, and every step that was taken left one act."""

    plan = people = None

    @initialize()
    def begin(self):
        self.savepoint = transaction.savepoint()
        self.report = draft(self.plan, self.people["thu"])
        self.status, self.acts = "draft", 1

    @rule(who=st.sampled_from(["thu", "quang", "minh"]), stale=st.booleans())
    def submit(self, who, stale):
        self.move(issuing.submit, who, "thu", "draft", "submitted", stale, warnings=[])

    @rule(who=st.sampled_from(["thu", "quang", "minh"]), stale=st.booleans())
    def send_back(self, who, stale):
        told = {"reason": "Sửa."}
        self.move(issuing.return_report, who, "quang", "submitted", "draft", stale, **told)

    @rule(who=st.sampled_from(["thu", "quang", "minh"]), stale=st.booleans())
    def approve(self, who, stale):
        self.move(issuing.approve_report, who, "quang", "submitted", "approved", stale)

    def move(self, act, who, owner, before, after, stale, **told):
        seen = fresh(self.report).revision - stale
        told |= {"report": fresh(self.report), "seen_revision": seen, "at": DECEMBER}
        try:
            act(by=self.people[who], **told)
        except PermissionDenied:
            assert who != owner
        except StaleReport:
            assert who == owner and stale
        except NotAllowed:
            assert who == owner and not stale and self.status != before
        else:
            assert (who, self.status, stale) == (owner, before, False)
            self.status, self.acts = after, self.acts + 1

    @invariant()
    def holds(self):
        if not hasattr(self, "report"):
            return
        now = Report.objects.get(pk=self.report.pk)
        assert now.status == self.status
        assert (now.snapshot is None) == (self.status == "draft")
        assert now.acts.count() == now.revision == self.acts

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)


def test_whatever_people_try_the_report_stays_on_its_way(opened, thu, quang, minh, monkeypatch):
    report = draft(opened, thu)
    values = tiny(report.period, DECEMBER.date(), report)
    report.acts.all().delete()
    report.sections.all().delete()
    report.delete()
    monkeypatch.setattr(issuing, "build_report", lambda *_: values)
    Flow.plan, Flow.people = opened, {"thu": thu, "quang": quang, "minh": minh}
    run_state_machine_as_test(
        Flow,
        settings=settings(
            max_examples=8,
            stateful_step_count=8,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_the_pages_have_no_inline_style_or_script(client, opened, thu):
    draft(opened, thu)
    client.force_login(thu)
    for step in OF_THE_COORDINATOR:
        page = text(client.get(address(step)))
        assert "style=" not in page and not re.search(r"<script(?![^>]*src=)", page)
