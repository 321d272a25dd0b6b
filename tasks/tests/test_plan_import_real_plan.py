"""The plan in force, typed as the files that an office has, is read back word for word."""

import pytest

from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.body import read_body
from tasks.plan_import.conclude import as_plan_text, conclude
from tasks.plan_import.headings import CELLS
from tasks.plan_import.linting import lint
from tasks.plan_import.tables import read_document
from tasks.tests.plan_import_files import (
    HEAD,
    excel_file,
    fixture,
    joined_rows,
    source,
    units,
    word_file,
)

YEARS = (2021, 2025)


@pytest.fixture(scope="module")
def plan() -> dict:
    return fixture("plan.json")


@pytest.fixture(scope="module")
def read():
    """The source as .docx: a table for each page, the header repeated, rows cut by the page."""
    lines, pages = source()
    document = read_document(word_file(lines, pages), "ke-hoach.docx")
    appendix = read_appendix(document)
    return appendix, read_body(document, appendix)


def as_fixture(rows) -> list[dict]:
    return [
        {"code": row.code, "number": row.number}
        | {cell: getattr(row, cell) for cell in CELLS}
        | {
            "products": [
                {"text": product.text} | ({"is_measure": True} if product.is_measure else {})
                for product in row.products
            ]
        }
        for row in rows
    ]


def wanted_rows(plan) -> list[dict]:
    kept = ("code", "number", *CELLS, "products")
    return [{key: task[key] for key in kept} for task in plan["tasks"]]


def wanted_groups(plan) -> list[tuple[str, str]]:
    areas = plan["areas"]
    return [
        (area["appendix_code"], area["appendix_title"]) for area in areas if area["appendix_code"]
    ]


def test_every_row_of_the_word_file_is_the_plans(read, plan):
    appendix, _ = read
    assert as_fixture(appendix.rows) == wanted_rows(plan)
    assert [(group.code, group.title) for group in appendix.groups] == wanted_groups(plan)
    assert appendix.columns == HEAD


def test_rows_cut_by_a_page_are_joined_and_it_is_said(read):
    appendix, _ = read
    told = [note.sentence for note in appendix.notes]
    assert told[0] == "Đã bỏ 4 dòng tiêu đề lặp lại ở trang sau."
    assert [words.split(" của nhiệm vụ ")[1] for words in told[1:]] == [
        "II.2: đã nối lại.",
        "III.2: đã nối lại.",
        "V.2: đã nối lại.",
        "VII.4: đã nối lại.",
    ]
    assert str(appendix.rows[4].place) == "bảng 1, dòng 8"
    assert appendix.rows[9].cells["product_text"] == (
        "- Văn bản hướng dẫn rà soát, đánh giá TTHC;\n"
        "- Báo cáo tổng hợp kết quả rà soát, đơn giản hóa TTHC."
    )


@pytest.mark.parametrize("merged", [False, True], ids=["plain titles", "merged titles"])
def test_one_long_table_reads_the_same(plan, merged):
    _, pages = source()
    content = word_file((), [sum(pages, [])], merge_titles=merged)
    appendix = read_appendix(read_document(content, "phu-luc.docx"))
    assert as_fixture(appendix.rows) == wanted_rows(plan)
    assert [(group.code, group.title) for group in appendix.groups] == wanted_groups(plan)


def test_the_excel_file_with_merged_cells_reads_the_same(plan):
    titles = plan["frame"]["appendix"]["title_lines"]
    document = read_document(excel_file(joined_rows(), title=titles), "phu-luc.xlsx")
    appendix = read_appendix(document)
    assert as_fixture(appendix.rows) == wanted_rows(plan)
    assert [(group.code, group.title) for group in appendix.groups] == wanted_groups(plan)
    assert str(appendix.rows[0].place) == "trang tính “Phụ lục”, dòng 7"
    body = read_body(document, appendix)
    assert body.frame["appendix"]["title_lines"] == titles
    assert (body.first_year, body.last_year) == YEARS
    assert "chỉ tiêu" in body.missing


def test_the_text_around_the_appendix_is_the_plans(read, plan):
    _, body = read
    assert body.frame == plan["frame"]
    assert [list(area.solutions) for area in body.areas] == [
        area["solutions"] for area in plan["areas"]
    ]
    assert [area.title for area in body.areas] == [area["title"] for area in plan["areas"]]
    for word in ("subject", "date_text", "first_year", "last_year", "signer", "signer_title"):
        assert getattr(body, word) == plan[word]
    assert body.issuer == "Văn phòng UBND tỉnh"
    assert body.missing == ("số, ký hiệu", "ngày ban hành")  # the signed paper leaves them blank


