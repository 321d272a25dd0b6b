"""A plan's file through the pages: looked at, corrected, and written as a draft, word for word."""

from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cchc.models import AuditEvent, StoredFile, User
from conftest import PASSWORD, make_user
from indicators.models import Indicator
from tasks.import_state import read_state
from tasks.models import Area, Plan, PlanImport, Product, Solution, Task, TaskUnit, UnitAlias
from tasks.plan_forms import as_typed
from tasks.tests.plan_import_files import HEAD, excel_file, joined_rows, source, word_file

NEW = "/ke-hoach/nap/"
CELLS = ("code", "number", "position", "text", "product_text", "lead_text", "collab_text")
CELLS += ("deadline_text", "search", "deadline_kind")


def signed_in(person) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


@pytest.fixture
def desk(opened, thu) -> Client:
    return signed_in(thu)


def send(client, content: bytes, name: str):
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)})


@cache
def real_file() -> bytes:
    lines, pages = source()
    return word_file(lines, pages)


def small(*rows, titles=("KẾ HOẠCH", "Cải cách hành chính giai đoạn 2026-2030")) -> bytes:
    """An appendix of one area; each row as (task, product, lead, collaborators, deadline)."""
    body = [[str(n), *row] for n, row in enumerate(rows, start=1)]
    return excel_file(
        [list(HEAD), ["I", "Chỉ đạo, điều hành", "", "", "", ""], *body], title=titles
    )


GOOD = ("Ban hành Kế hoạch năm", "Kế hoạch", "Phòng HC-QT", "", "Quý I hàng năm")


def open_import(client, content, name="ke-hoach.xlsx") -> PlanImport:
    answer = send(client, content, name)
    assert answer.status_code == 302
    return PlanImport.objects.get(pk=int(answer.url.strip("/").split("/")[-1]))


def typed_row(held, n: int, **changed) -> dict:
    """The form of a row as the page shows it, with what a person changes."""
    state = read_state(held)
    row = state.rows[n - 1]
    shown = as_typed(row.words) | {"seen": held.version, "code": row.code, "area": row.area}
    return {"mo": f"n-{n}"} | shown | changed


def typed_head(held, **changed) -> dict:
    head = read_state(held).head
    shown = {name: "" if value is None else value for name, value in head.items()}
    return {"mo": "dau", "seen": held.version} | shown | changed


def save(client, held, typed):
    return client.post(reverse("tasks:plan_import", args=[held.pk]), typed)


def write(client, held):
    held.refresh_from_db()
    address = reverse("indicators:plan_import_write", args=[held.pk])
    return client.post(address, {"seen": held.version})


WHOLE_HEAD = {
    "issuer": "Văn phòng UBND tỉnh",
    "signer_title": "CHÁNH VĂN PHÒNG",
    "signer": "Nguyễn Văn A",
}


def rows_of(plan):
    """Every word of the plan's rows, with products and units."""
    return [
        (
            [getattr(task, cell) for cell in CELLS],
            task.area.number,
            [(p.position, p.text, p.is_measure) for p in task.products.all()],
            [(p.part, p.position, p.kind, p.unit_id, p.text) for p in task.parties.all()],
        )
        for task in plan.tasks.select_related("area").order_by("position")
    ]


def test_the_real_plans_word_file_becomes_a_draft_equal_word_for_word(desk, plan):
    held = open_import(desk, real_file(), "ke-hoach.docx")
    page = desk.get(reverse("tasks:plan_import", args=[held.pk]))
    assert held.file.sha256 in page.content.decode()
    assert read_state(held).gaps == ()
    answer = write(desk, held)
    held.refresh_from_db()
    draft = held.plan
    assert answer.url == reverse("tasks:plan_page", args=[draft.code])
    assert (draft.status, draft.unit, draft.coordinator) == ("draft", plan.unit, plan.coordinator)
    for name in ("subject", "date_text", "signer", "signer_title", "first_year", "last_year"):
        assert getattr(draft, name) == getattr(plan, name)
    assert (draft.recurring_from, draft.frame) == (plan.recurring_from, plan.frame)
    assert rows_of(draft) == rows_of(plan)
    areas = ("number", "title", "appendix_code", "appendix_title")
    assert list(draft.areas.values_list(*areas)) == list(plan.areas.values_list(*areas))
    solutions = [
        list(Solution.objects.filter(area__plan=one).values_list("position", "text"))
        for one in (draft, plan)
    ]
    assert solutions[0] == solutions[1]
    words = ("code", "position", "source_ref", "text")
    assert list(draft.indicators.values_list(*words)) == list(plan.indicators.values_list(*words))
    measured = ("code", "kind", "value", "value_unit", "deadline_year", "exclusion")
    found = {row[0]: row for row in draft.indicators.values_list(*measured)}
    wanted = {row[0]: row for row in plan.indicators.values_list(*measured)}
    # what no word of the target says: a ratio that the central level sets
    assert {code for code in wanted if found[code] != wanted[code]} == {"CT4"}


