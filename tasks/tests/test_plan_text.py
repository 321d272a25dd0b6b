"""The plan in the database is the plan that was signed: its rows, put together again, give the
source text word for word. Only what the extraction of the text added is removed, by listed rules.
"""

import hashlib
import unicodedata

import pytest
from django.conf import settings

from tasks.models import Plan, Product, Solution, Task

SOURCE = settings.BASE_DIR / "fixtures" / "plan-source.txt"
DIGEST = "34adbd4f2e0a91d868146285d47143890794f6bbfe339b127e25b58f1b0b14f0"

# What the extraction put into the text and the plan does not have.
MARKUP = (
    ('<ul style="list-style-type: none">', 1),  # I.3, sản phẩm
    ("<i>", 1),  # VII.5, thời gian hoàn thành
    ("</i>", 1),
    ("*", 2),  # "(*sau đây viết tắt là Văn phòng*)": italics
)
FIRST_ROW = "TT\tNhiệm vụ cụ thể\t"


def source() -> str:
    text = SOURCE.read_text(encoding="utf-8")
    for mark, times in MARKUP:
        assert text.count(mark) == times, mark
        text = text.replace(mark, "")
    return text


def source_body() -> str:
    """Everything before the table of the appendix."""
    return source().partition(FIRST_ROW)[0]


def source_table() -> list[list[str]]:
    """The table's rows, cells as single-spaced words. A page break repeats the head of the table
    and puts the rest of a row's cells into a row without a number: that is joined again."""
    body, head, rest = source().partition(FIRST_ROW)
    rows = []
    for line in (head + rest).splitlines():
        if not line.strip():
            continue
        cells = [" ".join(cell.split()) for cell in line.split("\t")]
        assert len(cells) == 6, line
        if rows and cells == rows[0]:
            continue
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [
                f"{before} {more}".strip() for before, more in zip(rows[-1], cells, strict=True)
            ]
    return rows


def bullets(texts) -> list[str]:
    return [f"- {text}" for text in texts]


def body_from_rows(plan: Plan) -> str:
    frame = plan.frame
    purpose, targets = frame["section_I"], frame["section_II"]
    solutions, organisation = frame["section_III"], frame["section_IV"]
    lines = [frame["doc_type"], plan.subject, frame["preamble"]]
    lines.append(f"{purpose['code']}. {purpose['title']}")
    for item in purpose["items"]:
        lines += [f"{item['number']}. {item['title']}", *bullets(item["bullets"])]
    lines.append(f"{targets['code']}. {targets['title']}")
    for item in targets["items"]:
        lines += [f"{item['number']}. {item['text']}", *bullets(item["bullets"])]
    lines.append(f"{solutions['code']}. {solutions['title']}")
    for area in plan.areas.prefetch_related("solutions"):
        lines.append(f"{area.number}. {area.title}")
        lines += bullets(solution.text for solution in area.solutions.all())
    lines.append(solutions["closing_note"])
    lines.append(f"{organisation['code']}. {organisation['title']}")
    lines += [f"{item['number']}. {item['text']}" for item in organisation["items"]]
    lines += [organisation["closing"], frame["recipients_title"], *bullets(frame["recipients"])]
    lines += [plan.signer_title, plan.signer, *frame["appendix"]["title_lines"]]
    return "\n".join(lines)


def table_from_rows(plan: Plan) -> list[list[str]]:
    columns = plan.frame["appendix"]["columns"]
    rows = [columns]
    for area in plan.areas.exclude(appendix_code="").prefetch_related("tasks"):
        rows.append([area.appendix_code, area.appendix_title] + [""] * (len(columns) - 2))
        for task in area.tasks.all():
            rows.append(
                [
                    str(task.number),
                    task.text,
                    task.product_text,
                    task.lead_text,
                    task.collab_text,
                    task.deadline_text,
                ]
            )
    return rows


def test_the_source_is_the_file_that_was_given():
    assert hashlib.sha256(SOURCE.read_bytes()).hexdigest() == DIGEST