def test_the_eleven_targets_are_read_word_for_word(read):
    _, body = read
    wanted = fixture("indicators.json")
    assert [(t.code, t.source_ref, t.text) for t in body.targets] == [
        (t["code"], t["source_ref"], t["text"]) for t in wanted
    ]
    assert len(body.targets) == 11
    assert body.targets[5].lead_in == "Đến năm 2025:"


def test_number_and_date_of_a_head_set_as_a_table_are_read():
    lines, pages = source()
    document = read_document(word_file(lines, pages, head_table=True), "ke-hoach.docx")
    appendix = read_appendix(document)
    body = read_body(document, appendix)
    assert len(appendix.rows) == 25
    assert (body.number, f"{body.issued_on}") == ("12/KH-VP", "2026-01-05")
    assert body.date_text == "ngày 05 tháng 01 năm 2026"
    assert body.missing == ()


def test_areas_of_text_and_appendix_find_each_other(read, plan):
    appendix, body = read
    concluded = conclude(appendix, body, units(), years=YEARS)
    keys = ("number", "title", "appendix_code", "appendix_title")
    assert [
        {key: getattr(area, key) for key in keys} | {"solutions": list(area.solutions)}
        for area in concluded.areas
    ] == plan["areas"]
    assert [task.area for task in concluded.tasks] == [task["area"] for task in plan["tasks"]]


def test_the_units_of_every_cell_are_those_of_the_plan(read, plan):
    concluded = conclude(*read, units(), years=YEARS)
    for task, wanted in zip(concluded.tasks, plan["tasks"], strict=True):
        assert task.questions == 0
        for part in ("lead", "collab"):
            assert [
                {"kind": party.kind, "text": party.text}
                | ({"unit": party.unit} if party.unit else {})
                for party in getattr(task, part).parties
            ] == wanted[part], task.row.code


def test_each_deadline_comes_with_its_days_and_why(read):
    concluded = conclude(*read, units(), years=YEARS)
    by_code = {task.row.code: task for task in concluded.tasks}
    first = by_code["I.1"]
    assert first.deadline.kind == "recurring"
    assert [f"{due.days[0]:%d/%m/%Y}" for due in first.dues[:2]] == ["30/12/2021", "30/12/2022"]
    assert "chữ “trước” không tính chính ngày được nêu" in first.dues[0].why
    assert [due.days for due in by_code["IV.1"].dues] == [()] * 5
    assert by_code["II.3"].dues[0].why.startswith("Ô thời hạn để trống")


def test_the_findings_of_the_real_plan(read):
    concluded = conclude(*read, units(), years=YEARS)
    findings = lint(as_plan_text(concluded, read[1], YEARS))
    unnamed = "II.1 II.2 II.3 II.4 II.5 III.1 III.2 III.3 III.4 III.5 VI.2 VII.4".split()
    told = [(finding.code, finding.place) for finding in findings]
    assert [place for code, place in told if code == "collaborators_unnamed"] == unnamed
    assert [found for found in told if found[0] != "collaborators_unnamed"] == [
        ("no_product", "I.2"),
        ("no_deadline", "II.3"),
        ("lead_unnamed", "II.4"),
        ("product_is_measure", "III.4"),
        ("target_equals_task", "CT1"),
        ("target_without_number", "CT1"),
        ("target_equals_task", "CT4"),
        ("target_without_number", "CT4"),
        ("target_without_number", "CT5.1"),
        ("target_without_number", "CT5.3"),
        ("area_named_two_ways", "Lĩnh vực 1"),
        ("area_named_two_ways", "Lĩnh vực 3"),
        ("area_without_tasks", "Lĩnh vực 8"),
        ("numbering_gap", "Mục III"),
        ("unit_spelled_two_ways", "TTPVKS"),
    ]
    sentences = {(finding.code, finding.place): finding.sentence for finding in findings}
    assert sentences["target_equals_task", "CT4"].startswith("Gần trùng lời với nhiệm vụ IV.2")
    assert sentences["unit_spelled_two_ways", "TTPVKS"].startswith(
        "Một đơn vị viết 2 cách: “Trung tâm Phục vụ - kiểm soát TTHC” (I.2, I.3, II.1, II.3);"
    )
