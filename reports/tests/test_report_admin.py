"""The administrator's rules and days off, and that they move the reports to come."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cchc.models import AuditEvent, DayOff
from conftest import at
from reports.models import PeriodKind, PeriodRule, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def quarter(plan):
    return PeriodRule.objects.get(kind=PeriodKind.QUARTER_1)


def rule_form(rule, **changes):
    values = {
        "is_used": "on" if rule.is_used else "",
        "from_last_year": "on" if rule.from_last_year else "",
        "unit_workdays": rule.unit_workdays,
        "send_day": rule.send_day,
    }
    for name in ("from_month", "from_day", "to_month", "to_day"):
        values[name] = getattr(rule, name)
    return values | changes


def rule_url(rule):
    return reverse("admin:reports_periodrule_change", args=[rule.pk])


def day_url(name="add", *args):
    return reverse(f"admin:cchc_dayoff_{name}", args=args)


@time_machine.travel(at(2024, 1, 10), tick=False)
def test_a_changed_rule_moves_the_reports_to_come(admin, plan, quarter):
    period = plan.report_periods.get(kind="quy-1", year=2024)
    assert (period.units_due_on, period.due_on) == (date(2024, 3, 18), date(2024, 3, 20))
    answer = admin.post(rule_url(quarter), rule_form(quarter, unit_workdays=3, send_day=25))
    assert answer.status_code == 302
    period.refresh_from_db()
    assert (period.units_due_on, period.due_on) == (date(2024, 3, 19), date(2024, 3, 25))
    told = AuditEvent.objects.get(verb="admin_changed")
    assert told.detail["changes"]["send_day"] == [20, 25]
    renewed = AuditEvent.objects.get(verb="report_periods_renewed")
    assert "quy-1-2024" in renewed.detail["codes"] and "nam-2024" not in renewed.detail["codes"]


@time_machine.travel(at(2024, 3, 15), tick=False)
def test_a_begun_report_keeps_its_days(admin, plan, quarter, thu):
    period = plan.report_periods.get(kind="quy-1", year=2024)
    Report.objects.create(period=period, created_by=thu, created_at=at(2024, 3, 15))
    admin.post(rule_url(quarter), rule_form(quarter, send_day=25))
    period.refresh_from_db()
    assert period.due_on == date(2024, 3, 20)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to_month": 2, "to_day": 31}, "Tháng 2 không có ngày 31; ghi từ 1 đến 28."),
        ({"from_month": 13}, "Ghi tháng từ 1 đến 12."),
        ({"from_day": 0}, "Tháng 12 không có ngày 0; ghi từ 1 đến 31."),
        ({"unit_workdays": 0}, "tối thiểu 01 ngày làm việc"),
        ({"unit_workdays": 99}, "từ 1 đến 30 ngày làm việc"),
        ({"send_day": 32}, "từ 1 đến 31"),
        ({"from_last_year": ""}, "ở trước ngày đầu 15/12 của cùng năm"),
        ({"to_day": "mười bốn"}, "errorlist"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(admin, quarter, changes, message):
    before = rule_form(quarter)
    answer = admin.post(rule_url(quarter), rule_form(quarter, **changes))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    name, value = list(changes.items())[-1]
    if value:
        assert f'value="{value}"' in answer.content.decode()
    quarter.refresh_from_db()
    assert rule_form(quarter) == before


def test_rules_are_neither_added_nor_removed(admin, quarter):
    assert admin.get(reverse("admin:reports_periodrule_add")).status_code == 403
    delete = reverse("admin:reports_periodrule_delete", args=[quarter.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    page = admin.get(reverse("admin:reports_periodrule_changelist")).content.decode()
    assert "15/12 năm trước" in page and "14/03" in page


@time_machine.travel(at(2024, 1, 10), tick=False)
def test_a_day_off_moves_the_days_and_taking_it_away_moves_them_back(admin, plan):
    period = plan.report_periods.get(kind="quy-1", year=2024)
    added = admin.post(day_url(), {"day": "20/3/2024", "name": "Nghỉ theo thông báo"})
    assert added.status_code == 302
    period.refresh_from_db()
    assert period.due_on == date(2024, 3, 19)
    day = DayOff.objects.get(day=date(2024, 3, 20))
    assert admin.post(day_url("delete", day.pk), {"post": "yes"}).status_code == 302
    period.refresh_from_db()
    assert period.due_on == date(2024, 3, 20)


@time_machine.travel(at(2024, 1, 10), tick=False)
def test_a_saturday_worked_in_exchange_counts(admin, plan):
    period = plan.report_periods.get(kind="quy-1", year=2024)
    admin.post(day_url(), {"day": "16/3/2024", "name": "Làm bù", "works": "on"})
    period.refresh_from_db()
    # Friday 15/3 and the Saturday: the two working days after the data day, Thursday 14/3
    assert period.units_due_on == date(2024, 3, 16)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"day": "31/02/2024", "name": "Nghỉ"}, "Tháng 2 không có ngày 31."),
        ({"day": "1/1/24", "name": "Nghỉ"}, "Viết đủ bốn chữ số của năm"),
        ({"day": "", "name": "Nghỉ"}, "Chưa ghi ngày."),
        ({"day": "20/3/2024", "name": " "}, "Ghi lý do"),
        ({"day": "20/3/2024", "name": "Làm bù", "works": "on"}, "vốn là ngày làm việc"),
        ({"day": "1/1/2024", "name": "Tết Dương lịch"}, "errorlist"),
    ],
)
def test_a_day_off_that_cannot_be_is_said(admin, plan, typed, message):
    number = DayOff.objects.count()
    answer = admin.post(day_url(), typed)
    assert answer.status_code == 200 and message in answer.content.decode()
    assert DayOff.objects.count() == number


def test_days_are_typed_and_no_browser_chooses_their_form(admin, plan):
    page = admin.get(day_url()).content.decode()
    assert 'type="date"' not in page and "vDateField" not in page
    assert 'placeholder="dd/mm/yyyy"' in page


def test_nobody_else_comes_to_the_rules(client, thu, quarter):
    client.force_login(thu)
    assert client.get(rule_url(quarter)).status_code == 403
    assert client.post(day_url(), {"day": "20/3/2024", "name": "x"}).status_code == 403