@pytest.mark.parametrize("name", ["units.json", "plan.json", "indicators.json", "plan-source.txt"])
def test_fixtures_are_composed_unicode(name):
    text = (SOURCE.parent / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_the_body_of_the_plan_is_the_source_word_for_word(plan):
    assert body_from_rows(plan).split() == source_body().split()


def test_the_appendix_is_the_source_cell_for_cell(plan):
    assert table_from_rows(plan) == source_table()


def test_the_plan_has_all_its_parts(plan):
    assert plan.areas.count() == 8
    assert Solution.objects.filter(area__plan=plan).count() == 31
    assert plan.tasks.count() == 25
    assert plan.areas.exclude(appendix_code="").count() == 7
    assert [area.number for area in plan.areas.filter(tasks=None)] == [8]


def test_the_number_is_left_to_the_registry_and_the_blank_day_is_kept(plan):
    assert plan.number == ""
    assert plan.issued_on is None
    assert plan.date_text in plan.frame["appendix"]["title_lines"][-1]
    assert plan.frame["number_template"] == "Số: _____/KH-VP"


def test_a_task_is_named_by_its_group_and_number(plan):
    for position, task in enumerate(plan.tasks.select_related("area"), start=1):
        assert task.code == f"{task.area.appendix_code}.{task.number}"
        assert task.position == position


def test_the_bold_opening_is_the_beginning_of_the_sentence(plan):
    for task in plan.tasks.all():
        opening, rest = task.opening()
        assert f"{opening} {rest}".strip() == task.text
        assert 8 <= task.lead_len <= len(task.text.split(" "))


def test_products_are_pieces_of_the_product_cell(plan):
    for task in plan.tasks.prefetch_related("products"):
        rest = task.product_text
        for product in task.products.all():
            before, _, rest = rest.partition(product.text)
            assert before.strip(" -;,.") == ""
        assert rest.strip(" .") == ""
    counts = {task.code: task.products.count() for task in plan.tasks.all()}
    assert counts.pop("I.2") == 0
    assert counts.pop("I.3") == 4
    assert {code for code, n in counts.items() if n == 2} == {"II.4", "III.2", "III.5", "VII.2"}
    assert all(n in (1, 2) for n in counts.values())
    assert [p.task.code for p in Product.objects.filter(is_measure=True)] == ["III.4"]


@pytest.mark.parametrize(("part", "cell"), [("lead", "lead_text"), ("collab", "collab_text")])
def test_units_are_pieces_of_their_cell_in_its_order(plan, part, cell):
    for task in plan.tasks.all():
        rest = getattr(task, cell)
        for party in task.parties.filter(part=part):
            before, _, rest = rest.partition(party.text)
            assert before.strip() in ("", ",", "và")
        assert rest == ""


def test_who_leads_is_read_from_the_words(plan):
    def leads(code):
        task = Task.objects.get(code=code)
        parties = task.parties.filter(part="lead")
        return [(party.kind, party.unit and party.unit.code) for party in parties]

    assert leads("II.1") == [("group", "NCTH"), ("unit", "TTPVKS")]
    assert leads("II.2") == [("all", None)]
    assert leads("II.4") == [("unit", "HCQT"), ("chosen", None)]
    assert leads("II.5") == [("unit", "HCQT"), ("unit", "TTPVKS")]
    assert leads("VI.2") == [("unit", "HCQT"), ("unit", "TTCBTH")]
    assert leads("VII.4") == [("unit", "TTPVKS"), ("unit", "TTCBTH")]
    several = {"II.1", "II.2", "II.4", "II.5", "VI.2", "VII.4"}
    for code in set(plan.tasks.values_list("code", flat=True)) - several:
        assert [kind for kind, _ in leads(code)] == ["unit"]


def test_deadlines_are_read_from_the_words(plan):
    kinds = dict(plan.tasks.values_list("code", "deadline_kind"))
    assert kinds.pop("II.3") == "standing"
    assert kinds.pop("IV.1") == "on_event"
    assert kinds.pop("V.1") == kinds.pop("V.3") == "once"
    assert set(kinds.values()) == {"recurring"}
