"""The unit's sheet goes out, is filled in, comes back: what is seen, what is written, what is not."""

import unicodedata
from datetime import date, datetime
from io import BytesIO

import pytest
import time_machine
from django.core import signing
from openpyxl import load_workbook

from cchc.models import AuditEvent, Unit
from conftest import at
from reports.sheet_keys import KeyRow, Keys, seal
from reports.tests.sheet_tools import (
    DOWNLOAD,
    PAPER,
    UPLOAD,
    cell,
    changes,
    confirm,
    errors,
    fetch,
    fill,
    put,
    row_of,
    saved,
    upload,
)
from reports.unit_sheet import COLUMNS, HEAD_ROW, KEYS_SHEET, PLACE, SHEET
from tasks.citing import Citation
from tasks.models import Assignment, Document, Evidence, ProgressUpdate
from tasks.tests.story import fresh, give_back, report, send, verify
from tasks.workflow import State

HEAD = HEAD_ROW


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def mine(client, minh, opened):
    client.force_login(minh)
    return client


@pytest.fixture
def content(mine) -> bytes:
    return fetch(mine)


def acts() -> int:
    return ProgressUpdate.objects.count()


def text(response) -> str:
    return response.content.decode()


# --- what goes out ---


def test_the_sheet_has_the_units_own_work_and_nobody_elses(content, lan, minh, hoa, assignment_of):
    sheet = load_workbook(BytesIO(content))[SHEET]
    codes = {sheet.cell(row, 1).value for row in range(HEAD + 1, sheet.max_row + 1)}
    own = Assignment.objects.filter(unit=minh.unit, year=2024)
    assert codes >= {assignment.occurrence_code for assignment in own}
    assert [column.value for column in sheet[HEAD]] == [column.title for column in COLUMNS]
    row = row_of(content, "III.5/2024")
    assert sheet.cell(row, PLACE["product"] + 1).value.startswith("1. Quyết định thành lập")
    assert sheet.cell(row + 1, PLACE["product"] + 1).value.startswith("2. báo cáo kết quả")
    assert isinstance(sheet.cell(row, PLACE["due_on"] + 1).value, datetime)


def test_only_what_may_be_filled_in_is_open_and_finished_work_is_all_locked(
    mine, minh, thu, assignment_of
):
    done = assignment_of("I.2/2024")
    send(done, minh)
    verify(done, thu, at(2024, 3, 1))
    content = fetch(mine)
    book = load_workbook(BytesIO(content))
    sheet = book[SHEET]
    assert sheet.protection.sheet and book.security.lockStructure

    def is_open(name, code="III.5/2024", place=0):
        return not sheet[cell(code, name, content, place)].protection.locked

    assert all(is_open(column.name) for column in COLUMNS if column.fills)
    assert not any(is_open(column.name) for column in COLUMNS if not column.fills)
    assert not is_open("result", place=1) and is_open("number", place=1)
    assert not any(is_open(column.name, "I.2/2024") for column in COLUMNS)
    assert sheet[cell("I.2/2024", "result", content)].value == "Đã ban hành."
    assert "14/KH-VP" in sheet[cell("I.2/2024", "standing", content)].value
    assert book[KEYS_SHEET].sheet_state == "veryHidden"


def test_dropdowns_offer_sending_and_the_products(content):
    sheet = load_workbook(BytesIO(content))[SHEET]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    last, send = sheet.max_row, cell(HEAD + 1, "send")
    assert rules[f"{send}:{send[0]}{last}"].type == "list"
    lists = load_workbook(BytesIO(content))["Danh mục"]
    offered = [[c.value for c in column if c.value] for column in lists.columns]
    assert ["Chưa", "Gửi xác nhận"] in offered
    assert ["1", "2", "tất cả"] in offered
    assert any("1, 2, 4" in choices for choices in offered)


def test_what_people_wrote_is_never_a_formula(mine, minh, assignment_of):
    report(assignment_of("III.5/2024"), minh, result='=HYPERLINK("http://x","y")')
    content = fetch(mine)
    sheet = load_workbook(BytesIO(content))[SHEET]
    target = sheet[cell("III.5/2024", "result", content)]
    assert target.data_type == "s" and target.value.startswith("=HYPERLINK")
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
    again = upload(mine, content)
    assert changes(again) == [] and "Không có thay đổi" in text(again)


