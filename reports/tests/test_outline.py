"""The outline as data: its numbering, what it refuses, which version holds, and its page."""

import pytest
import time_machine
from django.urls import reverse

from conftest import at, make_user
from reports import outline
from reports.building import build_report
from reports.models import OutlineVersion
from reports.outline import Content, Heading, StaleOutline, keep_outline, numbered
from reports.outline_forms import moved, typed
from reports.pages.report import find_period
from reports.tests.conftest import DATA_DAY
from reports.writing import begin_report
from tasks.workflow import NotAllowed

NOW = at(2024, 12, 16)


def sound(**changes):
    """The annual outline with the titles of some places changed."""
    headings = outline.default_outline("nam")
    return [
        Heading(changes.get(h.title, h.title), h.level, h.content, h.areas, h.tasks)
        for h in headings
    ]


def keep(plan, by, headings, *, year=2024, seen=0, kind="nam"):
    return keep_outline(
        plan=plan, kind=kind, from_year=year, headings=headings, seen=seen, by=by, at=NOW
    )


def test_points_are_lettered_by_the_vietnamese_alphabet():
    headings = [Heading("I", 1), Heading("1", 2), *[Heading("a", 3)] * 24]
    labels = [place.label for place in numbered(headings)]
    assert labels[:9] == ["I.", "1.", "a)", "b)", "c)", "d)", "đ)", "e)", "g)"]
    assert labels[-1] == "24)", "after y the letters are used up"


def test_numbers_begin_anew_under_each_heading():
    levels = (0, 1, 2, 3, 3, 2, 3, 1, 2, 1)
    keys = [place.key for place in numbered([Heading("x", level) for level in levels])]
    assert keys == [
        "ket", "I", "I.1", "I.1.a", "I.1.b", "I.2", "I.2.a", "II", "II.1", "III",
    ]  # fmt: skip


def test_roman_numbers_go_on():
    assert [outline.roman(n) for n in (4, 9, 14, 40)] == ["IV", "IX", "XIV", "XXXX"]


RESULTS = Content.RESULTS
ALL = (1, 2, 3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        ([], "ít nhất một đề mục"),
        ([Heading("", 1)], "chưa ghi tên"),
        ([Heading("Kết quả", 2, RESULTS, ALL)], "thiếu đề mục cấp trên: cấp 2"),
        ([Heading("A", 1), Heading("B", 3, RESULTS, ALL)], "cấp 3 phải ở dưới"),
        ([Heading("A", 1, RESULTS, (1,))], "Chưa có đề mục cho nhiệm vụ II.1"),
        ([Heading("A", 1, RESULTS, ALL), Heading("B", 1, RESULTS, (1,))], "lĩnh vực đặt ở hai"),
        (
            [Heading("A", 1, RESULTS, ALL, ("II.4",)), Heading("B", 1, RESULTS, (), ("II.4",))],
            "nhiệm vụ đặt ở hai đề mục: II.4",
        ),
        ([Heading("A", 1, RESULTS, (*ALL, 9))], "không có lĩnh vực 9"),
        ([Heading("A", 1, RESULTS, ALL, ("IX.1",))], "không có nhiệm vụ IX.1"),
        ([Heading("A", 1, "", ALL)], "chọn nội dung “Kết quả của các nhiệm vụ”"),
        (
            [Heading("A", 1, RESULTS, ALL), *[Heading("B", 1, Content.CAUSES)] * 2],
            "đặt ở hai đề mục; chỉ để ở một",
        ),
        ([Heading("A", 1, RESULTS, ALL), Heading("", 0, Content.CAUSES)], "đứng ngoài đề mục"),
    ],
)
def test_an_outline_that_loses_something_is_refused(plan, thu, headings, words):
    with pytest.raises(NotAllowed, match=words):
        keep(plan, thu, headings)
    assert not OutlineVersion.objects.exists()


def test_the_newest_version_of_the_year_or_before_holds(plan, thu):
    first = keep(plan, thu, sound(**{"Đánh giá chung": "Đánh giá 2022"}), year=2022)
    second = keep(plan, thu, sound(**{"Đánh giá chung": "Đánh giá 2024"}), year=2024, seen=first.pk)

    def title(year, kind="nam"):
        headings = outline.outline_for(find_period(plan, f"{kind}-{year}"))
        return next(h.title for h in headings if h.title.startswith("Đánh giá"))

    assert title(2021) == "Đánh giá chung"
    assert title(2022) == title(2023) == "Đánh giá 2022"
    assert title(2024) == title(2025) == "Đánh giá 2024"
    assert title(2024, "quy-1") == "Đánh giá chung"
    keep(plan, thu, sound(**{"Đánh giá chung": "Đánh giá mới"}), year=2024, seen=second.pk)
    assert title(2024) == "Đánh giá mới" and title(2023) == "Đánh giá 2022"


def test_a_begun_report_keeps_its_headings(plan, thu):
    period = find_period(plan, "nam-2024")
    report = begin_report(period=period, by=thu, at=NOW)
    keep(plan, thu, sound(**{"Đánh giá chung": "Nhận xét, đánh giá"}))
    built = build_report(period, DATA_DAY, report)
    assert "III. ĐÁNH GIÁ CHUNG" in [section.heading for section in built.sections]
    preview = build_report(find_period(plan, "nam-2025"), DATA_DAY)
    assert "III. NHẬN XÉT, ĐÁNH GIÁ" in [section.heading for section in preview.sections]


