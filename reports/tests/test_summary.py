from datetime import date

import pytest

from reports.calendar import rules_of
from reports.happened import CutOff
from reports.marks import Mark, cut
from reports.summary import summarise
from tasks.ledger import read_year
from tasks.models import Assignment
from tasks.viewing import Viewing

DAY = date(2024, 12, 16)


def summary_of(plan, user, year=2024, day=DAY):
    return summarise(Viewing(plan, year, day, DAY), user, read_year(plan, year, day))


@pytest.fixture
def summary(opened, quang):
    return summary_of(opened, quang)


def mark(tile):
    return Mark("I.1", "2024", "I.1", tile, "Ban hành…", "/nhiem-vu/I.1/2024/")


def test_tiles_that_have_no_room_are_counted_and_exceptions_stay():
    marks = cut([mark("overdue"), *[mark("done")] * 9], 4)
    assert marks.more == 6
    assert [m.tile for m in marks.shown] == ["done", "done", "done", "overdue"]


def test_few_tiles_are_all_shown():
    assert cut([mark("done")], 4).more == 0


def test_attention_is_overdue_longest_first_then_what_waits(opened, quang):
    summary = summary_of(opened, quang, 2022)
    left = [item.days_left for item in summary.attention if item.days_left is not None]
    assert left == sorted(left) and left[0] == min(left) < 0
    assert len(summary.attention) == 8 and summary.attention_is_cut
    assert summary.attention_total == sum(
        f.number for f in summary.figures if f.status in ("qua-han", "chua-phat-sinh")
    )


def test_the_headline_names_every_figure_once(summary):
    told = [*summary.settled, *(f for f in summary.asked if f.status != "vuong-mac")]
    assert sum(figure.number for figure in told) == summary.total.number


def test_columns_hold_every_occurrence_once(summary):
    assert sum(column.number for column in summary.columns) == summary.total.number
    assert sum(day.number for c in summary.columns for day in c.days) == summary.total.number
    assert [c.label for c in summary.columns if c.is_now] == ["Tháng 12"]
    assert [c.label for c in summary.columns if c.outside] == ["Trước 2024", "Chưa có ngày"]


def test_the_fullest_month_names_its_days(summary):
    wide = [column for column in summary.columns if column.is_wide]
    assert [day.label for day in wide[0].days] == ["30/12", "31/12"]
    assert len(wide) == 1 and wide[0].label == "Tháng 12"


def test_the_days_of_reports_and_the_day_looked_at_divide_their_months(summary):
    rules = {c.label: [(r.on.day, r.kind) for r in c.rules] for c in summary.columns if c.rules}
    assert rules["Tháng 3"] == rules["Tháng 6"] == rules["Tháng 9"] == [(14, "cut")]
    assert rules["Tháng 12"] == [(14, "cut"), (16, "now")]
    (december,) = [c for c in summary.columns if c.label == "Tháng 12"]
    assert [part.is_past for part in december.parts] == [True, True, False]
    assert [part.span for part in december.parts] == [14, 2, 15]


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)])
def test_a_month_is_whole_whatever_day_divides_it(opened, quang, day):
    columns = summary_of(opened, quang, day=day).columns
    assert sum(d.number for c in columns for d in c.days) == sum(c.number for c in columns)
    assert [rule.on for c in columns for rule in c.rules if rule.kind == "now"] == [day]


def test_a_report_of_the_very_day_shares_its_line():
    cut_off = CutOff(date(2024, 12, 14), "năm 2024")
    (rule,) = rules_of(2024, cut_off.on, (cut_off,))
    assert rule.kind == "both" and rule.words


def test_nothing_at_its_term_is_no_rate_at_all(opened, quang):
    Assignment.objects.update(due_on=None, first_due_on=None)
    assert summary_of(opened, quang).rate.percent is None


def test_coming_is_what_falls_due_in_15_days(summary):
    assert summary.coming[0].due_on == date(2024, 12, 30)
    assert summary.coming_total.number >= len(summary.coming) == 8


def test_codes_name_the_period_only_where_it_is_not_the_year_itself(summary):
    codes = [m.code for area in summary.areas for m in area.marks.shown]
    assert "I.2" in codes and "I.2/2022" in codes and "I.2/2024" not in codes


def test_a_task_that_several_units_lead_counts_for_each(summary):
    assert summary.parts > sum(area.total.number for area in summary.areas)


def test_the_office_itself_and_groups_have_no_line_of_their_own_without_work(summary):
    assert all(unit.total.number for unit in summary.units)


def test_without_cut_offs_only_a_week_is_compared(opened, quang):
    opened.report_periods.all().delete()
    (week,) = summary_of(opened, quang).changes
    assert week.day == date(2024, 12, 9) and week.total.number == 0
