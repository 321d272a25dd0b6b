"""The year's reports, on their own page and on the dashboard: days, where each stands, who may open."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from conftest import at
from reports import issuing
from reports.pages.report_calendar import next_due_first, report_lines
from reports.periods import open_ad_hoc
from reports.tests.flow_scene import approved, draft, fresh, issued_without_files, submitted

LIST, DASHBOARD = reverse("reports:list"), reverse("reports:dashboard")


def lines_on(plan, day, year=2024):
    return {line.period.code: line for line in report_lines(plan, year, day)}


def test_a_period_says_where_it_stands_on_every_day(opened):
    said = [
        (date(2023, 12, 14), "Chưa đến kỳ"),
        (date(2023, 12, 15), "Đang trong kỳ"),
        (date(2024, 12, 13), "Đang trong kỳ"),
        (date(2024, 12, 14), "Đã chốt số liệu, chưa lập"),
    ]
    for day, words in said:
        assert lines_on(opened, day)["nam-2024"].words == words
    assert lines_on(opened, date(2024, 12, 20))["nam-2024"].days_late == 0
    assert lines_on(opened, date(2024, 12, 23))["nam-2024"].days_late == 3


def test_each_step_is_told(opened, thu, quang):
    day, when = date(2024, 12, 19), at(2024, 12, 18)
    draft(opened, thu, "quy-1-2024", when=when)
    submitted(draft(opened, thu, "6-thang-2024", when=when), thu, when)
    approved(draft(opened, thu, "quy-3-2024", when=when), thu, quang, when)
    report = issued_without_files(draft(opened, thu, when=when), thu, quang, 5, when=when)
    lines = lines_on(opened, day)
    assert lines["quy-1-2024"].words == "Dự thảo"
    assert lines["6-thang-2024"].words == "Đã trình lãnh đạo"
    assert lines["quy-3-2024"].words == "Đã duyệt, chờ cấp số"
    assert lines["nam-2024"].words == "Đã ban hành số 05/BC-VP ngày 18/12/2024"
    assert (lines["nam-2024"].days_late, lines["nam-2024"].days_left) == (0, None)
    second = issuing.correct(report=report, changes="Sửa.", by=thu, at=when)
    line = lines_on(opened, date(2025, 1, 20))["nam-2024"]
    assert line.words == "Đính chính lần 2: dự thảo"
    assert line.days_late == 0 and line.issued == report  # the first is in force meanwhile
    issued_without_files(fresh(second), thu, quang, 9, when=when)
    line = lines_on(opened, day)["nam-2024"]
    assert line.words.endswith("số 09/BC-VP ngày 18/12/2024 (đính chính lần 2)")


def test_the_next_to_send_comes_first(opened):
    lines = next_due_first(report_lines(opened, 2024, date(2024, 6, 20)))
    codes = [line.period.code for line in lines]
    assert codes == ["6-thang-2024", "quy-3-2024", "nam-2024", "quy-1-2024"]
    assert lines[0].days_left == 0


def test_the_closing_report_and_those_out_of_turn_are_listed(client, opened, thu):
    days = {"data_from": date(2025, 1, 1), "data_to": date(2025, 3, 2)}
    days |= {"units_due_on": date(2025, 3, 5), "due_on": date(2025, 3, 7)}
    now = at(2025, 2, 28)
    open_ad_hoc(plan=opened, subject="Rà soát <b>thủ tục</b>", by=thu, at=now, **days)
    with time_machine.travel(now, tick=False):
        client.force_login(thu)
        page = client.get(LIST).content.decode()
    assert "Giai đoạn 2021-2025" in page and "Đột xuất lần 1 năm 2025" in page
    assert "Rà soát &lt;b&gt;thủ tục&lt;/b&gt;" in page
    assert reverse("reports:report", args=["dot-xuat-2025-1"]) in page
    assert reverse("reports:report", args=["quy-3-2025"]) not in page  # has not begun
    assert "còn 7 ngày" in page


@time_machine.travel(at(2024, 12, 18), tick=False)
def test_the_list_offers_to_each_what_they_may_do(client, opened, thu, quang):
    submitted(draft(opened, thu, "quy-3-2024"), thu)
    client.force_login(thu)
    page = client.get(LIST).content.decode()
    assert reverse("reports:editor", args=["nam-2024"]) in page
    assert reverse("reports:editor", args=["quy-3-2024"]) not in page  # with the leaders now
    assert reverse("reports:period_new") in page and reverse("reports:outlines") in page
    assert "quá ngày gửi" in page and "còn 2 ngày" in page
    assert reverse("reports:report_docx", args=["nam-2024"]) in page and "style=" not in page
    client.force_login(quang)
    page = client.get(LIST).content.decode()
    assert reverse("reports:report", args=["nam-2024"]) in page
    assert "/soan/" not in page and reverse("reports:period_new") not in page


@time_machine.travel(at(2024, 12, 18), tick=False)
def test_everybody_sees_the_calendar_and_only_some_can_open(client, opened, minh, an, thu, quang):
    issued_without_files(draft(opened, thu, "quy-1-2024"), thu, quang, 5)
    for person, opens in ((minh, False), (an, False), (thu, True), (quang, True)):
        client.force_login(person)
        page = client.get(DASHBOARD).content.decode()
        assert "Báo cáo của năm" in page and "Gửi báo cáo <b>20/12/2024</b>" in page
        assert "Đã ban hành số 05/BC-VP ngày 18/12/2024" in page
        assert (reverse("reports:report", args=["nam-2024"]) in page) == opens, person


@time_machine.travel(at(2024, 12, 18), tick=False)
def test_the_list_costs_the_same_however_far_the_reports_are(
    client, opened, thu, quang, django_assert_max_num_queries
):
    client.force_login(thu)
    client.get(LIST)
    with django_assert_max_num_queries(16) as few:
        client.get(LIST)
    issued_without_files(draft(opened, thu, "quy-1-2024"), thu, quang, 5)
    submitted(draft(opened, thu, "6-thang-2024"), thu)
    draft(opened, thu)
    client.get(LIST)  # the notices are counted in the frame either way
    with django_assert_max_num_queries(16) as many:
        client.get(LIST)
    assert len(few) == len(many)


@pytest.mark.parametrize("name", ["minh", "an"])
def test_members_have_no_list(client, opened, request, name):
    client.force_login(request.getfixturevalue(name))
    assert client.get(LIST).status_code == 403


def test_a_past_day_knows_only_the_steps_taken_by_then(opened, thu, quang):
    report = draft(opened, thu, when=at(2024, 12, 15))
    report = submitted(report, thu, at(2024, 12, 16))
    moved = {"report": report, "seen_revision": report.revision, "by": quang}
    issuing.return_report(reason="Sửa.", at=at(2024, 12, 17), **moved)
    said = [lines_on(opened, date(2024, 12, day))["nam-2024"].words for day in (14, 15, 16, 17)]
    assert said == ["Đã chốt số liệu, chưa lập", "Dự thảo", "Đã trình lãnh đạo", "Dự thảo"]


def test_the_closing_report_stands_last_in_its_year(opened):
    kinds = [line.period.kind for line in report_lines(opened, 2025, date(2025, 6, 1))]
    assert kinds[-1] == "tong-ket" and kinds.count("tong-ket") == 1
