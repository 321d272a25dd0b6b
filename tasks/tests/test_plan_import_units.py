"""Names of units as offices write them, matched, split, or asked."""

import pytest

from tasks.plan_import.unit_names import KnownUnit
from tasks.plan_import.units import Decision, match_units
from tasks.tests.plan_import_files import fixture, units

UNITS = [
    *units(),
    KnownUnit("TH", "Phòng Tổng hợp", "Phòng TH", former=("Phòng Tổng hợp - Nội chính",)),
    KnownUnit("KT", "Phòng Kinh tế"),
]


def read(text: str, **remembered) -> list[str]:
    """Parties as "kind:unit", questions as "?candidates"."""
    answers = {key.replace("_", " "): decision for key, decision in remembered.items()}
    matching = match_units(text, UNITS, answers)
    return [
        f"{name.kind}:{name.unit}".strip(":")
        if hasattr(name, "kind")
        else "?" + " ".join(candidate.unit or candidate.kind for candidate in name.candidates)
        for name in matching.names
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Phòng Hành chính - Quản trị",
        "phòng hành chính – quản trị",
        "Phòng Hành chính-Quản trị",
        "Phòng Hành chính và Quản trị",
        "PHÒNG HÀNH CHÍNH - QUẢN TRỊ",
        "Phòng Hành chính -\nQuản trị",
        "Phòng HC-QT",
        "Phòng HCQT",
        "P. HCQT",
        "HC-QT",
        "Phòng Hành chính - Quản trị (HCQT)",
        "Phòng Hành chính - Quản trị thuộc Văn phòng",
        "- Phòng Hành chính - Quản trị.",
        "Chủ trì: Phòng HC - QT",
    ],
)
def test_ways_to_write_one_division(name):
    assert read(name) == ["unit:HCQT"]


@pytest.mark.parametrize(
    "name",
    [
        "Trung tâm Phục vụ - kiểm soát TTHC",
        "Trung tâm Phục vụ - Kiểm soát thủ tục hành chính tỉnh",
        "Trung tâm Phục vụ - Kiểm soát thủ tục hành chính tỉnh Quảng Ngãi",
        "TT Phục vụ - Kiểm soát TTHC",
        "TT PV-KSTTHC",
        "TTPVKS",
    ],
)
def test_ways_to_write_the_centre(name):
    assert read(name) == ["unit:TTPVKS"]


def test_a_former_name_is_the_unit_of_today():
    matching = match_units("Phòng Tổng hợp - Nội chính", UNITS)
    assert [(party.unit, party.why) for party in matching.parties] == [("TH", "tên cũ")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Các phòng nghiên cứu - tổng hợp", ["group:NCTH"]),
        ("các phòng NC-TH", ["group:NCTH"]),
        ("Tất cả các phòng, ban, đơn vị", ["all"]),
        ("Các phòng, ban, đơn vị trực thuộc", ["all"]),
        ("Các phòng, đơn vị thuộc Văn phòng UBND tỉnh", ["all"]),
        ("Các đơn vị có liên quan", ["chosen"]),
        ("phòng, ban, đơn vị liên quan", ["chosen"]),
        ("đơn vị được giao", ["chosen"]),
        ("Đơn vị chủ trì soạn thảo", ["chosen"]),
        ("các đơn vị", ["?all chosen"]),
        ("", []),
        ("-", []),
    ],
)
def test_groups_all_and_those_to_be_chosen(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Trung tâm Công báo và Tin học", ["unit:TTCBTH"]),
        ("Phòng HC-QT và Trung tâm Công báo và Tin học", ["unit:HCQT", "unit:TTCBTH"]),
        ("Trung tâm Công báo và Tin học, Phòng Kinh tế", ["unit:TTCBTH", "unit:KT"]),
        ("Phòng Tổng hợp; Phòng Kinh tế và Phòng HCQT", ["unit:TH", "unit:KT", "unit:HCQT"]),
        ("- Phòng Tổng hợp\n- Phòng Kinh tế", ["unit:TH", "unit:KT"]),
        ("Phòng Tổng hợp và các đơn vị có liên quan", ["unit:TH", "chosen"]),
        ("Phòng Kinh tế, các phòng, ban, đơn vị trực thuộc", ["unit:KT", "all"]),
    ],
)
def test_lists_are_split_only_where_the_parts_are_units(text, found):
    assert read(text) == found


def test_what_is_unsure_is_asked_with_the_likeliest_first():
    question = match_units("Phòng Hành chánh Quản trị", UNITS).questions[0]
    assert question.candidates[0] == Decision("unit", "HCQT")
    assert question.why == "gần giống tên một đơn vị, có thể viết sai"
    assert read("Sở Nội vụ, Phòng Kinh tế") == ["?", "unit:KT"]
    names = match_units("Sở Nội vụ, Sở Tài chính và Phòng HCQT", UNITS).names
    assert [name.text for name in names] == ["Sở Nội vụ", "Sở Tài chính", "Phòng HCQT"]
    assert match_units("Công báo và In ấn", UNITS).questions[0].text == "Công báo và In ấn"
    assert read("Kinh tế")[0].startswith("?KT")


def test_two_units_with_one_abbreviation_are_asked():
    both = [
        KnownUnit("A", "Phòng Nội chính - Tổng hợp"),
        KnownUnit("B", "Phòng Nhân chứng Tin học"),
    ]
    question = match_units("Phòng NCTH", both).questions[0]
    assert [candidate.unit for candidate in question.candidates] == ["A", "B"]


def test_answers_are_remembered_by_folded_words():
    assert read("Bộ phận Một cửa và Phòng Kinh tế")[0] == "?"
    answered = match_units("Bộ phận Một cửa", UNITS).questions[0].key
    found = match_units(
        "bộ phận một cửa  và Phòng Kinh tế", UNITS, {answered: Decision("unit", "TTPVKS")}
    )
    assert [(party.unit, party.why) for party in found.parties] == [
        ("TTPVKS", "đã trả lời lần trước"),
        ("KT", "đúng tên"),
    ]


def test_every_cell_of_the_real_plan_is_matched_as_people_did():
    for task in fixture("plan.json")["tasks"]:
        for part in ("lead", "collab"):
            found = match_units(task[f"{part}_text"], units())
            assert [
                {"kind": name.kind, "text": name.text} | ({"unit": name.unit} if name.unit else {})
                for name in found.names
            ] == task[part]