def test_queries_do_not_grow_with_the_rows(
    mine, minh, assignment_of, django_assert_max_num_queries
):
    for code in ("I.2", "III.5"):
        send(assignment_of(f"{code}/2024"), minh)
    with django_assert_max_num_queries(14):
        content = fetch(mine)
    with django_assert_max_num_queries(16):
        upload(mine, content)


# --- what comes back ---


def test_an_untouched_file_changes_nothing(mine, content):
    response = upload(mine, content)
    assert response.status_code == 200
    assert "Không có thay đổi" in text(response)
    assert response.context["token"] == ""


def test_the_preview_lists_every_change_and_writes_nothing(mine, content):
    before = acts(), Document.objects.count(), AuditEvent.objects.count()
    filled = fill(content, "III.5/2024", result="Đã thành lập Đoàn kiểm tra.", **PAPER)
    response = upload(mine, filled)
    assert response.status_code == 200
    paper = "Quyết định 57/QĐ-VP ngày 16/04/2024: Thành lập Đoàn kiểm tra năm 2024 (sản phẩm 1)"
    assert changes(response) == [
        ("III.5/2024", "Đã làm được gì", "Đã thành lập Đoàn kiểm tra."),
        ("III.5/2024", "Văn bản mới", paper),
    ]
    assert (acts(), Document.objects.count(), AuditEvent.objects.count()) == before


def test_the_confirmation_writes_all_with_one_audit_row(mine, minh, content, assignment_of):
    filled = fill(content, "III.5/2024", result="Đã kiểm tra xong.", send="Gửi xác nhận", **PAPER)
    second = PAPER | {"number": "210/BC-VP", "kind": "Báo cáo", "summary": "Kết quả kiểm tra"}
    filled = fill(filled, "III.5/2024", 1, **second | {"issued_on": datetime(2024, 12, 10)})
    filled = fill(filled, "I.2/2024", result="Đang lấy ý kiến.")
    response = confirm(mine, upload(mine, filled))
    assert response.status_code == 302 and response.url == "/viec-cua-don-vi/"
    work = assignment_of("III.5/2024")
    assert work.state == State.PENDING and work.products_issued == 2
    sent = work.updates.get()
    assert (sent.result, sent.done_on) == ("Đã kiểm tra xong.", date(2024, 12, 10))
    assert assignment_of("I.2/2024").state == State.DOING
    row = AuditEvent.objects.get(verb="sheet_imported")
    assert (row.by, row.target_id) == (minh, minh.unit_id)
    counts = {name: row.detail[name] for name in ("assignments", "sent", "documents")}
    assert counts == {"assignments": 2, "sent": 1, "documents": 2}


def test_the_same_file_twice_changes_nothing(mine, thu, content, assignment_of):
    filled = fill(content, "III.5/2024", result="Đã kiểm tra.", send="Gửi xác nhận", **PAPER)
    filled = fill(filled, "III.5/2024", 0, answers="tất cả")
    confirm(mine, upload(mine, filled))
    was = acts(), Document.objects.count(), Evidence.objects.count()
    again = upload(mine, filled)
    assert again.status_code == 200 and "Không có thay đổi" in text(again)
    verify(assignment_of("III.5/2024"), thu, at(2024, 12, 16))
    assert "Không có thay đổi" in text(upload(mine, filled))
    assert (acts(), Document.objects.count(), Evidence.objects.count()) == (was[0] + 1, *was[1:])


def test_confirming_twice_is_harmless(mine, content):
    preview = upload(mine, fill(content, "I.2/2024", result="Đang lấy ý kiến.", **PAPER))
    assert [confirm(mine, preview).status_code for _ in range(2)] == [302, 302]
    assert acts() == 1 and AuditEvent.objects.filter(verb="sheet_imported").count() == 1


