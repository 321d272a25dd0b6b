"""What the database itself refuses, whoever writes: the last door behind forms and actions.

Each case is a valid row with one thing wrong; the same row without it is taken.
"""

import uuid
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from cchc.models import StoredFile
from conftest import at
from tasks.models import (
    Amendment,
    Area,
    Assignment,
    CalendarFeed,
    CarriedWork,
    CellChange,
    ChosenUnit,
    Contribution,
    Descent,
    Digest,
    Directive,
    Document,
    Evidence,
    Extension,
    Notice,
    Plan,
    PlanImport,
    Product,
    ProgressUpdate,
    Reminder,
    SettledFinding,
    Solution,
    Task,
    TaskUnit,
    UnitAlias,
    UrgeLetter,
)

MOMENT = at(2024, 3, 15)
DAY = date(2024, 3, 15)
KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def rows(unopened, minh):
    """One row of each kind, made here, and the values of a further one that would be valid."""
    plan = unopened
    area = plan.areas.get(number=3)
    task = plan.tasks.get(code="III.1")
    product = task.products.get()
    unit = minh.unit
    recorded = {"recorded_at": MOMENT, "effective_on": DAY, "by": minh}
    cited = {"issued_on": DAY, "summary": "Kết quả", "issuer": "Văn phòng", "unit": unit}
    cited |= {"created_by": minh, "created_at": MOMENT}
    assignment = Assignment.objects.create(
        task=task, unit=unit, year=2024, due_on=date(2024, 12, 31), opened_at=MOMENT
    )
    document = Document.objects.create(number="1/BC-VP", key="1/bc-vp|van phong", **cited)
    update = ProgressUpdate.objects.create(
        assignment=assignment, seq=1, act="submit", state="pending", form_key=KEY, **recorded
    )
    Evidence.objects.create(update=update, document=document, product=product)
    Evidence.objects.create(update=update, document=document)
    told = {"user": minh, "kind": "due", "words": "Còn 5 ngày", "path": "/", "created_at": MOMENT}
    Notice.objects.create(key="due:1", **told)
    Digest.objects.create(user=minh, day=DAY)
    CalendarFeed.objects.create(user=minh, secret="bi-mat", made_at=MOMENT)
    follow = _follow_rows(assignment, task, unit, minh)
    other = Document.objects.create(number="2/BC-VP", key="2/bc-vp|van phong", **cited)
    return {
        Plan: {
            "code": "khac",
            "unit": plan.unit,
            "coordinator": plan.coordinator,
            "first_year": 2026,
            "recurring_from": 2026,
            "last_year": 2026,
        },
        Area: {"plan": plan, "number": 9, "title": "Lĩnh vực"},
        Solution: {"area": area, "position": 8, "text": "Giải pháp"},
        Task: {"plan": plan, "area": area, "code": "III.6", "position": 26, "number": 6},
        TaskUnit: {
            "task": task,
            "part": "lead",
            "position": 2,
            "kind": "unit",
            "unit": unit,
            "text": "Đơn vị",
        },
        Product: {"task": task, "position": 2, "text": "Sản phẩm"},
        Assignment: {"task": task, "unit": unit, "year": 2025, "opened_at": MOMENT},
        Document: {"number": "3/BC-VP", "key": "3/bc-vp|van phong", **cited},
        ProgressUpdate: {
            "assignment": assignment,
            "seq": 2,
            "act": "report",
            "state": "doing",
            **recorded,
        },
        Evidence: {"update": update, "document": other, "product": product},
        Notice: {"key": "due:2", **told},
        Digest: {"user": minh, "day": date(2024, 3, 16)},
        CalendarFeed: {"user": minh, "whole_unit": True, "made_at": MOMENT},
    } | (follow | _text_rows(plan, task, other, unit, minh))


def _text_rows(plan, task, document, unit, minh):
    """The same for how a plan's words come in, change and go on."""
    by = {"by": minh, "at": MOMENT}
    stored = {"size": 1, "content_type": "application/pdf", "uploaded_by": minh}
    file = StoredFile.objects.create(
        sha256="0" * 64, name="kế hoạch.docx", uploaded_at=MOMENT, **stored
    )
    brought = {"unit": unit, "file": file, "read": {}, **by}
    PlanImport.objects.create(plan=plan, **brought)
    alias = {"office": plan.unit, "kind": "unit", "unit": unit, **by}
    UnitAlias.objects.create(words="trung tam", **alias)
    finding = {"plan": plan, "code": "no_product", "why": "Văn bản gốc ghi vậy", **by}
    SettledFinding.objects.create(place="I.2", **finding)
    decided = {"plan": plan, "document": document, "effective_on": DAY, "reason": "Vì", **by}
    change = {"amendment": Amendment.objects.create(**decided), "task": task}
    CellChange.objects.create(cell="text", **change)
    other = plan.tasks.get(code="III.2")
    slot = {"task": plan.tasks.get(code="I.2"), "unit": unit, "opened_at": MOMENT}
    works = [Assignment.objects.create(year=year, **slot) for year in range(2022, 2026)]
    CarriedWork.objects.create(old=works[0], new=works[1])
    Descent.objects.create(plan=plan, origin=task, how="keep", task=other, **by)
    return {
        PlanImport: {"plan": None, **brought},
        UnitAlias: {"words": "phong", **alias},
        SettledFinding: {"place": "I.3", **finding},
        Amendment: decided,
        CellChange: {"cell": "lead_text", **change},
        Descent: {"plan": plan, "origin": other, "how": "drop", **by},
        CarriedWork: {"old": works[2], "new": works[3]},
    }