def test_a_draft_from_a_file_is_in_no_count_and_asking_again_gives_it(
    desk, plan, django_assert_num_queries
):
    before = desk.get("/dieu-phoi/").content.count(b"data-row")
    held = open_import(desk, small(GOOD))
    save(desk, held, typed_head(held, **WHOLE_HEAD))
    first = write(desk, held)
    again = write(desk, held)
    assert first.url == again.url
    assert Plan.objects.filter(status="draft").count() == 1
    assert AuditEvent.objects.filter(verb="plan_brought_in").count() == 1
    assert desk.get("/dieu-phoi/").content.count(b"data-row") == before
    assert desk.get(reverse("tasks:plan_import", args=[held.pk])).url == first.url


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("ke-hoach.pdf", b"%PDF-1.4\n%%EOF", "Bản PDF"),
        ("ke-hoach.docx", b"no archive at all", "không đúng với đuôi tên"),
        ("ke-hoach.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
        ("van-ban.docx", word_file(["Không có bảng nào."]), "Không thấy bảng nhiệm vụ"),
        ("rong.xlsx", b"", "rỗng"),
    ],
)
def test_a_file_that_holds_no_plan_is_refused_with_the_sentence(desk, name, content, sentence):
    answer = send(desk, content, name)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page and "fe" in page
    assert not PlanImport.objects.exists() and not StoredFile.objects.exists()


def test_no_file_is_asked_for(desk):
    answer = desk.post(NEW, {})
    assert answer.status_code == 422 and "Chưa chọn tệp" in answer.content.decode()


def test_the_same_file_sent_twice_is_one_import(desk):
    content = small(GOOD)
    assert open_import(desk, content).pk == open_import(desk, content).pk


def test_other_roles_and_other_offices_see_nothing(desk, hung, quang, plan):
    held = open_import(desk, small(GOOD))
    address = reverse("tasks:plan_import", args=[held.pk])
    for person in (hung, quang):
        assert signed_in(person).get(address).status_code == 403
    other = plan.unit.__class__.objects.create(
        code="SNV", name="Sở Nội vụ", short_name="SNV", kind="office", path="/SNV/"
    )
    make_user("la", "Người Lạ", User.Role.COORDINATOR, other.code)
    assert signed_in(User.objects.get(username="la")).get(address).status_code == 404


def test_what_is_missing_keeps_the_plan_from_being_written(desk):
    strange = ("Việc một", "Báo cáo", "Sở Lạ Lùng", "", "Sớm nhất có thể")
    held = open_import(desk, small(GOOD, strange))
    answer = write(desk, held)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Sở Lạ Lùng” là đơn vị nào?" in page and "Chưa có: người ký." in page
    labels = [gap.label for gap in read_state(held).gaps]
    assert labels == ["Phần đầu"] * 3 + ["I.2", "I.2"]
    assert Plan.objects.count() == 1


def test_an_answer_about_a_unit_is_remembered_for_the_next_import(desk, plan):
    row = ("Việc một", "Báo cáo", "Bộ phận Một cửa hiện đại", "", "Quý I hàng năm")
    other = ("Việc hai", "Báo cáo", "Bộ phận Một cửa hiện đại", "", "Quý II hàng năm")
    held = open_import(desk, small(row, other))
    unit = plan.unit.__class__.objects.get(code="TTPVKS")
    typed = typed_row(held, 1, lead_1_is=f"unit:{unit.pk}")
    answer = save(desk, held, typed)
    assert answer.status_code == 302 and answer.url.endswith("?mo=dau")
    assert UnitAlias.objects.get().unit == unit
    held.refresh_from_db()
    leads = [row.words.leads[0].unit_id for row in read_state(held).rows]
    assert leads == [unit.pk, unit.pk]  # both rows, by one answer
    later = open_import(desk, small(other, row), "khac.xlsx")
    assert {gap.place for gap in read_state(later).gaps} == {"dau"}