def test_documents_cited_before_still_stand(mine, minh, thu, assignment_of):
    work = assignment_of("III.5/2024")
    products = list(work.task.products.all())
    send(work, minh)
    give_back(work, thu, at(2024, 12, 1))
    content = fetch(mine)
    filled = fill(content, "III.5/2024", 1, **PAPER)
    confirm(mine, upload(mine, filled))
    last = fresh(work).updates.last()
    cited = {(e.document.number, e.product_id) for e in last.evidence.all()}
    assert cited == {("14/KH-VP", p.pk) for p in products} | {("57/QĐ-VP", products[1].pk)}
    assert last.result == "Đã ban hành."


# --- every error by cell, and all or nothing ---


def test_every_mistake_is_told_by_cell_all_at_once_and_nothing_is_written(mine, content):
    first = row_of(content, "I.2/2024")
    filled = fill(content, "I.2/2024", result="Đã làm.", **PAPER | {"issued_on": "31/11/2024"})
    filled = fill(filled, "III.5/2024", result="Đã làm.", send="Rồi", **PAPER | {"number": "57"})
    filled = fill(filled, "III.5/2024", 1, **PAPER | {"answers": "3", "issuer": ""})
    filled = fill(filled, "III.1/2024", difficulty="Thiếu kinh phí")
    response = upload(mine, filled)
    assert response.status_code == 422
    second = row_of(content, "III.5/2024")
    third = row_of(content, "III.1/2024")
    told = {(e.cell, e.value) for e in response.context["check"].errors}
    assert told == {
        (cell(first, "issued_on"), "31/11/2024"),
        (cell(second, "send"), "Rồi"),
        (cell(second, "number"), "57"),
        (cell(second + 1, "answers"), "3"),
        (cell(second + 1, "issuer"), ""),
        (cell(third, "result"), ""),
        (cell(third, "proposal"), ""),
    }
    assert (
        f"Ô {cell(first, 'issued_on')}: “31/11/2024”; Tháng 11 không có ngày 31. "
        "Ngày viết như 16/12/2024, đến hôm nay."
    ) in errors(response)
    assert response.context["token"] == "" and acts() == 0
    assert f"{len(told)} ô phải sửa" in text(response)


def test_an_error_in_the_last_row_keeps_all_others_out(mine, content):
    book = load_workbook(BytesIO(content))
    sheet = book[SHEET]
    column = PLACE["result"] + 1
    rows = [
        r for r in range(HEAD + 1, sheet.max_row + 1) if not sheet.cell(r, column).protection.locked
    ]
    assert len(rows) > 10
    for row in rows:
        put(sheet.cell(row, column), "Đã làm.")
    for name, value in (PAPER | {"issued_on": "01/01/2030"}).items():
        put(sheet.cell(rows[-1], PLACE[name] + 1), value)
    response = upload(mine, saved(book))
    assert response.status_code == 422 and len(errors(response)) == 1
    assert "ở sau hôm nay" in errors(response)[0]
    assert response.context["token"] == "" and acts() == 0


def test_what_happened_between_preview_and_confirmation_takes_everything_back(
    mine, minh, hung, content, assignment_of
):
    filled = fill(content, "I.2/2024", result="Đã làm một.", **PAPER)
    preview = upload(mine, fill(filled, "III.5/2024", result="Đã làm hai."))
    report(assignment_of("III.5/2024"), hung, at(2024, 12, 16), result="Hùng đã làm.")
    response = confirm(mine, preview)
    assert response.status_code == 409
    assert f"Dòng {row_of(content, 'III.5/2024')}, III.5/2024: Đã có cập nhật" in text(response)
    assert acts() == 1 and not Document.objects.exists()
    assert not AuditEvent.objects.filter(verb="sheet_imported").exists()


def test_sending_without_a_document_needs_the_reason(mine, content, assignment_of):
    filled = fill(content, "III.5/2024", result="Đã làm.", send="Gửi xác nhận", **PAPER)
    response = upload(mine, filled)
    assert response.status_code == 422
    assert "Chưa có văn bản cho sản phẩm: 2. báo cáo kết quả kiểm tra" in errors(response)[0]
    given = fill(filled, "III.5/2024", missing="Báo cáo gộp vào báo cáo năm.")
    confirm(mine, upload(mine, given))
    work = assignment_of("III.5/2024")
    assert work.state == State.PENDING
    assert work.updates.get().reason == "Báo cáo gộp vào báo cáo năm."
    assert "Không có thay đổi" in text(upload(mine, given))


