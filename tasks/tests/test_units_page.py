"""Đơn vị: the tree as of a day, and a reorganisation shown before it is confirmed."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cchc.models import Unit, UnitChange
from conftest import at
from tasks.models import Assignment
from tasks.tests.story import report
from tasks.tests.test_reorganising import NEW_NAME, merge, rename

UNITS = reverse("tasks:unit_changes")
DECISION = {
    "number": "477/QĐ-UBND",
    "decided_on": "27/06/2024",
    "effective_on": "01/07/2024",
    "summary": "Tổ chức lại các đơn vị",
    "issuer": "UBND tỉnh Quảng Ngãi",
}


def url(code, kind):
    return reverse("tasks:unit_change", args=[code]) + f"?viec={kind}"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at(2024, 7, 10), tick=False):
        yield


@pytest.fixture
def signed_in(client, an, opened):
    client.force_login(an)
    return client


def text(answer):
    return answer.content.decode()


def seen(answer):
    return re.search(r'name="seen" value="(\w*)"', text(answer))[1]


def test_the_tree_tells_names_of_the_day(signed_in, an):
    rename(an)
    now = text(signed_in.get(UNITS))
    assert (
        NEW_NAME in now and "tên cũ: Trung tâm Phục vụ - Kiểm soát TTHC, đến hết 30/06/2024" in now
    )
    assert "Quyết định 477/QĐ-UBND ngày 27/06/2024" in now
    then = text(signed_in.get(UNITS + "?tinh-den=2024-06-30"))
    assert NEW_NAME not in then and "Trung tâm Phục vụ - Kiểm soát TTHC" in then
    assert "Chưa có thay đổi nào" in then and "/thay-doi/" not in then


def test_the_day_is_typed_as_the_office_writes_and_carried_as_a_mark(signed_in):
    moved = signed_in.get(UNITS + "?ngay=30/06/2024&nam=2023")
    assert moved.url == UNITS + "?nam=2023&tinh-den=2024-06-30"
    assert 'name="ngay" value="30/06/2024"' in text(signed_in.get(moved.url))
    wrong = text(signed_in.get(UNITS + "?ngay=31/06/2024&tinh-den=2024-06-30"))
    assert "Tháng 6 không có ngày 31." in wrong and 'value="31/06/2024"' in wrong
    assert "Đơn vị tại ngày 30/06/2024" in wrong, "the day looked at stays"


def test_a_rename_is_shown_then_done(signed_in):
    typed = DECISION | {"name": NEW_NAME, "short_name": "TT PVHCC"}
    first = signed_in.post(url("TTPVKS", "doi-ten"), typed)
    assert first.status_code == 200 and not UnitChange.objects.exists()
    done = signed_in.post(url("TTPVKS", "doi-ten"), typed | {"seen": seen(first)}, follow=True)
    assert f"đổi tên thành {NEW_NAME} từ ngày 01/07/2024" in text(done)
    assert Unit.objects.get(code="TTPVKS").name == NEW_NAME


def test_a_merger_lists_what_moves_and_waits_for_a_yes(signed_in, hoa):
    typed = DECISION | {"into": "TTPVKS"}
    shown = signed_in.post(url("TTCBTH", "sap-nhap"), typed)
    going = Assignment.objects.filter(unit__code="TTCBTH")
    assert f"{going.count()} phần việc chưa xong" in text(shown)
    assert "1 người</b> chuyển theo: Lê Thị Hoa" in text(shown)
    assert not UnitChange.objects.exists()
    typed["seen"] = seen(shown)
    signed_in.post(url("TTCBTH", "sap-nhap"), typed)
    again = signed_in.post(url("TTCBTH", "sap-nhap"), typed)
    assert again.status_code == 302 and UnitChange.objects.count() == 1
    page = text(signed_in.get(UNITS))
    assert "Đã kết thúc hoạt động" in page and "30/06/2024" in page


def test_a_list_that_has_changed_is_shown_again(signed_in, hoa, assignment_of):
    typed = DECISION | {"into": "TTPVKS"}
    old = seen(signed_in.post(url("TTCBTH", "sap-nhap"), typed))
    report(assignment_of("VII.1/2024"), hoa, at(2024, 7, 9))
    answer = signed_in.post(url("TTCBTH", "sap-nhap"), typed | {"seen": old})
    assert answer.status_code == 409 and "Danh sách đã thay đổi" in text(answer)
    assert not UnitChange.objects.exists() and seen(answer) != old
    signed_in.post(url("TTCBTH", "sap-nhap"), typed | {"seen": seen(answer)})
    assert UnitChange.objects.get().unit.code == "TTCBTH"


def test_two_units_merge_into_a_new_one(signed_in):
    new = {"code_1": "tthcc", "name_1": NEW_NAME, "short_name_1": "TT PVHCC"}
    typed = DECISION | new | {"together": ["TTPVKS"]}
    shown = signed_in.post(url("TTCBTH", "sap-nhap"), typed)
    assert "nhập vào phần việc cùng kỳ" in text(shown)
    signed_in.post(url("TTCBTH", "sap-nhap"), typed | {"seen": seen(shown)})
    assert Unit.objects.get(code="TTHCC").valid_from == date(2024, 7, 1)
    assert UnitChange.objects.count() == 2


def test_a_split_lets_each_part_be_given(signed_in, assignment_of):
    given = assignment_of("VII.2/2024")
    typed = DECISION | {
        "code_1": "TTCB", "name_1": "Trung tâm Công báo", "short_name_1": "TT CB",
        "code_2": "TTTH", "name_2": "Trung tâm Tin học", "short_name_2": "TT TH",
    }  # fmt: skip
    shown = signed_in.post(url("TTCBTH", "chia-tach"), typed)
    assert f'name="giao-{given.pk}"' in text(shown)
    typed |= {"seen": seen(shown), f"giao-{given.pk}": "1"}
    asked_again = signed_in.post(url("TTCBTH", "chia-tach"), typed)
    assert asked_again.status_code == 409  # the list with the choice made, to be confirmed
    signed_in.post(url("TTCBTH", "chia-tach"), typed | {"seen": seen(asked_again)})
    given.refresh_from_db()
    assert given.unit.code == "TTTH"


def test_a_dissolution_and_a_group(signed_in):
    typed = DECISION | {"successor": "HCQT"}
    shown = signed_in.post(url("TTCBTH", "giai-the"), typed)
    signed_in.post(url("TTCBTH", "giai-the"), typed | {"seen": seen(shown)})
    assert Unit.objects.get(code="TTCBTH").successor.code == "HCQT"
    answer = signed_in.post(url("NCTH", "giao-viec"), DECISION)
    assert answer.status_code == 422 and "chưa có phòng thành viên" in text(answer)


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("doi-ten", {}, "Ghi số, ký hiệu quyết định."),
        ("sap-nhap", DECISION, "Chọn đơn vị nhận, hoặc ghi đơn vị mới"),
        ("sap-nhap", DECISION | {"into": "TTPVKS", "effective_on": "11/07/2024"}, "sau hôm nay"),
        ("sap-nhap", DECISION | {"name_1": "Tên"}, "cần đủ tên, tên viết tắt và mã"),
        ("chia-tach", DECISION, "Ghi tên đầy đủ."),
        (
            "giai-the",
            DECISION | {"effective_on": "01/06/2024", "successor": "HCQT"},
            "trước ngày ký",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(signed_in, kind, typed, sentence):
    answer = signed_in.post(url("TTCBTH", kind), typed)
    assert answer.status_code == 422 and sentence in text(answer)
    assert not typed or "477/QĐ-UBND" in text(answer)
    assert not UnitChange.objects.exists()


def test_what_there_is_not_is_404_and_a_past_day_is_only_looked_at(signed_in):
    assert signed_in.get(url("KHONG", "doi-ten")).status_code == 404
    assert signed_in.get(url("TTCBTH", "giao-viec")).status_code == 404
    assert signed_in.get(url("TTCBTH", "doi-ten") + "&tinh-den=2024-07-01").status_code == 403


def test_old_pages_print_the_old_name(client, thu, an, opened):
    rename(an)
    client.force_login(thu)
    page = reverse("tasks:occurrence", args=["I.2", "2024"])
    assert NEW_NAME in text(client.get(page))
    assert NEW_NAME not in text(client.get(page + "?tinh-den=2024-06-30"))
    for name in ("reports:dashboard", "tasks:plan"):
        assert NEW_NAME not in re.sub("<option.*?</option>", "", text(client.get(reverse(name) + "?nam=2023&tinh-den=2023-12-14")))  # fmt: skip


def test_the_plan_narrowed_to_the_old_unit_shows_what_it_held_then(client, thu, an, opened):
    merge(an, "TTCBTH", into="TTPVKS")
    client.force_login(thu)
    page = reverse("tasks:plan") + "?don-vi=TTCBTH&trang-thai=trong-han"
    then = text(client.get(page + "&tinh-den=2024-06-30"))
    assert "/nhiem-vu/VII.1/2024/" in then and "/nhiem-vu/VII.3/2024/" in then
    assert "/nhiem-vu/VII.1/2024/" not in text(client.get(page))


def test_the_number_of_queries_is_fixed(signed_in, an, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        signed_in.get(UNITS)
    rename(an)
    with django_assert_max_num_queries(len(few) + 1):  # the names of the changes' units
        signed_in.get(UNITS)
