"""The Ministry's form: counted figures with their rows, typed ones checked, versioned, frozen."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cchc.models import AuditEvent
from conftest import at, make_user
from reports import issuing
from reports.models import StatisticValue
from reports.setting_statistics import StaleStatistics, Typed, set_statistics
from reports.statistics import COUNTED, FORM, TYPED, measured
from reports.statistics_form import StatisticsForm
from reports.tests.flow_scene import DECEMBER, draft, issued_without_files, submitted
from tasks.workflow import NotAllowed

URL = "/bao-cao/nam-2024/thong-ke/"


@pytest.fixture
def played(played_once, db):
    return played_once


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DECEMBER, tick=False):
        yield


def kept(report):
    return {v.code: (v.value, v.version) for v in report.statistic_values.all()}


def form_of(client, **typed):
    """What the browser would send: every field as it was shown, with what was typed over it."""
    form = client.get(URL).context["form"]
    data = {field.html_name: field.value() or "" for field in form}
    return data | {name.replace("_", "-"): value for name, value in typed.items()}


def put(report, by, code, value, seen=0, note=""):
    return set_statistics(report=report, typed=[Typed(code, value, note, seen)], by=by, at=DECEMBER)


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("1.3", "", ""),
        ("1.3", " 12 ", "12"),
        ("1.3", "007", "7"),
        ("1.3", "1.204", "1204"),
        ("1.3", "2 161 755", "2161755"),
        ("1.3", "0", "0"),
        ("3.7", "98,5", "98,5"),
        ("3.7", "98.50%", "98,5"),
        ("3.7", "100 %", "100"),
        ("3.7", "100,00", "100"),
        ("3.7", "0,05", "0,05"),
    ],
)
def test_a_figure_is_kept_in_one_way(code, text, value):
    assert measured(code, text) == value


@pytest.mark.parametrize("text", ["-1", "1,5", "12a", "1.20", "١٢", "1e3", "1" * 13, "12 văn bản"])
def test_a_count_is_a_whole_number(text):
    with pytest.raises(NotAllowed, match="số nguyên|quá lớn"):
        measured("1.3", text)


@pytest.mark.parametrize("text", ["-1", "100,1", "101", "98,555", "1.204", "cao", "%", "9 8"])
def test_a_share_is_between_0_and_100(text):
    with pytest.raises(NotAllowed, match="phần trăm"):
        measured("3.7", text)


def test_the_sheet_has_the_form_in_its_order(client, opened, quang):
    client.force_login(quang)
    answer = client.get(URL)
    sheet, page = answer.context["sheet"], answer.content.decode()
    assert [entry.line.code for entry in sheet.lines] == [field.code for field in FORM]
    assert sheet.column.split("\n")[0] == "" and sheet.column.count("\n") == len(FORM) - 1
    assert answer.context["form"] is None and "Chưa lập dự thảo" in page
    assert "style=" not in page and "Chép cả cột kết quả" in page


@pytest.mark.usefixtures("made_anew")
def test_every_counted_figure_opens_its_rows(client, played, quang):
    client.force_login(quang)
    counted = [e for e in client.get(URL).context["sheet"].lines if e.line.counted]
    assert {entry.line.code for entry in counted} == COUNTED
    for entry in counted:
        table = client.get(entry.href).context["table"]
        assert table.total == int(entry.line.value), entry.line.code
    assert sum(int(entry.line.value) for entry in counted) > 30


def test_the_coordinator_types_and_the_leader_reads(client, played, thu, quang):
    report = draft(played, thu)
    client.force_login(thu)
    typed = form_of(
        client, **{"v-1.3": "1.204", "v-3.7": "98,5", "n-3.7": "Theo báo cáo 195/BC-VP"}
    )
    answer = client.post(URL, typed, follow=True)
    assert "Đã ghi 2 số liệu thống kê." in answer.content.decode()
    assert kept(report) == {"1.3": ("1204", 1), "3.7": ("98,5", 1)}
    assert (
        "Không có số liệu nào thay đổi."
        in client.post(URL, form_of(client), follow=True).content.decode()
    )
    assert client.post(URL, typed).status_code == 302  # the same form sent twice
    assert kept(report) == {"1.3": ("1204", 1), "3.7": ("98,5", 1)}
    client.force_login(quang)
    page = client.get(URL).content.decode()
    assert "98,5" in page and "Theo báo cáo 195/BC-VP" in page and "Ghi số liệu" not in page
    assert client.post(URL, typed).status_code == 403
    told = AuditEvent.objects.filter(verb="statistic_set")
    assert told.count() == 2


def test_one_wrong_figure_keeps_all_from_being_written(client, played, thu):
    report = draft(played, thu)
    client.force_login(thu)
    answer = client.post(URL, form_of(client, **{"v-1.3": "12", "v-3.7": "120"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and kept(report) == {}
    assert "Tỷ lệ phần trăm trong khoảng từ 0 đến 100." in page
    assert 'value="120"' in page and 'value="12"' in page and "1 ô phải sửa" in page


def test_two_people_in_different_figures_do_not_meet(client, played, thu):
    report = draft(played, thu)
    client.force_login(thu)
    mine = form_of(client, **{"v-1.3": "12"})
    put(report, thu, "1.4", "5")
    assert client.post(URL, mine).status_code == 302
    assert kept(report) == {"1.3": ("12", 1), "1.4": ("5", 1)}


def test_of_one_figure_typed_by_two_both_are_shown(client, played, thu):
    other = make_user("mai", "Lê Mai", "coordinator", "HCQT")
    report = draft(played, thu)
    put(report, thu, "1.3", "10")
    client.force_login(thu)
    mine = form_of(client, **{"v-1.3": "12", "v-1.5": "50"})
    put(report, other, "1.3", "11", seen=1)
    answer = client.post(URL, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bạn ghi “12”; Lê Mai vừa ghi “11” lúc 09:00." in page
    assert kept(report) == {"1.3": ("11", 2)}  # nothing of the form, all of it still there
    again = {field.html_name: field.value() or "" for field in answer.context["form"]}
    assert client.post(URL, again).status_code == 302
    assert kept(report) == {"1.3": ("12", 3), "1.5": ("50", 1)}


def test_a_form_that_does_not_bring_a_figure_leaves_it_alone(client, played, thu):
    report = draft(played, thu)
    put(report, thu, "1.3", "10", note="Theo sổ")
    client.force_login(thu)
    assert client.post(URL, {}).status_code == 302
    assert kept(report) == {"1.3": ("10", 1)}


def test_without_a_draft_nothing_is_written_and_nothing_lost(client, played, thu):
    client.force_login(thu)
    answer = client.post(URL, {"v-1.3": "12", "k-1.3": "0"})
    assert answer.status_code == 422 and 'value="12"' in answer.content.decode()
    assert "Chưa lập dự thảo" in answer.content.decode()


def test_after_submission_the_figures_stay(client, played, thu, quang):
    report = draft(played, thu)
    put(report, thu, "1.3", "10")
    report = submitted(report, thu)
    client.force_login(thu)
    page = client.get(URL).content.decode()
    assert "Số liệu giữ nguyên như khi trình báo cáo" in page and "Ghi số liệu" not in page
    StatisticValue.objects.update(value="99")  # what was frozen is shown all the same
    lines = {e.line.code: e.line.value for e in client.get(URL).context["sheet"].lines}
    assert lines["1.3"] == "10"
    answer = client.post(URL, {"v-1.3": "12", "k-1.3": "1"})
    assert answer.status_code == 422 and "không sửa được nữa" in answer.content.decode()
    with pytest.raises(NotAllowed):
        put(report, thu, "1.3", "11", seen=1)


def test_only_typed_figures_of_the_form_are_taken(played, thu, minh, quang):
    report = draft(played, thu)
    for code in ("1.1", "1", "9.9"):
        with pytest.raises(NotAllowed, match="không nhập tay"):
            put(report, thu, code, "5")
    for person in (minh, quang):
        with pytest.raises(PermissionDenied):
            put(report, person, "1.3", "5")
    with pytest.raises(StaleStatistics):
        put(report, thu, "1.3", "5", seen=4)
    assert not report.statistic_values.exists()


def test_a_correction_has_its_figures_from_the_first(client, played, thu, quang):
    report = draft(played, thu)
    put(report, thu, "1.3", "10")
    report = issued_without_files(report, thu, quang)
    second = issuing.correct(report=report, changes="Sửa.", by=thu, at=DECEMBER)
    put(second, thu, "1.3", "11", seen=1)
    client.force_login(thu)
    values = []
    for lan in ("1", "2"):
        sheet = client.get(URL, {"lan": lan}).context["sheet"]
        values += [e.line.value for e in sheet.lines if e.line.code == "1.3"]
    assert values == ["10", "11"]


def test_the_page_costs_the_same_however_much_was_typed(
    client, played, thu, django_assert_max_num_queries
):
    report = draft(played, thu)
    client.force_login(thu)
    with django_assert_max_num_queries(22) as few:
        client.get(URL)
    for field in TYPED:
        put(report, thu, field.code, "1")
    with django_assert_max_num_queries(22) as many:
        client.get(URL)
    assert len(few) == len(many)


def test_the_page_is_404_before_its_period(client, opened, quang):
    client.force_login(quang)
    assert client.get(URL, {"tinh-den": "2023-12-01"}).status_code == 404
    assert client.get(reverse("reports:statistics", args=["nam-2030"])).status_code == 404


def test_a_note_too_long_is_told_beside_it(played, thu):
    data = {"v-1.3": "5", "n-1.3": "a" * 201}
    form = StatisticsForm(data, {})
    assert not form.is_valid() and form.errors["n-1.3"] == ["Ghi chú tối đa 200 ký tự."]


def test_the_figures_of_a_past_day_are_only_read(client, played, thu):
    draft(played, thu, when=at(2024, 12, 16))
    client.force_login(thu)
    answer = client.get(URL, {"tinh-den": "2024-12-17"})
    assert answer.context["form"] is None
    assert client.post(URL + "?tinh-den=2024-12-17", {"v-1.3": "1"}).status_code == 403
