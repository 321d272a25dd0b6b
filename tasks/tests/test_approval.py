"""Where a unit wants it, a member prepares and the head sends; and products without a document."""

import uuid
from datetime import date

import pytest
import time_machine

from cchc.models import AuditEvent, Unit
from conftest import at, make_user
from tasks.models import Document, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, report, send, verify
from tasks.workflow import Act, State

LIST = "/viec-cua-don-vi/?nam=2024"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def approving(plan):
    """Minh's centre wants its head's approval."""
    Unit.objects.filter(code="TTPVKS").update(head_approves=True)


@pytest.fixture
def drafted(approving, assignment_of, minh):
    """I.2/2024 prepared by Minh, for Hùng to send."""
    work = assignment_of("I.2/2024")
    send(work, minh, when=at(2024, 12, 15))
    return fresh(work)


def text(response) -> str:
    return response.content.decode()


def approve(client, work, version):
    return client.post(f"/phan-viec/{work.pk}/duyet/", {"version": version})


def typed(work, **other):
    return {
        "version": work.version,
        "form_key": str(uuid.uuid4()),
        "result": "Đã làm xong.",
        "vb-TOTAL_FORMS": "0",
        "vb-INITIAL_FORMS": "0",
    } | other


def test_what_a_member_sends_waits_for_the_head(drafted):
    assert drafted.state == State.READY
    assert drafted.updates.last().act == Act.DRAFT


def test_the_head_reads_what_was_prepared_and_sends_it_as_it_is(client, hung, drafted):
    client.force_login(hung)
    page = text(client.get(LIST))
    assert "Chờ trưởng đơn vị duyệt" in page and "Duyệt và gửi" in page
    assert "Trần Văn Minh trình 15/12/2024: Đã ban hành." in page and "Kế hoạch 14/KH-VP" in page
    answer = approve(client, drafted, drafted.version)
    assert answer.status_code == 302
    sent = fresh(drafted)
    last = sent.updates.last()
    assert (sent.state, last.act, last.by) == (State.PENDING, Act.SUBMIT, hung)
    assert last.done_on == date(2024, 2, 19) and last.evidence.count() == 1
    assert AuditEvent.objects.filter(verb="assignment_submit", by=hung).count() == 1


def test_the_member_sees_that_it_waits_but_cannot_send(client, minh, drafted):
    client.force_login(minh)
    page = text(client.get(LIST))
    assert "Trưởng đơn vị duyệt thì việc mới được gửi" in page and "Duyệt và gửi" not in page
    assert approve(client, drafted, drafted.version).status_code == 403
    form = text(client.get(f"/phan-viec/{drafted.pk}/cap-nhat/"))
    assert "Lưu và trình trưởng đơn vị" in form and "Lưu và gửi xác nhận" not in form


def test_the_head_mends_the_draft_before_sending(client, hung, drafted):
    client.force_login(hung)
    page = text(client.get(f"/phan-viec/{drafted.pk}/cap-nhat/"))
    assert "Đã ban hành.</textarea>" in page and "Lưu và gửi xác nhận" in page
    kept = [row.pk for row in drafted.updates.last().evidence.all()]
    form = typed(drafted, result="Đã ban hành kế hoạch.", keep=kept, send="1")
    client.post(f"/phan-viec/{drafted.pk}/cap-nhat/", form)
    assert fresh(drafted).state == State.PENDING
    assert drafted.updates.last().result == "Đã ban hành kế hoạch."


def test_a_draft_that_changed_since_is_not_sent(client, hung, minh, drafted):
    seen = drafted.version
    report(drafted, minh, at(2024, 12, 15, 16), result="Khoan, còn sửa.")
    client.force_login(hung)
    answer = approve(client, drafted, seen)
    assert answer.status_code == 409 and "Khoan" not in text(answer)
    assert fresh(drafted).state == State.DOING
    send(drafted, minh, when=at(2024, 12, 15, 17))
    answer = approve(client, drafted, seen)
    assert answer.status_code == 409 and "đã thay đổi từ khi trang được mở" in text(answer)
    assert fresh(drafted).state == State.READY


def test_approving_twice_sends_once(client, hung, drafted):
    client.force_login(hung)
    approve(client, drafted, drafted.version)
    assert approve(client, drafted, drafted.version).status_code == 409
    assert ProgressUpdate.objects.filter(act=Act.SUBMIT).count() == 1


