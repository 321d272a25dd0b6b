"""Việc của đơn vị: the list, and reporting without leaving it."""

import uuid
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc.models import AuditEvent
from conftest import at
from tasks.models import Assignment, Document, ProgressUpdate
from tasks.tests.story import all_products, fresh, give_back, report, send, verify
from tasks.workflow import State

LIST = "/viec-cua-don-vi/?nam=2024"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def work(assignment_of):
    """III.5/2024 of Minh's centre: two products, due 31/12/2024."""
    return assignment_of("III.5/2024")


def address(work, query="?nam=2024"):
    return f"/phan-viec/{work.pk}/cap-nhat/{query}"


def typed(work, **other):
    """A whole form as a browser posts it."""
    return {
        "version": work.version,
        "form_key": str(uuid.uuid4()),
        "result": "Đã thành lập Đoàn kiểm tra.",
        "difficulty": "",
        "proposal": "",
        "vb-TOTAL_FORMS": "2",
        "vb-INITIAL_FORMS": "0",
    } | other


def document(n=0, **other):
    fields = {
        "number": "57/QĐ-VP",
        "issued_on": "16/04/2024",
        "kind": "Quyết định",
        "summary": "Thành lập Đoàn kiểm tra năm 2024",
        "issuer": "Văn phòng UBND tỉnh",
        "signer": "Trần Đình Quang",
    } | other
    return {f"vb-{n}-{name}": value for name, value in fields.items()}


def text(response) -> str:
    return response.content.decode()


def test_the_list_groups_work_by_what_to_do_now(
    client, minh, thu, hoa, plan, assignment_of, lan, quang
):
    done, sent, back = (assignment_of(f"{code}/2024") for code in ("I.2", "I.3", "III.1"))
    send(done, minh)
    verify(done, thu, at(2024, 3, 1))
    send(sent, minh, date(2024, 3, 14))
    send(back, minh, date(2024, 11, 1))
    give_back(back, thu, at(2024, 11, 5), "Thiếu danh mục thủ tục")
    client.force_login(minh)
    page = text(client.get(LIST))
    order = ["Quá hạn", "Bị trả lại", "Đến hạn trong 15 ngày", "Đang chờ xác nhận", "Đã xong"]
    places = [page.index(f">{title}</span>") for title in order if f">{title}</span>" in page]
    assert places == sorted(places) and len(places) >= 4
    assert "Phạm Minh Thu trả lại 05/11/2024: Thiếu danh mục thủ tục" in page
    assert "Trung tâm Công báo và Tin học" not in page


def test_another_units_work_is_not_there(client, hoa, work):
    client.force_login(hoa)
    assert "III.5" not in text(client.get(LIST))
    assert client.get(address(work)).status_code == 404
    assert client.post(address(work), typed(work)).status_code == 404
    assert not ProgressUpdate.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client, work):
    for url in (LIST, address(work)):
        assert client.get(url).headers["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize("who", ["quang", "an"])
def test_leader_and_administrator_report_nothing(client, who, work, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    assert client.post(address(work), typed(work)).status_code == 403


def test_hcqt_reads_but_does_not_write_for_a_unit(client, thu, work):
    client.force_login(thu)
    assert client.post(address(work), typed(work)).status_code == 403


def test_the_unit_saves_progress(client, minh, work):
    client.force_login(minh)
    answer = client.post(address(work), typed(work), follow=True)
    assert "Đã lưu cập nhật III.5/2024." in text(answer)
    assert fresh(work).state == State.DOING
    assert AuditEvent.objects.filter(verb="assignment_report", by=minh).count() == 1


def test_in_place_the_answer_is_the_row(client, minh, work):
    client.force_login(minh)
    row = client.get(address(work), headers={"HX-Request": "true"})
    assert text(row).lstrip().startswith('<div class="wl-r">') and "Lưu và gửi xác nhận" in text(
        row
    )
    saved = client.post(address(work), typed(work), headers={"HX-Request": "true"})
    assert saved.status_code == 200 and "Đã lưu cập nhật 09:00" in text(saved)
    assert "<form" not in text(saved)


def test_without_javascript_the_form_is_a_page(client, minh, work):
    client.force_login(minh)
    page = text(client.get(address(work)))
    assert "<title>Cập nhật III.5" in page and "Là sản phẩm" in page


def test_sending_with_documents_for_every_product(client, minh, work):
    first, second = all_products(work)
    client.force_login(minh)
    form = typed(work, send="1") | document(0, products=[first])
    form |= document(1, number="209/BC-VP", issued_on="2024-11-15", products=[second])
    client.post(address(work), form)
    assert fresh(work).state == State.PENDING
    assert work.updates.last().done_on == date(2024, 11, 15)
    assert Document.objects.count() == 2


def test_a_file_goes_with_the_document(client, minh, work):
    client.force_login(minh)
    upload = SimpleUploadedFile("Quyết định 57.pdf", b"%PDF-1.4 x\n%%EOF", "application/pdf")
    client.post(address(work), typed(work) | document(file=upload))
    assert Document.objects.get().file.name == "Quyết định 57.pdf"


BAD = [
    ({"result": ""}, "Ghi đã làm được gì"),
    ({"difficulty": "Thiếu người"}, "ghi đề nghị"),
    ({"proposal": "Bổ sung người"}, "ghi đang vướng gì"),
    ({"result": "Theo văn bản MẬT số 1"}, "văn bản mật"),
    (document(issued_on="31/11/2024"), "Tháng 11 không có ngày 31"),
    (document(issued_on="17/12/2024"), "ở sau hôm nay"),
    (document(issued_on="hôm qua"), "Viết ngày như 16/12/2024"),
    (document(number="57"), "Thiếu ký hiệu"),
    (document(summary=""), "Ghi trích yếu"),
    (document(issuer=""), "Ghi cơ quan ban hành"),
    ({"send": "1"}, "phải ghi văn bản đã ban hành"),
    ({"send": "1"} | document(), "Chưa có văn bản cho sản phẩm"),
    (
        document(file=("tệp.exe", b"MZ")),
        "không thuộc loại được nhận",
    ),
    (
        document(file=("tệp.pdf", b"<html>")),
        "không đúng với đuôi tên",
    ),
]


@pytest.mark.parametrize("wrong, sentence", BAD, ids=[b[1] for b in BAD])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "in-place"])
def test_bad_input_is_told_kept_and_writes_nothing(client, minh, work, wrong, sentence, headers):
    client.force_login(minh)
    form = typed(work, result="Nội dung đã gõ rất dài") | wrong
    if "vb-0-file" in form:
        form["vb-0-file"] = SimpleUploadedFile(*form["vb-0-file"])
    answer = client.post(address(work), form, headers=headers)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert wrong.get("result", "Nội dung đã gõ rất dài") in text(answer)
    for name in ("vb-0-number", "vb-0-issued_on"):
        assert wrong.get(name, "") in text(answer)
    assert not ProgressUpdate.objects.exists() and not Document.objects.exists()
    assert fresh(work).version == work.version


