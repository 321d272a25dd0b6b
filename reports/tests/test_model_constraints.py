"""What the database itself refuses, whoever writes: the last door behind forms and actions.

Each case is a valid row with one thing wrong; the same row without it is taken.
"""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from cchc.models import StoredFile
from conftest import at
from reports.models import (
    Passage,
    PeriodRule,
    Report,
    ReportAct,
    ReportFile,
    ReportPeriod,
    Section,
    SectionRequest,
    StatisticValue,
)

MOMENT = at(2024, 12, 16)
DAY = date(2024, 12, 18)


@pytest.fixture
def rows(plan, minh, thu):
    """One row of each kind, made here, and the values of a further one that would be valid."""
    period = plan.report_periods.get(kind="nam", year=2024)
    other = plan.report_periods.get(kind="nam", year=2023)
    made = {"created_by": thu, "created_at": MOMENT}
    written = {"by": thu, "at": MOMENT}
    report = Report.objects.create(period=period, **made)
    section = Section.objects.create(report=report, position=0, heading={"title": "Mục"})
    Passage.objects.create(section=section, key="viec:1", **written)
    asked = {"wanted": "Số liệu", "due_on": DAY, "asked_by": thu, "asked_at": MOMENT}
    SectionRequest.objects.create(section=section, unit=minh.unit, **asked)
    StatisticValue.objects.create(report=report, code="1.4", value="03", **written)
    file = StoredFile.objects.create(
        sha256="a" * 64,
        name="bao-cao.pdf",
        size=1,
        content_type="application/pdf",
        uploaded_by=thu,
        uploaded_at=MOMENT,
    )
    ReportFile.objects.create(report=report, kind="pdf", file=file)
    PeriodRule.objects.filter(kind="9-thang").delete()
    days = {"data_from": date(2024, 1, 1), "data_to": date(2024, 5, 1)}
    return {
        PeriodRule: {
            "kind": "9-thang",
            "from_month": 12,
            "from_day": 15,
            "to_month": 9,
            "to_day": 14,
        },
        ReportPeriod: {
            "plan": plan,
            "kind": "dot-xuat",
            "year": 2024,
            "number": 1,
            "units_due_on": date(2024, 5, 3),
            "due_on": date(2024, 5, 6),
            **days,
        },
        Report: {"period": other, **made},
        Section: {"report": report, "position": 1, "heading": {"title": "Mục khác"}},
        Passage: {"section": section, "key": "viec:2", **written},
        SectionRequest: {
            "section": section,
            "unit": minh.unit,
            "answer": "Đã xong",
            "answered_by": minh,
            "answered_at": MOMENT,
            **asked,
        },
        StatisticValue: {"report": report, "code": "1.5", **written},
        ReportAct: {"report": report, "act": "return", "words": "Thiếu số liệu", **written},
        ReportFile: {"report": report, "kind": "docx", "file": file},
    }


ISSUED = {"status": "issued", "number": "05/BC-VP", "issued_on": DAY, "issued_year": 2024}
CASES = [
    ("reports_periodrule_kind", PeriodRule, {"kind": "nam"}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"from_month": 13}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"to_month": 0}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"from_day": 0}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"to_day": 32}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"send_day": 0}),
    ("a_rule_has_days_of_a_year", PeriodRule, {"unit_workdays": 0}),
    ("a_period_once_in_a_year", ReportPeriod, {"kind": "nam", "number": 0}),
    ("a_period_ends_before_it_is_due", ReportPeriod, {"data_from": date(2024, 5, 2)}),
    ("a_period_ends_before_it_is_due", ReportPeriod, {"units_due_on": date(2024, 5, 1)}),
    ("a_period_ends_before_it_is_due", ReportPeriod, {"due_on": date(2024, 5, 2)}),
    ("a_report_version_once", Report, {"period": "nam-2024"} | ISSUED | {"snapshot": {}}),
    ("one_open_version_at_a_time", Report, {"period": "nam-2024", "version": 2, "changes": "Sửa"}),
    ("an_issued_report_has_number_and_day", Report, {"number": "05/BC-VP"}),
    ("an_issued_report_has_number_and_day", Report, ISSUED | {"snapshot": {}, "number": ""}),
    ("an_issued_report_has_number_and_day", Report, ISSUED | {"snapshot": {}, "issued_on": None}),
    ("an_issued_report_has_number_and_day", Report, ISSUED | {"snapshot": {}, "issued_year": None}),
    ("what_is_submitted_is_frozen", Report, {"status": "submitted"}),
    ("what_is_submitted_is_frozen", Report, {"snapshot": {}}),
    ("a_correction_says_what_changed", Report, {"version": 2}),
    ("a_section_place_once", Section, {"position": 0}),
    ("a_passage_once_in_a_section", Passage, {"key": "viec:1"}),
    (
        "one_open_request_to_a_unit",
        SectionRequest,
        {"answer": "", "answered_by": None, "answered_at": None},
    ),
    ("a_contribution_has_words_and_author", SectionRequest, {"answer": ""}),
    ("a_contribution_has_words_and_author", SectionRequest, {"answered_by": None}),
    (
        "only_a_given_contribution_is_taken",
        SectionRequest,
        {"answer": "", "answered_by": None, "answered_at": None, "unit": "thu", "taken_at": MOMENT},
    ),
    ("a_statistic_once_in_a_report", StatisticValue, {"code": "1.4"}),
    ("a_returned_report_says_why", ReportAct, {"words": ""}),
    ("a_made_file_once", ReportFile, {"kind": "pdf"}),
]


@pytest.mark.parametrize(
    ("name", "model", "wrong"), CASES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(CASES)]
)
def test_the_database_refuses(rows, plan, thu, name, model, wrong):
    found = {
        "period": lambda code: plan.report_periods.get(kind="nam", year=2024),
        "unit": lambda _: thu.unit,
    }
    wrong = {field: found.get(field, lambda value: value)(value) for field, value in wrong.items()}
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        model.objects.bulk_create([model(**rows[model] | wrong)])
    # PostgreSQL names what was broken; SQLite names it for checks, else the columns
    assert name in str(refusal.value) or "UNIQUE constraint failed" in str(refusal.value)
    # and it was that one thing only
    model.objects.bulk_create([model(**rows[model])])


@pytest.mark.parametrize(
    ("model", "right"),
    [
        (Report, ISSUED | {"snapshot": {}}),
        (Report, {"status": "approved", "snapshot": {}}),
        (ReportPeriod, {"number": 2}),
        (ReportPeriod, {"due_on": date(2024, 5, 3)}),
        (SectionRequest, {"taken_at": MOMENT}),
        (ReportAct, {"act": "submit", "words": ""}),
        (ReportFile, {"kind": "signed"}),
    ],
)
def test_the_database_takes(rows, model, right):
    model.objects.bulk_create([model(**rows[model] | right)])


def test_a_signed_file_may_come_twice(rows):
    for _ in range(2):
        ReportFile.objects.create(**rows[ReportFile] | {"kind": "signed"})


def test_every_constraint_of_the_models_has_its_case():
    models = list(apps.get_app_config("reports").get_models())
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    names |= {
        f"{model._meta.db_table}_{field.name}"
        for model in models
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }
    assert names == {name for name, *_ in CASES}
