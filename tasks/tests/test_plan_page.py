"""The appendix with its states, its filters, and the plan's whole text."""

from datetime import date

import pytest
import time_machine
from django.db.models import Q
from django.urls import reverse

from cchc.models import Unit
from conftest import at
from tasks import actions
from tasks.buckets import Bucket
from tasks.citing import Citation
from tasks.filters import Chosen
from tasks.ledger import read_year
from tasks.models import Assignment, Task
from tasks.pages.plan_table import read_plan_table
from tasks.viewing import Viewing

DAY = date(2024, 12, 16)
URL = "/ke-hoach/"


@pytest.fixture(autouse=True)
def the_day():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


def report(assignment, by, *, send=False, number="14/KH-VP", result="Đã làm."):
    products = tuple(p.pk for p in assignment.task.products.all())
    citation = Citation(
        number, date(2024, 2, 19), "Trích yếu", "Văn phòng", "Kế hoạch", products=products
    )
    return actions.post_update(
        assignment=assignment,
        by=by,
        at=at(2024, 3, 5),
        seen_version=assignment.version,
        send=send,
        result=result,
        cite=(citation,),
    )


def page(client, user, **query):
    client.force_login(user)
    return client.get(URL, {key.replace("_", "-"): value for key, value in query.items()})


def rows_of(response):
    return [row for group in response.context["table"].groups for row in group.rows]


def test_stranger_is_sent_to_login(client, plan):
    assert client.get(URL).status_code == 302
    assert client.get("/ke-hoach/nguyen-van/").status_code == 302


def test_posting_is_refused(client, lan, plan):
    client.force_login(lan)
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize("role", ["lan", "thu", "quang", "an"])
def test_everybody_reads_the_appendix_word_for_word(client, request, plan, role):
    response = page(client, request.getfixturevalue(role))
    html = response.content.decode()
    assert len(rows_of(response)) == 25
    for task in Task.objects.all():
        for cell in (task.text, task.lead_text, task.collab_text, task.deadline_text):
            assert cell in html
        for line in task.product_text.split(" - "):
            assert line.removeprefix("- ") in html
    # I.2's product and II.3's deadline are blank in the source.
    assert html.count("Kế hoạch để trống") == 2


def test_the_area_without_tasks_is_told_and_leads_to_its_solutions(client, lan, plan):
    html = page(client, lan).content.decode()
    assert "Phụ lục không giao nhiệm vụ cụ thể cho lĩnh vực này" in html
    assert "/ke-hoach/nguyen-van/#linh-vuc-8" in html
    only = page(client, lan, linh_vuc="8")
    assert rows_of(only) == [] and not only.context["table"].is_empty


def test_before_a_year_is_opened_the_appendix_leads_nowhere(client, lan, unopened):
    html = page(client, lan).content.decode()
    assert html.count("Chưa mở kỳ nào") == 25 and "/nhiem-vu/" not in html


def test_a_status_tells_due_day_and_days_left(client, lan, plan):
    html = page(client, lan).content.decode()
    assert "Hạn 30/12/2024" in html and "còn 14 ngày" in html


def test_several_lead_units_are_counted(client, lan, minh, thu, assignment_of):
    part = assignment_of("VII.4/2024", "TTPVKS")
    report(part, minh, send=True)
    part.refresh_from_db()
    actions.verify(assignment=part, by=thu, at=at(2024, 3, 6), seen_version=part.version)
    (row,) = [r for r in rows_of(page(client, lan)) if r.code == "VII.4"]
    assert row.lines[0].units == "1/2 đơn vị xong"


def test_periods_left_over_stand_after_the_years_own(client, lan, plan):
    (row,) = [r for r in rows_of(page(client, lan)) if r.code == "I.2"]
    assert [line.period for line in row.lines] == [
        "năm 2024",
        "tồn từ năm 2022",
        "tồn từ năm 2023",
    ]


def test_another_units_documents_are_not_shown(client, minh, hoa, thu, assignment_of):
    report(assignment_of("I.2/2024"), minh, number="4711/KH-MAT")
    assert "4711/KH-MAT" in page(client, minh).content.decode()
    assert "4711/KH-MAT" in page(client, thu).content.decode()
    assert "4711/KH-MAT" not in page(client, hoa).content.decode()


@pytest.mark.parametrize("bucket", list(Bucket))
def test_a_bucket_opens_as_many_rows_as_the_ledger_counts(client, lan, minh, plan, bucket):
    first = Assignment.objects.get(task__code="I.2", year=2024)
    report(first, minh, send=True)
    counts = read_year(plan, 2024, DAY).counts
    response = page(client, lan, trang_thai=bucket.value)
    assert response.context["table"].total == counts[bucket]
    assert f"{counts[bucket]} kỳ thực hiện" in response.content.decode()


def test_a_units_bucket_counts_its_own_parts(client, lan, plan):
    mine = read_year(plan, 2024, DAY, only=Q(unit__code="HCQT")).counts
    response = page(client, lan, don_vi="HCQT", trang_thai="qua-han")
    assert response.context["table"].total == mine[Bucket.OPEN_OVERDUE] > 0


@pytest.mark.parametrize(
    ("status", "code"), [("cho-xac-nhan", "I.2"), ("tra-lai", "I.2"), ("vuong-mac", "II.5")]
)
def test_states_across_the_buckets_can_be_asked(
    client, lan, minh, thu, assignment_of, status, code
):
    sent = assignment_of("I.2/2024")
    report(sent, minh, send=True)
    if status == "tra-lai":
        sent.refresh_from_db()
        actions.return_to_unit(
            assignment=sent, by=thu, at=at(2024, 3, 7), seen_version=sent.version, reason="Thiếu."
        )
    blocked = assignment_of("II.5/2024", "TTPVKS")
    actions.post_update(
        assignment=blocked,
        by=minh,
        at=at(2024, 5, 1),
        seen_version=blocked.version,
        send=False,
        result="Đang làm.",
        difficulty="Chưa có kinh phí.",
        proposal="Cấp kinh phí.",
    )
    assert [r.code for r in rows_of(page(client, lan, trang_thai=status))] == [code]