def test_the_head_of_another_unit_finds_nothing(client, drafted):
    client.force_login(make_user("ba", "Ngô Ba", "head", "TTCBTH"))
    assert approve(client, drafted, drafted.version).status_code == 404


def test_the_menu_counts_what_waits_for_the_head_only(client, minh, hung, drafted):
    counts = {}
    for person in (minh, hung):
        client.force_login(person)
        counts[person] = client.get("/them/").context["urgent_count"]
    late = drafted.due_on < date(2024, 12, 16)  # then it is counted as overdue for both
    assert counts[hung] == counts[minh] + (0 if late else 1)
    assert not late or counts[hung] > 0


def test_without_the_switch_a_member_sends_at_once(assignment_of, minh):
    work = assignment_of("I.2/2024")
    send(work, minh)
    assert fresh(work).state == State.PENDING


def test_the_administrator_turns_it_on(client, an, plan):
    client.force_login(an)
    unit = Unit.objects.get(code="TTPVKS")
    assert (
        "trưởng đơn vị duyệt trước khi gửi"
        in text(client.get(f"/quan-tri/cchc/unit/{unit.pk}/change/")).lower()
    )


# --- a product without a document, and why --------------------------------------------------------


@pytest.fixture
def work(assignment_of):
    """III.5/2024 of Minh's centre: two products."""
    return assignment_of("III.5/2024")


def test_a_product_without_document_is_refused_until_a_reason_is_given(client, minh, work):
    client.force_login(minh)
    url = f"/phan-viec/{work.pk}/cap-nhat/"
    refused = client.post(url, typed(work, send="1"))
    assert refused.status_code == 422 and "Lý do thiếu văn bản" in text(refused)
    assert fresh(work).state == State.NEW
    client.post(url, typed(work, send="1", missing="Lồng ghép vào báo cáo năm."))
    sent = work.updates.last()
    assert (sent.act, sent.reason) == (Act.SUBMIT, "Lồng ghép vào báo cáo năm.")


def test_the_verifier_sees_the_reason_and_accepts_it_by_verifying(client, minh, thu, work):
    first = all_products(work)[0]
    cited = citation(on=date(2024, 11, 1), products=[first])
    report(work, minh, at(2024, 12, 2), send=True, cite=(cited,), missing="Không kiểm tra năm nay.")
    client.force_login(thu)
    page = text(client.get("/cho-xac-nhan/"))
    assert page.count("Đơn vị nêu lý do: “Không kiểm tra năm nay.”") == 1
    assert "xác nhận là chấp nhận lý do" in page
    verify(work, thu, at(2024, 12, 16))
    done = fresh(work)
    assert (done.state, done.products_issued) == (State.DONE, 1)
    history = text(client.get("/nhiem-vu/III.5/2024/"))
    assert "Lý do thiếu văn bản:" in history


def test_work_without_any_document_is_done_on_the_day_it_was_sent(client, minh, thu, work):
    report(work, minh, at(2024, 12, 2), send=True, missing="Không phát sinh.")
    client.force_login(thu)
    assert "không có văn bản, tính ngày gửi 02/12/2024" in text(client.get("/cho-xac-nhan/"))
    verify(work, thu, at(2024, 12, 16))
    assert fresh(work).done_on == date(2024, 12, 2)


def test_a_reason_that_is_not_needed_is_not_kept(minh, work):
    send(work, minh, date(2024, 11, 1), missing="Thừa.")
    assert work.updates.last().reason == ""


def test_one_document_serves_several_products(minh, work):
    send(work, minh, date(2024, 11, 1))
    assert Document.objects.count() == 1
    assert fresh(work).products_issued == 2


def test_the_same_number_with_another_summary_offers_the_one_that_is_there(client, minh, work):
    report(work, minh, at(2024, 3, 1), cite=(citation(),))
    client.force_login(minh)
    form = typed(fresh(work)) | {
        "vb-TOTAL_FORMS": "1",
        "vb-0-number": "14/KH-VP",
        "vb-0-issued_on": "19/02/2024",
        "vb-0-summary": "Trích yếu khác",
        "vb-0-issuer": "Văn phòng UBND tỉnh",
    }
    answer = client.post(f"/phan-viec/{work.pk}/cap-nhat/", form)
    assert answer.status_code == 422
    assert "“Hoạt động kiểm soát thủ tục hành chính năm 2024”" in text(answer)
    assert "đánh dấu nó ở “Văn bản đã ghi”" in text(answer)
    assert Document.objects.count() == 1