# --- old, foreign, tampered ---


def test_a_row_older_than_the_current_version_is_refused_naming_what_was_done(
    mine, minh, thu, content, assignment_of
):
    work = assignment_of("III.5/2024")
    send(work, minh, date(2024, 11, 1))
    give_back(work, thu, at(2024, 11, 5), "Thiếu danh mục.")
    response = upload(mine, fill(content, "III.5/2024", result="Theo tệp cũ."))
    assert response.status_code == 422
    (told,) = errors(response)
    assert told.startswith(f"Ô {cell('III.5/2024', 'result', content)}: “Theo tệp cũ.”; Dòng cũ")
    assert "Phạm Minh Thu ghi “Trả lại”: Thiếu danh mục." in told
    assert "Trần Văn Minh ghi “Gửi xác nhận”" in told


def test_an_older_row_that_nobody_touched_in_the_file_is_no_matter(
    mine, minh, content, assignment_of
):
    report(assignment_of("III.5/2024"), minh, at(2024, 12, 16), result="Ghi trên trang.")
    response = upload(mine, fill(content, "I.2/2024", result="Ghi trong tệp."))
    assert changes(response) == [("I.2/2024", "Đã làm được gì", "Ghi trong tệp.")]


def test_a_file_of_another_unit_is_refused(client, hoa, mine, content):
    client.force_login(hoa)
    response = upload(client, fill(content, "III.5/2024", result="Của đơn vị khác."))
    assert response.status_code == 422
    assert "Tệp này của đơn vị TTPVKS, không phải của đơn vị mình (TTCBTH)" in text(response)
    assert acts() == 0


def test_work_that_left_the_unit_is_refused(mine, content, assignment_of):
    work = assignment_of("III.5/2024")
    filled = fill(content, "III.5/2024", result="Đã làm.")
    Assignment.objects.filter(pk=work.pk).update(unit=Unit.objects.get(code="TTCBTH"))
    assert "không còn là của đơn vị mình" in errors(upload(mine, filled))[0]
    assert "Không có thay đổi" in text(upload(mine, content))


def test_keys_that_somebody_made_up_are_refused(mine, minh, content):
    foreign = Assignment.objects.exclude(unit=minh.unit).first()
    keys = Keys("TTPVKS", "x", 2024, at(2024, 12, 1), (KeyRow(5, 1, foreign.pk, 1, "0"),))
    forged = seal(keys)
    for edited in (forged[:-1], "a" + forged, signing.dumps({"format": 1}, salt="other"), "", "=1"):
        book = load_workbook(BytesIO(content))
        put(book[KEYS_SHEET]["A1"], edited)
        response = upload(mine, saved(book))
        assert response.status_code == 422
        assert "Khóa của tệp đã bị sửa" in text(response)


def test_the_keys_of_one_file_say_nothing_about_the_work_of_others(mine, minh, content):
    """Signed keys that name another unit's work (they can't be made without the secret) meet the
    unit's own assignments and find nothing."""
    foreign = Assignment.objects.exclude(unit=minh.unit).first()
    plan = foreign.task.plan.code
    row = row_of(content, "III.5/2024")
    keys = Keys("TTPVKS", plan, 2024, at(2024, 12, 1), (KeyRow(row, 1, foreign.pk, 1, "0"),))
    book = load_workbook(BytesIO(content))
    put(book[KEYS_SHEET]["A1"], seal(keys))
    response = upload(mine, saved(book))
    assert any("không còn là của đơn vị mình" in told for told in errors(response))