def test_a_file_over_25_mb_is_refused(client, minh, work, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    client.force_login(minh)
    big = SimpleUploadedFile("to.pdf", b"%PDF-" + b"x" * 1000, "application/pdf")
    answer = client.post(address(work), typed(work) | document(file=big))
    assert answer.status_code == 422 and "chỉ nhận đến" in text(answer)


def test_a_stale_form_gets_both_versions_and_keeps_the_words(client, minh, hung, work):
    seen = typed(work, result="Chữ của Minh")
    report(work, hung, at(2024, 12, 15), result="Chữ của Hùng")
    client.force_login(minh)
    answer = client.post(address(work), seen)
    assert answer.status_code == 409
    assert "Chữ của Minh" in text(answer) and "Chữ của Hùng" in text(answer)
    assert work.updates.count() == 1
    again = seen | {"version": fresh(work).version}
    assert client.post(address(work), again).status_code == 302
    assert work.updates.count() == 2


def test_the_same_form_twice_is_one_update(client, minh, work):
    client.force_login(minh)
    form = typed(work) | document()
    first, second = client.post(address(work), form), client.post(address(work), form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert work.updates.count() == 1 and Document.objects.count() == 1


def test_evidence_of_before_stands_until_it_is_unticked(client, minh, work):
    first, second = all_products(work)
    client.force_login(minh)
    client.post(address(work), typed(work) | document(products=[first]))
    row = work.updates.last().evidence.get()
    page = text(client.get(address(work)))
    assert "Quyết định 57/QĐ-VP ngày 16/04/2024" in page
    form = typed(fresh(work), keep=[row.pk], send="1")
    form |= document(number="209/BC-VP", issued_on="15/11/2024", products=[second])
    client.post(address(work), form)
    assert fresh(work).products_issued == 2


def test_a_product_of_another_task_is_no_choice(client, minh, work, assignment_of):
    foreign = all_products(assignment_of("III.2/2024"))[0]
    client.force_login(minh)
    form = typed(work) | document(products=[foreign])
    assert client.post(address(work), form).status_code == 422


def test_nothing_is_written_from_a_page_of_the_past(client, minh, work):
    client.force_login(minh)
    past = address(work, "?nam=2024&tinh-den=2024-06-01")
    assert client.post(past, typed(work)).status_code == 403
    assert "Cập nhật III.5" not in text(client.get(LIST + "&tinh-den=2024-06-01"))


def test_what_waits_for_verification_is_not_edited(client, minh, work):
    send(work, minh, date(2024, 11, 15))
    client.force_login(minh)
    answer = client.post(address(work), typed(fresh(work)))
    assert answer.status_code == 422 and "đang chờ xác nhận" in text(answer)


def test_unknown_year_and_day_are_404(client, minh, plan):
    client.force_login(minh)
    for query in ("?nam=2031", "?nam=abc", "?tinh-den=2024-02-31", "?nam=20²4"):
        assert client.get("/viec-cua-don-vi/" + query).status_code == 404


@pytest.mark.usefixtures("made_anew")
def test_fixed_number_of_queries(client, minh, plan, django_assert_max_num_queries):
    client.force_login(minh)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    more = [
        Assignment(task=task, unit=minh.unit, year=2024, period=f"D{n}", opened_at=at(2024, 1, 1))
        for task in plan.tasks.all()
        for n in range(100)
    ]
    Assignment.objects.bulk_create(more)
    with django_assert_max_num_queries(len(few)):
        page = client.get(LIST)
    assert text(page).count("data-row") == 50
