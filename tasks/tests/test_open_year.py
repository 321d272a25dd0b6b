"""What opening a year makes: a slot for each lead unit of each task in each period."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Min

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks import opening
from tasks.ledger import read_year
from tasks.models import Assignment, Plan, Task
from tasks.workflow import NotAllowed, State

OPENED_AT = at(2024, 1, 2)


@pytest.fixture
def plan(unopened):
    """Here no year is opened yet."""
    return unopened


def open_year(plan, year):
    return opening.open_year(plan=plan, year=year, by=None, at=OPENED_AT)


def leads(code, year):
    """The codes of the units that hold a slot of the task in the year."""
    slots = Assignment.objects.filter(task__code=code, year=year)
    return set(slots.values_list("unit__code", flat=True))


def add_unit(code, parent="VP", **fields):
    parent = Unit.objects.get(code=parent)
    return Unit.objects.create(
        code=code,
        name=f"Phòng {code}",
        short_name=code,
        parent=parent,
        path=Unit.path_for(code, parent),
        position=9,
        **fields,
    )


def occurrences(**only):
    slots = Assignment.objects.filter(**only).values("task__code", "year", "period")
    return slots.annotate(due=Min("due_on")).order_by("task__position", "year", "period")


def test_the_term_has_88_dated_occurrences(opened):
    assert len(occurrences(due_on__isnull=False)) == 88
    per_year = [len(occurrences(due_on__isnull=False, year=y)) for y in opened.years()]
    assert per_year == [2, 23, 21, 21, 21]


def test_what_has_no_date_is_opened_all_the_same(opened):
    undated = [(o["task__code"], o["year"]) for o in occurrences(due_on__isnull=True)]
    assert undated == [
        ("II.3", 2022),
        ("II.3", 2023),
        ("II.3", 2024),
        ("II.3", 2025),
        ("IV.1", 2022),
    ]
    waiting = Assignment.objects.get(task__code="IV.1")
    assert waiting.state == State.WAITING
    assert waiting.waits_for == "Sau khi có hướng dẫn của Văn phòng Chính phủ"
    standing = Assignment.objects.get(task__code="II.3", year=2024)
    assert (standing.state, standing.waits_for) == (State.NEW, "")


def test_due_days_are_the_last_days_on_time(opened):
    due = {o["task__code"]: o["due"] for o in occurrences(year=2024)}
    assert due.pop("I.1") == date(2024, 12, 30)  # "Trước 31/12": not that day any more
    assert due.pop("I.2") == due.pop("I.3") == date(2024, 3, 31)
    assert due.pop("II.3") is None
    assert set(due.values()) == {date(2024, 12, 31)}
    once = occurrences(task__deadline_kind="once")
    assert {(o["task__code"], o["due"]) for o in once} == {
        ("V.1", date(2022, 12, 31)),
        ("V.3", date(2022, 12, 31)),
    }


def test_yearly_work_begins_in_2022_but_for_what_the_plan_began_with(opened):
    first = dict(Assignment.objects.values_list("task__code").annotate(Min("year")))
    assert {code for code, year in first.items() if year == 2021} == {"I.1", "VII.3"}
    assert set(first.values()) == {2021, 2022}


def test_a_condition_waits_while_the_due_day_stands(opened):
    slots = Assignment.objects.filter(task__code="VII.5").order_by("year")
    assert [(a.year, a.due_on, a.state) for a in slots] == [
        (year, date(year, 12, 31), State.WAITING) for year in (2022, 2023, 2024, 2025)
    ]
    assert {a.waits_for for a in slots} == {"sau khi UBND tỉnh ban hành Kế hoạch"}


def test_the_ledger_of_2024_shows_all_25_tasks(opened):
    ledger = read_year(opened, 2024, date(2024, 12, 16))
    own = [o for o in ledger.occurrences if o.year == 2024]
    assert len([o for o in own if o.due_on]) == 21
    assert [o.code for o in own if not o.due_on] == ["II.3"]
    assert [(o.code, o.year) for o in ledger.occurrences if o.state == State.WAITING] == [
        ("IV.1", 2022),
        ("VII.5", 2024),
    ]
    carried = {o.code for o in ledger.occurrences if o.carried}
    assert {"V.1", "V.3"} <= carried
    assert len({o.code for o in ledger.occurrences}) == 25
    assert sum(ledger.counts.values()) == len(ledger.occurrences)


def test_a_year_opened_alone_with_the_first_shows_25_occurrences(plan):
    """An office that begins in 2024: the one-off and the waiting work of 2022 is brought in."""
    open_year(plan, 2022)
    Assignment.objects.filter(year=2022).exclude(task__code__in=["IV.1", "V.1", "V.3"]).delete()
    open_year(plan, 2024)
    ledger = read_year(plan, 2024, date(2024, 12, 16))
    assert [o.code for o in ledger.occurrences] == [task.code for task in plan.tasks.all()]


@pytest.mark.parametrize(
    ("code", "units"),
    [
        ("I.1", {"HCQT"}),
        ("II.1", {"NCTH", "TTPVKS"}),
        ("II.2", {"HCQT", "TTPVKS", "TTCBTH"}),
        ("II.4", {"HCQT"}),
        ("II.5", {"HCQT", "TTPVKS"}),
        ("VI.2", {"HCQT", "TTCBTH"}),
        ("VII.4", {"TTPVKS", "TTCBTH"}),
    ],
)
def test_every_lead_has_a_slot_of_its_own(opened, code, units):
    assert leads(code, 2024) == units


def test_a_group_is_its_members_once_they_are_entered(plan):
    add_unit("KT", "NCTH")
    add_unit("NC", "NCTH")
    open_year(plan, 2024)
    assert leads("II.1", 2024) == {"KT", "NC", "TTPVKS"}
    assert leads("II.2", 2024) == {"HCQT", "TTPVKS", "TTCBTH", "KT", "NC"}


def test_the_units_of_a_year_are_those_of_its_due_day(plan):
    add_unit("CU", valid_to=date(2023, 12, 30))
    add_unit("MOI", valid_from=date(2023, 12, 31))
    add_unit("KT", "NCTH", valid_to=date(2024, 12, 30))
    for year in (2022, 2023, 2024):
        open_year(plan, year)
    named = {"HCQT", "TTPVKS", "TTCBTH"}
    assert leads("II.2", 2022) == named | {"CU", "KT"}
    assert leads("II.2", 2023) == named | {"MOI", "KT"}
    assert leads("II.2", 2024) == named | {"MOI"}
    assert leads("II.1", 2023) == {"KT", "TTPVKS"}
    assert leads("II.1", 2024) == {"NCTH", "TTPVKS"}


def test_units_of_another_office_have_no_part(plan):
    other = Unit.objects.create(
        code="SNV", name="Sở Nội vụ", short_name="SNV", kind="office", path="/SNV/"
    )
    add_unit("SNV1", other.code)
    open_year(plan, 2024)
    assert leads("II.2", 2024) == {"HCQT", "TTPVKS", "TTCBTH"}


def test_a_corrected_deadline_counts_when_the_year_is_opened(plan):
    Task.objects.filter(code="II.3").update(rule_text="Hàng quý")
    open_year(plan, 2024)
    due = occurrences(task__code="II.3", year=2024)
    assert [(o["period"], o["due"]) for o in due] == [
        ("Q1", date(2024, 3, 31)),
        ("Q2", date(2024, 6, 30)),
        ("Q3", date(2024, 9, 30)),
        ("Q4", date(2024, 12, 31)),
    ]


def test_opening_twice_makes_nothing_new(opened):
    before = list(Assignment.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    assert open_year(opened, 2024) == []
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_opening_again_adds_only_what_is_missing(opened):
    Assignment.objects.filter(task__code="II.2", unit__code="TTCBTH", year=2024).delete()
    Assignment.objects.filter(task__code="I.1", year=2024).update(due_on=date(2025, 1, 31))
    made = open_year(opened, 2024)
    assert [(a.task.code, a.unit.code) for a in made] == [("II.2", "TTCBTH")]
    assert Assignment.objects.get(task__code="I.1", year=2024).due_on == date(2025, 1, 31)


def test_opening_is_on_record(plan):
    made = open_year(plan, 2024)
    event = AuditEvent.objects.get(verb="year_opened")
    assert event.detail == {"year": 2024, "made": len(made)}
    assert (event.target_type, event.target_id, event.at) == ("plan", plan.pk, OPENED_AT)


@pytest.mark.parametrize("year", [2020, 2026])
def test_a_year_outside_the_plan_is_refused(plan, year):
    with pytest.raises(NotAllowed, match=f"2021-2025, không có năm {year}"):
        open_year(plan, year)
    assert not Assignment.objects.exists()


def test_opening_takes_as_many_queries_for_more_units(plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        open_year(plan, 2023)
    for number in range(10):
        add_unit(f"P{number}")
    with django_assert_max_num_queries(16):
        open_year(plan, 2024)


def run(*args, **options):
    out = StringIO()
    call_command("open_year", *args, stdout=out, **options)
    return out.getvalue().strip()


def test_the_command_opens_a_year_and_says_so(plan):
    assert run("2024") == "cchc-2021-2025: đã lập 28 phần việc mới (năm 2024: 28)."
    assert run("2024") == "cchc-2021-2025: đã lập 0 phần việc mới (năm 2024: 0)."


def test_the_command_opens_all_years(plan):
    assert run(all=True) == (
        "cchc-2021-2025: đã lập 117 phần việc mới "
        "(năm 2021: 2, năm 2022: 31, năm 2023: 28, năm 2024: 28, năm 2025: 28)."
    )


def test_the_command_opens_the_plan_that_is_named(plan):
    Plan.objects.update(status=Plan.Status.CLOSED)
    with pytest.raises(CommandError, match="nào có năm 2024"):
        run("2024")
    with pytest.raises(CommandError, match="Không có kế hoạch nào đang hiệu lực"):
        run(all=True)
    with pytest.raises(CommandError, match="đã kết thúc"):
        run("2024", plan=plan.code)
    Plan.objects.update(status=Plan.Status.IN_FORCE)
    assert run("2024", plan=plan.code).startswith("cchc-2021-2025: đã lập 28")


@pytest.mark.parametrize(
    ("args", "options", "sentence"),
    [
        (("2026",), {}, "Không có kế hoạch đang hiệu lực nào có năm 2026"),
        (("2026",), {"plan": "cchc-2021-2025"}, "không có năm 2026"),
        (("2024",), {"plan": "khac"}, "Không có kế hoạch khac"),
        ((), {}, "Ghi một năm, hoặc --all"),
        (("2024",), {"all": True}, "Ghi một năm, hoặc --all"),
    ],
)
def test_the_command_refuses_in_a_sentence(plan, args, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*args, **options)
    assert not Assignment.objects.exists()