def test_a_name_that_is_no_unit_keeps_its_words_and_gets_no_slot(desk):
    row = ("Việc một", "Báo cáo", "Phòng HC-QT", "Sở Nội vụ", "Quý I hàng năm")
    held = open_import(desk, small(row))
    save(desk, held, typed_head(held, **WHOLE_HEAD))
    held.refresh_from_db()
    assert save(desk, held, typed_row(held, 1, collab_1_is="none")).status_code == 302
    assert write(desk, held).status_code == 302
    task = Task.objects.get(plan__status="draft")
    assert task.collab_text == "Sở Nội vụ"
    assert [party.part for party in task.parties.all()] == ["lead"]
    assert not UnitAlias.objects.exists()


def test_a_lead_that_is_no_unit_stays_open(desk):
    held = open_import(desk, small(("Việc", "Báo cáo", "Sở Nội vụ", "", "Quý I hàng năm")))
    save(desk, held, typed_row(held, 1, lead_1_is="none"))
    held.refresh_from_db()
    words = [gap.words for gap in read_state(held).gaps if gap.place == "n-1"]
    assert words == ["Đơn vị chủ trì “Sở Nội vụ” không phải đơn vị của cơ quan."]


def test_a_corrected_cell_is_read_anew_and_the_files_words_stay_in_view(desk):
    held = open_import(desk, small(("Việc", "Báo cáo", "Phòng Lạ", "", "Sớm")))
    typed = typed_row(held, 1, lead_text="Phòng HC-QT", deadline_text="Trước 15/12 hàng năm")
    assert save(desk, held, typed).status_code == 302
    page = desk.get(reverse("tasks:plan_import", args=[held.pk])).content.decode()
    assert "Phòng Lạ" in page and "Phòng Hành chính - Quản trị" in page
    assert "Sửa thành" in page and "14/12/2026" in page