def _follow_rows(assignment, task, unit, minh):
    """The same for what happens around the work."""
    asked = {
        "assignment": assignment,
        "due_on": DAY,
        "wanted_on": date(2024, 4, 30),
        "reason": "Chờ ý kiến",
        "asked_by": minh,
        "asked_at": MOMENT,
    }
    Extension.objects.create(**asked)
    letter = {
        "unit": unit,
        "year": 2024,
        "issued_on": DAY,
        "answer_by": date(2024, 3, 20),
        "by": minh,
        "at": MOMENT,
    }
    UrgeLetter.objects.create(number=1, **letter)
    notice = {"assignment": assignment, "rung": "notice", "due_on": DAY, "at": MOMENT}
    Reminder.objects.create(step="-5", **notice)
    party = task.parties.get(part="collab")
    chosen = {"party": party, "unit": unit, "by": minh, "at": MOMENT}
    ChosenUnit.objects.create(year=2024, **chosen)
    decided = {"decided_by": minh, "decided_at": MOMENT, "granted_on": date(2024, 4, 30)}
    return {
        Extension: asked | decided | {"decision": "granted"},
        UrgeLetter: {"number": 2, **letter},
        Reminder: {"step": "-1", **notice},
        Directive: {
            "task": task,
            "year": 2024,
            "unit": unit,
            "words": "Làm ngay",
            "by": minh,
            "at": MOMENT,
        },
        Contribution: {
            "assignment": assignment,
            "unit": unit,
            "wanted": "Số liệu",
            "due_on": DAY,
            "asked_by": minh,
            "asked_at": MOMENT,
        },
        ChosenUnit: {"year": 2025, **chosen},
    }


