"""The targets of section II as the fixtures carry them."""

from decimal import Decimal

from indicators.models import Indicator


def test_the_plan_has_eleven_targets_in_its_order(plan):
    assert list(plan.indicators.values_list("code", flat=True)) == [
        "CT1",
        "CT2",
        "CT3",
        "CT4",
        "CT5.1",
        "CT5.2",
        "CT5.3",
        "CT5.4a",
        "CT5.4b",
        "CT5.5",
        "CT5.6",
    ]


def test_the_words_of_the_targets_are_those_of_section_two_and_leave_none_out(plan):
    words = []
    for item in plan.frame["section_II"]["items"]:
        words += item["bullets"] or [item["text"]]
    # CT5.4a and CT5.4b are the two halves of one line
    assert "; ".join(plan.indicators.values_list("text", flat=True)) == "; ".join(words)


def test_what_is_excluded_stands_in_the_words(plan):
    excluding = plan.indicators.exclude(exclusion="")
    assert [indicator.code for indicator in excluding] == ["CT5.5", "CT5.6"]
    for indicator in excluding:
        assert indicator.exclusion in indicator.text


def test_what_was_read_from_the_words(plan):
    read = {
        i.code: (i.kind, i.operator, i.value, i.deadline_year, i.yearly, i.area.number)
        for i in Indicator.objects.select_related("area")
    }
    assert read == {
        "CT1": ("milestone", "done_by", None, 2022, False, 5),
        "CT2": ("rank", "<=", Decimal(3), 2025, True, 8),
        "CT3": ("percentage", ">=", Decimal(100), 2025, True, 2),
        "CT4": ("qualitative", "meets_external_ratio", None, 2025, False, 4),
        "CT5.1": ("milestone", "done_by", None, 2025, False, 3),
        "CT5.2": ("percentage", ">=", Decimal(80), 2025, False, 3),
        "CT5.3": ("qualitative", "achieved", None, 2025, False, 5),
        "CT5.4a": ("percentage", ">=", Decimal(100), 2025, False, 5),
        "CT5.4b": ("percentage", ">=", Decimal(50), 2025, False, 5),
        "CT5.5": ("percentage", ">=", Decimal(100), 2025, False, 7),
        "CT5.6": ("percentage", ">=", Decimal(90), 2025, False, 7),
    }


def test_targets_know_the_tasks_that_serve_them(plan):
    tasks = {
        indicator.code: [task.code for task in indicator.tasks.all()]
        for indicator in plan.indicators.prefetch_related("tasks")
    }
    assert tasks["CT3"] == ["II.2", "II.3"]
    assert tasks["CT5.5"] == ["VII.1", "VII.2"]
    assert tasks["CT2"] == []


def test_every_value_and_choice_is_valid(plan):
    for indicator in plan.indicators.all():
        indicator.full_clean()
        assert indicator.measure
