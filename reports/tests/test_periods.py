"""Which reports a plan owes, of which days, until when: the decree's windows, working days, Tết."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cchc.models import AuditEvent, DayOff
from conftest import at
from reports.models import PeriodKind, PeriodRule, Report, ReportPeriod
from reports.periods import change_days, open_ad_hoc, open_periods, renew_periods
from tasks.models import Plan
from tasks.workflow import NotAllowed

NOW = at(2024, 4, 2)
# Nghị định 09/2019/NĐ-CP, điều 12; the quarter's and the year's day of sending: the 20th
DECREE = {
    "quy-1-2024": ((2023, 12, 15), (2024, 3, 14), (2024, 3, 18), (2024, 3, 20)),
    "6-thang-2024": ((2023, 12, 15), (2024, 6, 14), (2024, 6, 18), (2024, 6, 20)),
    "quy-3-2024": ((2024, 6, 15), (2024, 9, 14), (2024, 9, 17), (2024, 9, 20)),
    "nam-2024": ((2023, 12, 15), (2024, 12, 14), (2024, 12, 17), (2024, 12, 20)),
    # 20/9/2025 is a Saturday, 20/12/2025 too: sent on the Friday before
    "quy-1-2025": ((2024, 12, 15), (2025, 3, 14), (2025, 3, 18), (2025, 3, 20)),
    "6-thang-2025": ((2024, 12, 15), (2025, 6, 14), (2025, 6, 17), (2025, 6, 20)),
    "quy-3-2025": ((2025, 6, 15), (2025, 9, 14), (2025, 9, 16), (2025, 9, 19)),
    "nam-2025": ((2024, 12, 15), (2025, 12, 14), (2025, 12, 16), (2025, 12, 19)),
    "tong-ket-2025": ((2020, 12, 15), (2025, 12, 14), (2025, 12, 16), (2025, 12, 19)),
}


def period_of(plan, code) -> ReportPeriod:
    return next(p for p in plan.report_periods.select_related("plan") if p.code == code)


def days_of(period):
    period.refresh_from_db()
    return period.data_from, period.data_to, period.units_due_on, period.due_on


def ad_hoc(plan, by, **changes):
    told = {
        "subject": "Kết quả kiểm tra cải cách hành chính",
        "data_from": date(2024, 1, 1),
        "data_to": date(2024, 3, 31),
        "units_due_on": date(2024, 4, 3),
        "due_on": date(2024, 4, 5),
    }
    return open_ad_hoc(plan=plan, by=by, at=NOW, **told | changes)


def issue(period, by, number="05/BC-VP"):
    return Report.objects.create(
        period=period,
        status="issued",
        number=number,
        issued_on=period.due_on,
        issued_year=period.due_on.year,
        snapshot={},
        created_by=by,
        created_at=NOW,
    )


@pytest.mark.parametrize("code", DECREE)
def test_the_days_of_a_period_are_those_of_the_decree(plan, code):
    assert days_of(period_of(plan, code)) == tuple(date(*day) for day in DECREE[code])


def test_a_year_owes_four_reports_and_the_last_one_the_closing_too(plan):
    codes = [period.code for period in plan.report_periods.filter(year=2024)]
    assert codes == ["quy-1-2024", "6-thang-2024", "quy-3-2024", "nam-2024"]
    assert plan.report_periods.count() == 5 * 4 + 1
    assert plan.report_periods.get(kind=PeriodKind.CLOSING).name == "giai đoạn 2021-2025"


def test_nine_months_is_made_where_the_office_wants_it(plan, thu):
    PeriodRule.objects.filter(kind=PeriodKind.NINE_MONTHS).update(is_used=True)
    assert open_periods(plan, by=thu, at=NOW) == 5
    assert days_of(period_of(plan, "9-thang-2024"))[:2] == (date(2023, 12, 15), date(2024, 9, 14))
    assert open_periods(plan, by=thu, at=NOW) == 0


def test_over_tet_the_days_wait_for_the_office_to_work(plan, an):
    # Tết 2024: 08/02 to 14/02. A rule that closes on the 6th: Wednesday the 7th is the first working
    # day after it, the next is Thursday the 15th.
    rule = PeriodRule.objects.get(kind=PeriodKind.QUARTER_1)
    rule.to_month, rule.to_day, rule.send_day = 2, 6, 12
    rule.save()
    renew_periods(by=an, at=NOW)
    units, due = days_of(period_of(plan, "quy-1-2024"))[2:]
    assert units == date(2024, 2, 15)
    assert due == units, "the office never sends before its units"


def test_a_saturday_worked_in_exchange_counts(plan, an):
    DayOff.objects.create(day=date(2024, 12, 14), name="Làm bù", works=True)
    DayOff.objects.create(day=date(2024, 12, 20), name="Nghỉ theo thông báo")
    DayOff.objects.create(day=date(2024, 6, 15), name="Làm bù", works=True)
    assert renew_periods(by=an, at=NOW) == 2
    assert days_of(period_of(plan, "nam-2024"))[3] == date(2024, 12, 19)
    assert days_of(period_of(plan, "6-thang-2024"))[2] == date(2024, 6, 17)


def test_renewing_leaves_what_was_begun_and_what_was_set_by_hand(plan, thu, an):
    begun, by_hand = period_of(plan, "quy-1-2024"), period_of(plan, "6-thang-2024")
    Report.objects.create(period=begun, created_by=thu, created_at=NOW)
    days = days_of(by_hand)
    change_days(
        period=by_hand,
        by=thu,
        at=NOW,
        data_from=days[0],
        data_to=days[1],
        units_due_on=days[2],
        due_on=date(2024, 6, 25),
    )
    before = days_of(begun)
    PeriodRule.objects.update(send_day=28)
    assert renew_periods(by=an, at=NOW) == 19  # of 21; the closing report follows the annual one
    assert days_of(begun) == before
    assert days_of(by_hand)[3] == date(2024, 6, 25)
    assert days_of(period_of(plan, "nam-2024"))[3] == date(2024, 12, 27)
    assert renew_periods(by=an, at=NOW) == 0


def test_a_replaced_plan_keeps_its_days(plan, an):
    Plan.objects.update(status=Plan.Status.REPLACED)
    PeriodRule.objects.update(send_day=28)
    assert renew_periods(by=an, at=NOW) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data_to": date(2023, 12, 31)}, "trước ngày đầu"),
        ({"data_to": date(2026, 1, 5)}, "trong các năm 2021-2025"),
        ({"units_due_on": date(2024, 3, 31)}, "ít nhất 01 ngày làm việc"),
        ({"due_on": date(2024, 4, 2)}, "trước ngày các đơn vị gửi"),
    ],
)
def test_days_that_cannot_be_are_refused(plan, thu, changes, words):
    with pytest.raises(NotAllowed, match=words):
        ad_hoc(plan, thu, **changes)
    assert not plan.report_periods.filter(kind="dot-xuat").exists()


def test_reports_out_of_turn_are_numbered_and_the_same_twice_is_one(plan, thu):
    first = ad_hoc(plan, thu)
    assert first.code == "dot-xuat-2024-1" and first.by_hand
    assert ad_hoc(plan, thu).pk == first.pk
    second = ad_hoc(plan, thu, subject="Tình hình một cửa")
    assert second.code == "dot-xuat-2024-2"
    assert second.name == "đột xuất lần 2 năm 2024"
    assert AuditEvent.objects.filter(verb="report_period_added").count() == 2


def test_a_period_may_not_overlap_an_issued_one_of_its_kind(plan, thu):
    first = ad_hoc(plan, thu)
    issue(first, thu)
    with pytest.raises(NotAllowed) as refusal:
        ad_hoc(plan, thu, subject="Khác", data_from=date(2024, 3, 31), data_to=date(2024, 3, 31))
    assert "trùng với báo cáo đột xuất lần 1 năm 2024 đã ban hành" in str(refusal.value)
    # another kind may, and so may the days behind it
    issue(period_of(plan, "quy-1-2024"), thu, "06/BC-VP")
    later = {"data_from": date(2024, 4, 1), "data_to": date(2024, 4, 30)}
    later |= {"units_due_on": date(2024, 5, 6), "due_on": date(2024, 5, 7)}
    assert ad_hoc(plan, thu, subject="Khác", **later).number == 2


# The pages


@pytest.fixture
def desk(client, thu):
    client.force_login(thu)
    return client


def typed(**changes):
    told = {"subject": "Kết quả kiểm tra", "data_from": "01/01/2024", "data_to": "29/3/2024"}
    return told | {"units_due_on": "", "due_on": ""} | changes


@time_machine.travel(NOW, tick=False)
def test_the_days_of_sending_follow_by_working_days_when_left_open(desk, plan):
    page = desk.get(reverse("reports:period_new")).content.decode()
    assert 'value="02/04/2024"' in page and "02 ngày làm việc" in page
    answer = desk.post(reverse("reports:period_new"), typed(), follow=True)
    period = plan.report_periods.get(kind="dot-xuat")
    assert (period.units_due_on, period.due_on) == (date(2024, 4, 2), date(2024, 4, 4))
    assert "Đã lập kỳ báo cáo đột xuất lần 1 năm 2024" in answer.content.decode()
    desk.post(reverse("reports:period_new"), typed())
    assert plan.report_periods.filter(kind="dot-xuat").count() == 1


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": " "}, "Ghi nội dung báo cáo"),
        ({"subject": "x" * 201}, "tối đa 200 ký tự"),
        ({"data_to": "31/02/2024"}, "Tháng 2 không có ngày 31."),
        ({"data_from": "1/4/2024"}, "trước ngày đầu của kỳ"),
        ({"units_due_on": "29/3/2024"}, "ít nhất 01 ngày làm việc"),
        ({"due_on": "1/4/2024"}, "trước ngày các đơn vị gửi"),
    ],
)
def test_a_wrong_period_is_said_in_the_page_and_what_was_typed_stays(desk, plan, changes, words):
    answer = desk.post(reverse("reports:period_new"), typed(**changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    for value in changes.values():
        assert not value.strip() or value in page
    assert not plan.report_periods.filter(kind="dot-xuat").exists()


def days_form(period, **changes):
    names = ("data_from", "data_to", "units_due_on", "due_on")
    told = {name: f"{getattr(period, name):%d/%m/%Y}" for name in names}
    told["seen"] = " ".join(getattr(period, name).isoformat() for name in names)
    return told | changes


@time_machine.travel(NOW, tick=False)
def test_the_coordinator_sets_other_days_for_one_period(desk, plan, thu):
    period = period_of(plan, "6-thang-2024")
    url = reverse("reports:period_days", args=["6-thang-2024"])
    assert "Theo quy tắc" in desk.get(url).content.decode()
    answer = desk.post(url, days_form(period, due_on="25/6/2024"))
    assert answer.status_code == 302
    before = days_form(period)
    assert days_of(period)[3] == date(2024, 6, 25) and period.by_hand
    stale = desk.post(url, before | {"due_on": "26/6/2024"})
    assert stale.status_code == 409
    assert "vừa đổi ngày" in stale.content.decode() and "26/6/2024" in stale.content.decode()
    assert days_of(period)[3] == date(2024, 6, 25)
    told = AuditEvent.objects.get(verb="report_period_changed")
    assert told.by == thu and told.detail["due_on"] == ["2024-06-20", "2024-06-25"]


@time_machine.travel(NOW, tick=False)
def test_the_days_of_an_issued_report_stay(desk, plan, thu):
    period = period_of(plan, "quy-1-2024")
    issue(period, thu)
    url = reverse("reports:period_days", args=["quy-1-2024"])
    page = desk.get(url).content.decode()
    assert "Ngày của kỳ không đổi được nữa" in page and "Lưu ngày" not in page
    answer = desk.post(url, days_form(period, due_on="25/3/2024"))
    assert answer.status_code == 422
    assert "lập bản đính chính" in answer.content.decode()
    assert "25/3/2024" in answer.content.decode()


@time_machine.travel(NOW, tick=False)
def test_only_the_coordinator_sets_days_and_only_today(client, desk, quang):
    for url in (
        reverse("reports:period_new"),
        reverse("reports:period_days", args=["quy-1-2024"]),
    ):
        assert desk.get(url + "?tinh-den=2024-01-01").status_code == 403
    assert desk.get(reverse("reports:period_days", args=["quy-1-2031"])).status_code == 404
    client.force_login(quang)
    assert client.get(reverse("reports:period_new")).status_code == 403