def test_rows_and_columns_that_moved_are_refused(mine, content):
    book = load_workbook(BytesIO(content))
    book[SHEET].delete_rows(HEAD + 2)
    assert "Dòng đã bị xóa, thêm hoặc đổi chỗ" in errors(upload(mine, saved(book)))[0]
    book = load_workbook(BytesIO(content))
    book[SHEET].delete_cols(3)
    assert "Các cột của tệp đã bị thêm, bớt hoặc đổi chỗ" in text(upload(mine, saved(book)))
    book = load_workbook(BytesIO(content))
    put(book[SHEET].cell(book[SHEET].max_row + 1, 2), "Việc tôi thêm")
    assert "Dòng này không có trong tệp đã tải" in errors(upload(mine, saved(book)))[0]
    book = load_workbook(BytesIO(content))
    del book[KEYS_SHEET]
    assert "không phải tệp tải từ trang" in text(upload(mine, saved(book)))


def test_a_confirmation_that_is_not_ones_own_preview_is_refused(client, hung, mine, content):
    preview = upload(mine, fill(content, "I.2/2024", result="Đã làm."))
    token = preview.context["token"]
    assert mine.post(UPLOAD, {"token": token + "x"}).status_code == 422
    client.force_login(hung)
    assert "của người khác" in text(client.post(UPLOAD, {"token": token}))
    assert acts() == 0


# --- what people really type ---


@pytest.mark.parametrize(
    "typed",
    ["16/04/2024", "16-4-2024", "2024-04-16", datetime(2024, 4, 16), date(2024, 4, 16)],
    ids=str,
)
def test_dates_are_read_as_days_and_as_text(mine, content, typed):
    filled = fill(content, "I.2/2024", result="Đã làm.", **PAPER | {"issued_on": typed})
    confirm(mine, upload(mine, filled))
    assert Document.objects.get().issued_on == date(2024, 4, 16)


def test_decomposed_letters_are_the_same_letters(mine, minh, assignment_of):
    report(assignment_of("III.5/2024"), minh, result="Đã thành lập Đoàn kiểm tra.")
    content = fetch(mine)
    apart = unicodedata.normalize("NFD", "Đã thành lập Đoàn kiểm tra.")
    assert "Không có thay đổi" in text(upload(mine, fill(content, "III.5/2024", result=apart)))
    confirm(mine, upload(mine, fill(content, "III.5/2024", result=apart + " Xong.")))
    assert fresh(assignment_of("III.5/2024")).updates.last().result == (
        "Đã thành lập Đoàn kiểm tra. Xong."
    )


def test_a_number_typed_into_a_text_cell_is_its_text(mine, content):
    filled = fill(content, "I.2/2024", result=12, **PAPER | {"signer": 7.0})
    confirm(mine, upload(mine, filled))
    assert ProgressUpdate.objects.get().result == "12"
    assert Document.objects.get().signer == "7"


def test_a_text_that_looks_like_a_formula_comes_back_as_it_was_typed(mine, content):
    confirm(mine, upload(mine, fill(content, "I.2/2024", result="=1+1")))
    assert ProgressUpdate.objects.get().result == "=1+1"


def test_a_document_that_contradicts_the_register_is_an_error_of_its_cell(
    mine, minh, content, assignment_of
):
    paper = Citation(**PAPER | {"issued_on": date(2024, 4, 16)})
    report(assignment_of("I.2/2024"), minh, at(2024, 12, 16), cite=(paper,))
    filled = fill(content, "III.5/2024", result="Đã làm.", **PAPER | {"summary": "Khác hẳn"})
    (told,) = errors(upload(mine, filled))
    assert "đã được ghi với trích yếu “Thành lập Đoàn kiểm tra năm 2024”" in told


# --- doors ---


def test_a_past_day_is_only_looked_at(mine):
    assert mine.get(DOWNLOAD + "&tinh-den=2024-06-30").status_code == 403
    assert mine.get(UPLOAD + "&tinh-den=2024-06-30").status_code == 403


def test_the_list_leads_to_both_pages(mine):
    page = text(mine.get("/viec-cua-don-vi/?nam=2024"))
    assert "/viec-cua-don-vi/excel/" in page and "/viec-cua-don-vi/excel/nap/" in page
    assert "Nạp Excel" in text(mine.get(UPLOAD))


@pytest.mark.parametrize("person", ["quang", "an"])
def test_who_does_not_report_has_no_sheet(client, request, opened, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get(DOWNLOAD).status_code == 403
    assert upload(client, b"x").status_code == 403