CASES = [
    ("tasks_plan_code", Plan, {"code": "cchc-2021-2025"}),
    ("plan_years_in_order", Plan, {"last_year": 2025}),
    ("plan_years_in_order", Plan, {"recurring_from": 2025}),
    ("plan_years_in_order", Plan, {"recurring_from": 2027}),
    ("area_number_once_in_a_plan", Area, {"number": 8}),
    ("solution_place_once", Solution, {"position": 7}),
    ("task_code_once_in_a_plan", Task, {"code": "III.5"}),
    ("rule_has_its_author_and_day", Task, {"rule_confirmed_on": DAY}),
    ("rule_has_its_author_and_day", Task, {"rule_confirmed_by": "minh"}),
    ("task_unit_place_once", TaskUnit, {"position": 1}),
    ("named_units_are_units", TaskUnit, {"unit": None}),
    ("named_units_are_units", TaskUnit, {"kind": "group", "unit": None}),
    ("named_units_are_units", TaskUnit, {"kind": "all"}),
    ("named_units_are_units", TaskUnit, {"kind": "chosen"}),
    ("named_units_are_units", TaskUnit, {"kind": "khac"}),
    ("product_place_once", Product, {"position": 1}),
    ("one_slot_per_unit_and_period", Assignment, {"year": 2024}),
    ("done_on_goes_with_done", Assignment, {"state": "done"}),
    ("done_on_goes_with_done", Assignment, {"state": "pending", "done_on": DAY}),
    ("only_conditions_wait", Assignment, {"state": "waiting"}),
    ("assignment_state_known", Assignment, {"state": "xong"}),
    ("document_once_in_a_unit", Document, {"key": "1/bc-vp|van phong"}),
    ("acts_in_one_order", ProgressUpdate, {"seq": 1}),
    ("one_act_per_submitted_form", ProgressUpdate, {"form_key": KEY}),
    ("a_return_says_why", ProgressUpdate, {"act": "return", "state": "returned"}),
    ("a_difficulty_proposes", ProgressUpdate, {"difficulty": "Thiếu người"}),
    ("evidence_once_for_a_product", Evidence, {"document": "1/BC-VP"}),
    ("evidence_once_without_product", Evidence, {"document": "1/BC-VP", "product": None}),
    ("a_move_says_from_where", ProgressUpdate, {"act": "move"}),
    ("an_extension_is_later", Extension, {"wanted_on": DAY}),
    ("a_granted_extension_has_its_day", Extension, {"granted_on": None}),
    ("a_refusal_says_why", Extension, {"decision": "refused", "granted_on": None}),
    ("a_decision_has_its_author", Extension, {"decided_by": None}),
    (
        "one_open_extension_at_a_time",
        Extension,
        {"decision": "open", "granted_on": None, "decided_by": None, "decided_at": None},
    ),
    ("urge_letter_number_once_a_year", UrgeLetter, {"number": 1}),
    ("a_notice_is_given_once", Reminder, {"step": "-5"}),
    (
        "a_promise_has_its_day",
        Reminder,
        {"answer": "promise", "answered_by": "minh", "answered_at": MOMENT},
    ),
    ("an_answer_has_its_author", Reminder, {"answer": "reason"}),
    ("a_letter_rung_has_its_letter", Reminder, {"rung": "letter"}),
    ("a_closed_directive_has_its_author", Directive, {"status": "closed"}),
    ("a_contribution_answered_has_words", Contribution, {"answer": "Đã gửi"}),
    ("chosen_once_a_year", ChosenUnit, {"year": 2024}),
    ("notice_told_once", Notice, {"key": "due:1"}),
    ("one_digest_a_day", Digest, {"day": DAY}),
    ("one_living_feed_of_a_kind", CalendarFeed, {"whole_unit": False}),
    ("tasks_calendarfeed_secret", CalendarFeed, {"secret": "bi-mat"}),
    # how a plan's words come in, change and go on
    ("tasks_planimport_plan", PlanImport, {"plan": "cchc-2021-2025"}),
    ("words_mean_one_thing", UnitAlias, {"words": "trung tam"}),
    ("an_alias_of_a_unit_names_it", UnitAlias, {"kind": "all"}),
    ("a_finding_is_settled_once", SettledFinding, {"place": "I.2"}),
    ("a_settled_finding_says_why", SettledFinding, {"why": ""}),
    ("an_amendment_says_why", Amendment, {"reason": ""}),
    ("a_cell_changes_once_in_an_amendment", CellChange, {"cell": "text"}),
    ("a_task_goes_on_once", Descent, {"origin": "III.1"}),
    ("only_a_dropped_task_leads_nowhere", Descent, {"how": "keep"}),
    ("work_is_not_carried_to_itself", CarriedWork, {"new": 2024}),
    ("tasks_carriedwork_old", CarriedWork, {"old": 2022}),
]


@pytest.mark.parametrize(
    ("name", "model", "wrong"), CASES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(CASES)]
)
def test_the_database_refuses(rows, minh, name, model, wrong):
    found = {
        "rule_confirmed_by": lambda _: minh,
        "answered_by": lambda _: minh,
        "document": lambda number: Document.objects.get(number=number),
        "plan": lambda code: Plan.objects.get(code=code),
        "origin": lambda code: Task.objects.get(code=code),
        "old": lambda year: Assignment.objects.get(task__code="I.2", year=year),
        "new": lambda year: Assignment.objects.get(task__code="I.2", year=year),
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
        (TaskUnit, {"kind": "all", "unit": None}),
        (TaskUnit, {"part": "collab", "position": 3}),
        (Task, {"rule_confirmed_by": "minh", "rule_confirmed_on": DAY}),
        (Assignment, {"year": 2024, "period": "Q2"}),
        (Assignment, {"state": "done", "done_on": DAY}),
        (Assignment, {"state": "waiting", "waits_for": "Khi có hướng dẫn"}),
        (Document, {"key": "1/bc-vp|van phong", "issued_on": date(2023, 3, 15)}),
        (ProgressUpdate, {"act": "return", "state": "returned", "reason": "Thiếu danh mục"}),
        (ProgressUpdate, {"difficulty": "Thiếu người", "proposal": "Thêm người"}),
        (Evidence, {"product": None}),
        (CalendarFeed, {"whole_unit": False, "revoked_at": MOMENT}),
    ],
)
def test_the_database_takes(rows, minh, model, right):
    right = {k: minh if k == "rule_confirmed_by" else v for k, v in right.items()}
    model.objects.bulk_create([model(**rows[model] | right)])


def test_another_person_may_use_the_same_form_key(rows, hung):
    fields = rows[ProgressUpdate] | {"by": hung, "form_key": KEY}
    ProgressUpdate.objects.bulk_create([ProgressUpdate(**fields)])


def test_every_constraint_of_the_models_has_its_case():
    models = list(apps.get_app_config("tasks").get_models())
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    names |= {
        f"{model._meta.db_table}_{field.name}"
        for model in models
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }
    assert names == {name for name, *_ in CASES}