def test_a_wrong_form_keeps_what_was_typed(desk):
    held = open_import(desk, small(GOOD, GOOD[:1] + GOOD[1:]))
    answer = save(desk, held, typed_row(held, 2, code="I.1", text="Chữ vừa gõ"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mã I.1 đã dùng cho nhiệm vụ ở" in page and "Chữ vừa gõ" in page


def test_a_stale_form_is_told_and_keeps_what_was_typed(desk):
    held = open_import(desk, small(GOOD, GOOD))
    old = typed_row(held, 1, text="Chữ của tôi")
    save(desk, held, typed_row(held, 1, text="Chữ của người khác"))
    answer = save(desk, held, old)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Có người vừa sửa bản này" in page and "Chữ của tôi" in page
    again = save(desk, held, old | {"seen": PlanImport.objects.get(pk=held.pk).version})
    assert again.status_code == 302


def test_the_same_form_twice_changes_nothing(desk):
    held = open_import(desk, small(GOOD))
    typed = typed_row(held, 1, text="Chữ mới")
    assert save(desk, held, typed).status_code == 302
    assert save(desk, held, typed).status_code == 302
    held.refresh_from_db()
    assert held.version == 2


def test_a_finding_is_settled_with_a_word_why(desk):
    held = open_import(
        desk, small(GOOD, ("Việc không sản phẩm", "", "Phòng HC-QT", "", "Quý I năm 2026"))
    )
    save(desk, held, typed_head(held, **WHOLE_HEAD))
    held.refresh_from_db()
    typed = {"mo": "ph", "seen": held.version, "code": "no_product", "place": "I.2"}
    assert save(desk, held, typed | {"why": ""}).status_code == 422
    assert save(desk, held, typed | {"why": "Việc thường xuyên"}).status_code == 302
    assert write(desk, held).status_code == 302
    held.refresh_from_db()
    settled = held.plan.settled_findings.values_list("code", "place", "why")
    assert list(settled) == [("no_product", "I.2", "Việc thường xuyên")]


def test_a_row_that_is_no_task_is_left_out_and_can_come_back(desk):
    held = open_import(desk, small(GOOD, GOOD))
    save(desk, held, typed_row(held, 2, bo="1"))
    held.refresh_from_db()
    assert len(read_state(held).tasks) == 1
    save(desk, held, typed_row(held, 2) | {"lay-lai": "1"})
    held.refresh_from_db()
    assert len(read_state(held).tasks) == 2


def test_a_failure_in_the_middle_leaves_nothing(desk, monkeypatch):
    held = open_import(desk, real_file(), "ke-hoach.docx")

    def fail(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr(Indicator.objects.__class__, "bulk_create", fail)
    counts = [m.objects.count() for m in (Plan, Area, Solution, Task, Product, TaskUnit)]
    with pytest.raises(RuntimeError):
        write(desk, held)
    assert counts == [m.objects.count() for m in (Plan, Area, Solution, Task, Product, TaskUnit)]
    held.refresh_from_db()
    assert held.plan is None and not AuditEvent.objects.filter(verb="plan_brought_in").exists()


@pytest.mark.usefixtures("made_anew")
def test_the_preview_asks_the_same_whatever_its_size(desk, django_assert_num_queries):
    few, many = small(GOOD), small(*[(f"Việc số {n}", *GOOD[1:]) for n in range(60)])
    for content, name in ((few, "it.xlsx"), (many, "nhieu.xlsx")):
        held = open_import(desk, content, name)
        address = reverse("tasks:plan_import", args=[held.pk])
        desk.get(address)
        with django_assert_num_queries(19):
            desk.get(address)
    assert "Trang 1/3" in desk.get(address).content.decode()
    assert desk.get(f"{address}?mo=n-45").content.decode().count('id="n-') == 20


@pytest.mark.parametrize("place", ["dau", "lv-1", "ct-1", "n-25"])
def test_each_place_has_its_form(desk, place):
    held = open_import(desk, real_file(), "ke-hoach.docx")
    page = desk.get(reverse("tasks:plan_import", args=[held.pk]) + f"?mo={place}").content.decode()
    assert page.count("data-enter") == 1 and "autofocus" in page


@pytest.mark.parametrize("place", ["n-0", "n-27", "lv-9", "ct-99", "x", "n-9999999"])
def test_there_is_no_other_place(desk, place):
    held = open_import(desk, real_file(), "ke-hoach.docx")
    assert save(desk, held, {"mo": place}).status_code == 404


def test_the_plans_own_export_brought_in_again_changes_nothing(desk, plan):
    export = desk.get(reverse("reports:plan_xlsx"))
    content = b"".join(export.streaming_content) if export.streaming else export.content
    held = open_import(desk, content, "xuat.xlsx")
    rows = read_state(held).rows
    tasks = list(plan.tasks.order_by("position"))
    cells = ("text", "product_text", "lead_text", "collab_text", "deadline_text")
    assert [row.code for row in rows] == [task.code for task in tasks]
    assert [[getattr(row.words, cell) for cell in cells] for row in rows] == [
        [getattr(task, cell) for cell in cells] for task in tasks
    ]
    assert [[p.text for p in row.words.products] for row in rows] == [
        [p.text for p in task.products.order_by("position")] for task in tasks
    ]


def test_the_joined_appendix_as_excel_equals_the_plan(desk, plan):
    held = open_import(desk, excel_file(joined_rows()))
    cells = ("text", "product_text", "lead_text", "collab_text", "deadline_text")
    assert [[getattr(row.words, cell) for cell in cells] for row in read_state(held).rows] == [
        list(values) for values in plan.tasks.order_by("position").values_list(*cells)
    ]


def test_a_row_that_the_file_lacks_is_added_at_the_end_of_its_area(desk):
    head, first, second = list(HEAD), ["I", "Chỉ đạo"], ["II", "Thể chế"]
    other = ("Rà soát văn bản", *GOOD[1:])
    rows = [first + [""] * 4, ["1", *GOOD], second + [""] * 4, ["1", *other]]
    held = open_import(desk, excel_file([head, *rows], title=("KẾ HOẠCH", "Về CCHC 2026-2030")))
    address = reverse("tasks:plan_import", args=[held.pk])
    assert "?mo=n-3" in desk.get(address).content.decode()
    form = desk.get(f"{address}?mo=n-3").context["form"]
    typed = {"mo": "n-3"} | form.initial | {"area": 1, "code": "I.2", "text": "Việc mà tệp thiếu"}
    typed |= {"lead_text": GOOD[2], "deadline_text": "Hàng năm"}
    assert save(desk, held, typed | {"text": ""}).status_code == 422
    assert save(desk, held, typed).status_code == 302
    assert save(desk, held, typed).status_code == 409, "the same click twice makes no second row"
    save(desk, held, typed_head(PlanImport.objects.get(), **WHOLE_HEAD, first_year=2026))
    held.refresh_from_db()
    assert [row.code for row in read_state(held).tasks] == ["I.1", "I.2", "II.1"]
    assert "không có trong tệp" in desk.get(f"{address}?phan=nhiem-vu").content.decode()
    assert write(desk, held).status_code == 302
    made = Plan.objects.get(status="draft").tasks.order_by("position")
    assert [(t.code, t.position) for t in made] == [("I.1", 1), ("I.2", 2), ("II.1", 3)]
    assert made[1].parties.get().unit.code == "HCQT"