def test_a_stale_outline_is_refused_and_the_same_twice_is_one(plan, thu, make_coordinator):
    first = keep(plan, thu, sound())
    assert keep(plan, thu, sound()).pk == first.pk
    with pytest.raises(StaleOutline) as stale:
        keep(plan, make_coordinator, sound(**{"Đánh giá chung": "Khác"}))
    assert stale.value.newest == first
    assert OutlineVersion.objects.count() == 1


@pytest.fixture
def make_coordinator(db):
    return make_user("nga", "Hồ Thị Nga", "coordinator", "HCQT")


# The editor


def rows(*titles):
    return [{"level": "1", "title": title} for title in titles]


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up-1", "bac"),
        ("down-1", "acb"),
        ("up-0", "abc"),
        ("down-2", "abc"),
        ("remove-1", "ac"),
        ("remove-9", "abc"),
        ("show", "abc"),
        ("up-x", "abc"),
        ("add-0", "a.bc"),
    ],
)
def test_buttons_move_rows_and_keep_what_was_typed(act, order):
    after = moved(rows("a", "b", "c"), act)
    assert "".join(row["title"] or "." for row in after) == order


@pytest.fixture
def desk(client, thu):
    client.force_login(thu)
    return client


URL = "/bao-cao/de-cuong/nam/"


def form(headings, act="save", year=2024, seen=0):
    columns = [typed(heading) for heading in headings]
    told = {name: [row[name] for row in columns] for name in columns[0]}
    return told | {"act": act, "from_year": str(year), "seen": str(seen)}


@time_machine.travel(NOW, tick=False)
def test_the_coordinator_saves_a_new_version(desk, plan, thu):
    page = desk.get(URL).content.decode()
    assert "{kỳ tới}" in page and "{next}" not in page
    answer = desk.post(URL, form(sound(**{"Đánh giá chung": "Nhận xét chung"})), follow=True)
    assert "Đã lưu đề cương báo cáo năm, dùng từ năm 2024" in answer.content.decode()
    version = OutlineVersion.objects.get()
    assert (version.by, version.from_year) == (thu, 2024)
    assert outline.headings_of(version) == sound(**{"Đánh giá chung": "Nhận xét chung"})
    # sent twice it is one; the list names it and it can be read
    desk.post(URL, form(sound(**{"Đánh giá chung": "Nhận xét chung"})))
    assert OutlineVersion.objects.count() == 1
    assert "1 bản đã lưu" in desk.get(reverse("reports:outlines")).content.decode()
    assert "Nhận xét chung" in desk.get(f"{URL}?ban={version.pk}").content.decode()
    assert desk.get(f"{URL}?ban=999999").status_code == 404
    assert desk.get("/bao-cao/de-cuong/khac/").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_a_button_without_javascript_keeps_everything_typed(desk, plan):
    told = form(sound(**{"Đánh giá chung": "Chưa lưu"}), act="add-1")
    told["title"][0] = "x" * 400
    answer = desk.post(URL, told)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Chưa lưu" in page and "x" * 400 in page
    assert page.count("data-row>") == len(sound()) + 1
    assert not OutlineVersion.objects.exists()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("name", "place", "value", "words"),
    [
        ("title", 1, " ", "Ghi tên đề mục."),
        ("title", 1, "Mục {tháng}", "chỉ dùng {kỳ tới} hoặc {năm}"),
        ("areas", 2, "một", "“một” không phải số của lĩnh vực"),
        ("areas", 2, "9", "Kế hoạch không có lĩnh vực 9"),
        ("areas", 2, "", "Chưa có đề mục cho nhiệm vụ I.1"),
        ("tasks", 2, "ii.4", "nhiệm vụ đặt ở hai đề mục: II.4"),
        ("level", 1, "3", "thiếu đề mục cấp trên"),
        ("level", 1, "9", "Xem lại dòng 2"),
        ("content", 1, "bịa", "Xem lại dòng 2"),
    ],
)
def test_what_is_wrong_is_said_and_stays(desk, plan, name, place, value, words):
    told = form(sound())
    told[name][place] = value
    answer = desk.post(URL, told)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OutlineVersion.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_two_people_at_once_and_nothing_is_lost(desk, plan, thu, make_coordinator):
    desk.get(URL)
    first = keep(plan, make_coordinator, sound(**{"Đánh giá chung": "Của chị Nga"}))
    told = form(sound(**{"Đánh giá chung": "Của chị Thu"}))
    answer = desk.post(URL, told)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Hồ Thị Nga vừa lưu một bản khác" in page and "Của chị Thu" in page
    assert f'name="seen" value="{first.pk}"' in page
    assert desk.post(URL, told | {"seen": str(first.pk)}).status_code == 302
    assert OutlineVersion.objects.count() == 2


@time_machine.travel(NOW, tick=False)
def test_leaders_read_and_nobody_edits_the_past(desk, client, quang, plan):
    assert desk.post(URL + "?tinh-den=2024-01-01", form(sound())).status_code == 403
    assert "data-outline" not in desk.get(URL + "?tinh-den=2024-01-01").content.decode()
    client.force_login(quang)
    page = client.get(URL).content.decode()
    assert "Công tác chỉ đạo" in page and "<input" not in page.split("<main")[1].split("</main")[0]
    assert client.post(URL, form(sound())).status_code == 403


def test_the_pages_ask_a_fixed_number_of_questions(
    desk, plan, thu, django_assert_max_num_queries, django_assert_num_queries
):
    keep(plan, thu, sound())
    with django_assert_max_num_queries(16) as first:
        desk.get(reverse("reports:outlines"))
    for number in range(3):
        newest = plan.outlines.order_by("-pk").first()
        keep(plan, thu, sound(**{"Đánh giá chung": f"Bản {number}"}), seen=newest.pk)
    with django_assert_num_queries(len(first)):
        desk.get(reverse("reports:outlines"))
