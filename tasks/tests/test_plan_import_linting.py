"""Each gap of a plan's text is found where it is, and nothing is found in a text without gaps."""

from dataclasses import replace

import pytest

from tasks.plan_import.linting import PlanText, TargetText, TaskText, lint

TASK = TaskText(
    code="I.1",
    group="I",
    number=1,
    text="Rà soát văn bản quy phạm pháp luật do Văn phòng tham mưu",
    product_text="Báo cáo",
    lead_text="Phòng A",
    collab_text="Phòng B",
    deadline_text="Quý IV hàng năm",
    products=(("Báo cáo", False),),
    lead=(("unit", "A", "Phòng A"),),
    collab=(("unit", "B", "Phòng B"),),
)
PLAN = PlanText(
    first_year=2026,
    last_year=2030,
    areas=(("I", "Cải cách thể chế", "Cải cách thể chế"),),
    tasks=(TASK,),
    targets=(TargetText("CT1", "Trên 95% người dân hài lòng"),),
    section_codes=("I", "II", "III", "IV"),
)


def found(plan: PlanText) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in lint(plan)]


def with_task(**changes) -> PlanText:
    return replace(PLAN, tasks=(replace(TASK, **changes),))


def test_nothing_is_found_in_a_text_without_gaps():
    assert lint(PLAN) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("no_product", {"products": ()}),
        ("product_is_measure", {"products": (("100% hồ sơ", True),)}),
        ("no_lead", {"lead": ()}),
        ("lead_unnamed", {"lead": (("chosen", "", "đơn vị được giao"),)}),
        ("no_collaborators", {"collab": (), "collab_text": ""}),
        ("collaborators_unnamed", {"collab": (("chosen", "", "các đơn vị có liên quan"),)}),
        ("unit_unknown", {"unread": ("Sở X",)}),
        ("no_deadline", {"deadline_text": "…"}),
        ("deadline_unrecognised", {"deadline_text": "Khoảng giữa năm sau"}),
        ("deadline_outside_plan", {"deadline_text": "Năm 2025"}),
        ("deadline_outside_plan", {"deadline_text": "Giai đoạn 2026-2035"}),
        ("numbering_gap", {"number": 3}),
    ],
)
def test_a_gap_of_a_task_is_found(code, changes):
    assert found(with_task(**changes)) == [(code, "I.1")]


def test_a_person_s_reading_settles_a_deadline():
    assert found(with_task(deadline_text="Giữa kỳ", rule_text="Trước 30/6/2028")) == []


def test_a_target_that_repeats_a_task_or_has_no_number():
    targets = (
        TargetText("CT1", "Rà soát văn bản quy phạm pháp luật do Văn phòng tham mưu hàng năm"),
        TargetText("CT2", "Đến năm 2030 hoàn thành theo Nghị quyết số 76/NQ-CP ngày 15/7/2021"),
    )
    assert found(replace(PLAN, targets=targets)) == [
        ("target_equals_task", "CT1"),
        ("target_without_number", "CT1"),
        ("target_without_number", "CT2"),
    ]


def test_duplicates_gaps_and_spellings():
    second = replace(TASK, code="I.3", number=3, lead=(("unit", "A", "phòng a"),))
    again = replace(TASK, code="II.4", group="II", number=4, text="Việc khác hẳn")
    plan = replace(
        PLAN,
        areas=(*PLAN.areas, ("III", "Tài chính công", "Tài chính"), ("", "Chỉ số", "")),
        tasks=(TASK, second, again),
        section_codes=("I", "II", "II", "V"),
    )
    assert found(plan) == [
        ("duplicate_row", "I.3"),
        ("area_without_tasks", "Lĩnh vực 2"),
        ("area_without_tasks", "Lĩnh vực 3"),
        ("numbering_gap", "Mục II"),
        ("numbering_gap", "Mục V"),
        ("numbering_gap", "Phụ lục, mục III"),
        ("numbering_gap", "I.3"),
        ("unit_spelled_two_ways", "A"),
    ]
