from datetime import date

from conftest import at
from indicators.linked import read_measures
from indicators.reading import history, read_indicators
from indicators.tests.cast import record
from indicators.verdicts import Verdict
from tasks.citing import Citation
from tasks.models import Product


def line(plan, code, year=2024, as_of=date(2025, 12, 31)):
    (found,) = read_indicators(plan, year, as_of, code=code)
    return found


def test_the_plan_has_eleven_targets_in_its_own_order(plan):
    lines = read_indicators(plan, 2024, date(2024, 12, 16))
    assert [found.code for found in lines] == [
        "CT1", "CT2", "CT3", "CT4", "CT5.1", "CT5.2", "CT5.3", "CT5.4a", "CT5.4b", "CT5.5", "CT5.6",
    ]  # fmt: skip
    assert {found.verdict for found in lines} == {Verdict.NO_DATA}


def test_a_correction_counts_and_what_it_corrects_stays(plan, thu):
    day = date(2024, 12, 14)
    first = record(plan, thu, "CT5.2", 2024, day, numerator=70, denominator=100)
    second = record(plan, thu, "CT5.2", 2024, day, numerator=80, denominator=100, note="Cộng sót")
    found = line(plan, "CT5.2")
    assert (found.current.pk, found.current.value) == (second.pk, "80%")
    assert found.verdict == Verdict.MET
    rows = history(plan.indicators.get(code="CT5.2"), date(2025, 1, 1))[2024]
    assert [row.pk for row in rows] == [second.pk, first.pk]
    first.refresh_from_db()
    assert first.numerator == 70


def test_a_measurement_is_not_known_before_the_day_its_figures_hold_for(plan, thu):
    record(plan, thu, "CT2", 2024, date(2025, 4, 18), rank=3, ranked=19)
    assert line(plan, "CT2", as_of=date(2025, 4, 17)).verdict == Verdict.NO_DATA
    assert line(plan, "CT2", as_of=date(2025, 4, 18)).current.value == "hạng 3/19"


def test_a_correction_of_a_later_day_does_not_change_the_past(plan, thu):
    record(plan, thu, "CT5.2", 2024, date(2024, 6, 30), numerator=60, denominator=100)
    record(plan, thu, "CT5.2", 2024, date(2024, 12, 14), numerator=90, denominator=100)
    assert line(plan, "CT5.2", as_of=date(2024, 7, 1)).current.value == "60%"


def test_nothing_to_measure_is_neither_nothing_nor_everything(plan, thu):
    record(plan, thu, "CT3", 2024, date(2024, 12, 14), numerator=0, denominator=0)
    found = line(plan, "CT3")
    assert (found.current.value, found.current.percentage) == ("không phát sinh", None)
    assert found.verdict == Verdict.NOTHING_AROSE


def test_a_milestone_once_reached_stays_reached(plan, thu):
    citation = Citation("1540/QĐ-UBND", date(2022, 12, 9), "Phê duyệt Đề án", "UBND tỉnh")
    record(
        plan, thu, "CT1", 2022, date(2022, 12, 9), achieved_on=date(2022, 12, 9), citation=citation
    )
    assert line(plan, "CT1", 2024).verdict == Verdict.MET
    assert line(plan, "CT1", 2021).verdict == Verdict.NO_DATA
    assert str(line(plan, "CT1", 2024).standing.document) == "1540/QĐ-UBND ngày 09/12/2022"


def test_what_is_left_out_is_said(plan):
    words = line(plan, "CT5.5").exclusion
    assert words == "đã trừ văn bản mật theo quy định của pháp luật"


def test_a_miss_before_its_year_is_not_yet_due(plan, thu):
    record(plan, thu, "CT5.2", 2024, date(2024, 12, 14), numerator=70, denominator=100)
    assert not line(plan, "CT5.2", 2024).is_due
    assert line(plan, "CT5.2", 2025).is_due
    assert line(plan, "CT2", 2022).is_due  # each year


def test_linked_tasks_carry_their_state_from_the_ledger(plan):
    (task,) = line(plan, "CT5.1", 2024, date(2024, 12, 16)).tasks
    assert task.code == "III.3"
    assert {occurrence.year for occurrence in task.occurrences} == {2022, 2023, 2024}


def test_reading_costs_the_same_for_one_row_and_for_many(plan, thu, django_assert_num_queries):
    for year in range(2021, 2026):
        record(plan, thu, "CT5.2", year, date(year, 12, 14), numerator=70, denominator=100)
        record(
            plan, thu, "CT5.6", year, date(year, 12, 14), numerator=7, denominator=10,
            at=at(2026, 1, 2),
        )  # fmt: skip
    with django_assert_num_queries(4):  # five once work was reported
        read_indicators(plan, 2025, date(2025, 12, 31))


def test_a_measure_that_an_amendment_ended_is_shown_for_the_years_before(plan):
    """A product that is a measure: until the day it was dropped, and not before it was added."""
    product = Product.objects.get(task__code="III.4", is_measure=True)
    today = date(2024, 12, 16)
    assert [m.text for m in read_measures(plan, 2024, today)] == [product.text]
    Product.objects.filter(pk=product.pk).update(ended_on=date(2024, 7, 1))
    assert read_measures(plan, 2024, today) == ()
    assert read_measures(plan, 2024, date(2024, 6, 30))[0].text == product.text
    assert read_measures(plan, 2023, today)[0].text == product.text
    Product.objects.filter(pk=product.pk).update(begins_on=date(2024, 2, 1))
    assert read_measures(plan, 2023, today) == ()