def test_words_are_found_without_accents_and_all_must_match(client, lan, plan):
    found = rows_of(page(client, lan, q="dao tao chuyen doi"))
    assert [row.code for row in found] == ["V.2"]
    assert [r.code for r in rows_of(page(client, lan, q="ĐÀO TẠO"))] == ["V.2"]
    assert rows_of(page(client, lan, q="đào tạo không-có-chữ-này")) == []


def test_lead_alone_and_collaboration_are_told_apart(client, lan, plan):
    led = {row.code for row in rows_of(page(client, lan, don_vi="TTCBTH"))}
    assert led == {"II.2", "VI.2", "VII.1", "VII.2", "VII.3", "VII.4", "VII.5"}
    both = {row.code for row in rows_of(page(client, lan, don_vi="TTCBTH", phoi_hop="1"))}
    assert led < both and "I.1" in both and "II.1" not in both


def test_filters_are_kept_named_and_taken_off(client, lan, plan):
    html = page(client, lan, don_vi="HCQT", q="ke hoach", nam="2023").content.decode()
    assert "Đơn vị chủ trì: Phòng Hành chính - Quản trị" in html
    assert "Trong lời văn: “ke hoach”" in html
    for name in ("reports:plan_xlsx", "reports:plan_pdf"):
        assert f"{reverse(name)}?nam=2023&amp;don-vi=HCQT&amp;q=ke+hoach" in html
    assert 'href="/ke-hoach/?nam=2023">Bỏ lọc' in html


def test_nothing_found_names_the_filters(client, lan, plan):
    html = page(client, lan, trang_thai="dung", don_vi="TTCBTH").content.decode()
    assert "Không có kỳ thực hiện nào" in html
    assert "Tình trạng: Dừng theo quyết định" in html and "Bỏ lọc" in html


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("linh-vuc", "99", "Kế hoạch không có lĩnh vực “99”"),
        ("linh-vuc", "một", "Kế hoạch không có lĩnh vực “một”"),
        ("don-vi", "XYZ", "Không có đơn vị “XYZ”"),
        ("trang-thai", "tot", "Không có tình trạng “tot”"),
        ("q", "x" * 101, "chưa lọc theo lời văn"),
    ],
)
def test_a_wrong_value_is_told_and_filters_nothing(client, lan, plan, name, value, sentence):
    client.force_login(lan)
    response = client.get(URL, {name: value})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert len(rows_of(response)) == 25


@pytest.mark.parametrize("number", ["0", "-1", "9999", "hai"])
def test_a_wrong_page_number_shows_a_page(client, lan, plan, number):
    assert page(client, lan, trang=number).status_code == 200


def test_an_earlier_day_shows_what_held_then(client, minh, assignment_of):
    report(assignment_of("I.2/2024"), minh, send=True)
    now = page(client, minh).content.decode()
    before = page(client, minh, tinh_den="2024-02-01").content.decode()
    assert "14/KH-VP" in now and "14/KH-VP" not in before


def many_assignments(plan, count):
    """`count` further parts, each of a task of its own."""
    area, unit = plan.areas.first(), Unit.objects.get(code="HCQT")
    tasks = Task.objects.bulk_create(
        Task(plan=plan, area=area, code=f"I.{n}", position=n, number=n, text=f"Việc {n}")
        for n in range(1000, 1000 + count)
    )
    Assignment.objects.bulk_create(
        Assignment(task=task, unit=unit, year=2024, due_on=DAY, opened_at=at(2024, 1, 1))
        for task in tasks
    )


@pytest.mark.usefixtures("made_anew")
def test_queries_do_not_grow_with_the_plan(
    client, lan, plan, assignment_of, django_assert_num_queries
):
    report(assignment_of("II.5/2024", "HCQT"), lan)
    client.force_login(lan)
    # session, person and unit, plan, counts of the menu and the bell; areas and units of the filters;
    # areas, tasks, ledger (2), documents
    with django_assert_num_queries(13):
        client.get(URL)
    many_assignments(plan, 2400)
    with django_assert_num_queries(13):
        response = client.get(URL)
    assert len(rows_of(response)) == 50
    assert response.context["table"].total == 2425


def test_the_whole_table_for_a_file_is_six_queries(plan, lan, django_assert_max_num_queries):
    viewing = Viewing(plan, 2024, DAY, DAY)
    lan.unit  # noqa: B018  # the request has it already
    with django_assert_max_num_queries(6):
        table = read_plan_table(viewing, lan, Chosen())
    assert table.total == 25 and table.page is None


def test_the_whole_text_is_verbatim_with_anchors(client, an, plan):
    client.force_login(an)
    html = client.get("/ke-hoach/nguyen-van/").content.decode()
    frame = plan.frame
    words = [frame["preamble"], frame["section_IV"]["closing"], plan.signer, *frame["recipients"]]
    words += [b for item in frame["section_I"]["items"] for b in item["bullets"]]
    words += [item["text"] for item in frame["section_II"]["items"]]
    words += [s.text for area in plan.areas.all() for s in area.solutions.all()]
    for text in words:
        assert text in html
    assert "III. TỔ CHỨC THỰC HIỆN" in html  # the source numbers two sections III
    for anchor in ("muc-I", "muc-II", "linh-vuc-3", "linh-vuc-8", "to-chuc-thuc-hien"):
        assert html.count(f'id="{anchor}"') == 1
