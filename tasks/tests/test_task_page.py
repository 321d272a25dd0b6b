"""One task in one period: its words, its deadline and why, its proof, who did what."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import at
from tasks import actions
from tasks.citing import Citation
from tasks.models import Assignment, ProgressUpdate, Task, TaskUnit

CANARY = "Lời chỉ đơn vị này được đọc"


@pytest.fixture(autouse=True)
def the_day():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


def post(assignment, by, when, *, send=False, result="Đã làm.", cite=(), **words):
    assignment.refresh_from_db()
    return actions.post_update(
        assignment=assignment,
        by=by,
        at=when,
        seen_version=assignment.version,
        send=send,
        result=result,
        cite=cite,
        **words,
    )


def citation(assignment, number="310/BC", day=date(2024, 12, 4), **more):
    products = tuple(p.pk for p in assignment.task.products.all())
    return Citation(number, day, "Báo cáo IOC", "Trung tâm", "Báo cáo", products=products, **more)


@pytest.fixture
def ioc(assignment_of, minh):
    """VII.4/2024 has two lead units; one has sent its part, with a file."""
    part = assignment_of("VII.4/2024", "TTPVKS")
    pdf = SimpleUploadedFile("bao-cao.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    post(part, minh, at(2024, 12, 5), send=True, result=CANARY, cite=(citation(part, upload=pdf),))
    part.refresh_from_db()
    return part


def html_of(client, user, address="/nhiem-vu/VII.4/2024/"):
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_stranger_is_sent_to_login(client, plan):
    assert client.get("/nhiem-vu/VII.4/2024/").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/nhiem-vu/IX.1/",
        "/nhiem-vu/IX.1/2024/",
        "/nhiem-vu/VII.4/2021/",
        "/nhiem-vu/VII.4/2024-Q2/",
        "/nhiem-vu/VII.4/nam-nay/",
    ],
)
def test_a_wrong_code_or_period_is_404(client, lan, plan, address):
    client.force_login(lan)
    assert client.get(address).status_code == 404


def test_posting_is_refused(client, lan, plan):
    client.force_login(lan)
    assert client.post("/nhiem-vu/VII.4/2024/").status_code == 405


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/nhiem-vu/VII.4/", "/nhiem-vu/VII.4/2024/"),
        ("/nhiem-vu/VII.4/?nam=2023", "/nhiem-vu/VII.4/2023/?nam=2023"),
        ("/nhiem-vu/V.1/", "/nhiem-vu/V.1/2022/"),  # once, in 2022
        ("/nhiem-vu/VII.4/?nam=2021", "/nhiem-vu/VII.4/2022/?nam=2021"),
    ],
)
def test_a_task_opens_in_the_year_looked_at_or_the_nearest(client, lan, plan, address, goes_to):
    client.force_login(lan)
    response = client.get(address)
    assert response.status_code == 302 and response["Location"] == goes_to


def test_a_task_that_nobody_opened_is_404(client, lan, unopened):
    client.force_login(lan)
    assert client.get("/nhiem-vu/VII.4/").status_code == 404


@pytest.mark.parametrize("role", ["lan", "thu", "quang", "an"])
def test_everybody_reads_the_words_and_the_states(client, request, ioc, role):
    html = html_of(client, request.getfixturevalue(role))
    assert ioc.task.text in html
    assert "Phụ lục, mục VII.4" in html and "bản nguồn để trống số và ngày" in html
    assert "“Năm 2022 và những năm tiếp theo”" in html
    assert "Chờ xác nhận" in html and "Chưa thực hiện" in html
    assert "0/2 đơn vị xong" in html


@pytest.mark.parametrize(
    ("role", "reads"),
    [("minh", True), ("hung", True), ("thu", True), ("quang", True)]
    + [("lan", False), ("hoa", False), ("an", False)],
)
def test_only_the_unit_the_coordinator_and_leaders_read_the_words(
    client, request, ioc, role, reads
):
    html = html_of(client, request.getfixturevalue(role))
    file_address = f"/van-ban/{ioc.unit.documents.get().pk}/tep/"
    for word in (CANARY, "310/BC", file_address):
        assert (word in html) is reads


def test_a_co_leading_unit_is_told_why_it_sees_only_states(client, hoa, ioc):
    assert "Nội dung của 1 đơn vị khác chỉ đơn vị chủ trì, HCQT và lãnh đạo đọc được" in html_of(
        client, hoa
    )


def test_the_unit_may_update_its_own_part_only(client, hoa, lan, ioc, assignment_of):
    mine = assignment_of("VII.4/2024", "TTCBTH")
    html = html_of(client, hoa)
    assert f"/phan-viec/{mine.pk}/cap-nhat/" in html
    assert f"/phan-viec/{ioc.pk}/cap-nhat/" not in html
    assert "/cap-nhat/" not in html_of(client, lan)


def test_nothing_can_be_updated_while_looking_at_a_past_day(client, hoa, ioc):
    html = html_of(client, hoa, "/nhiem-vu/VII.4/2024/?tinh-den=2024-12-10")
    assert "/cap-nhat/" not in html


def test_the_verifier_is_led_to_the_queue(client, thu, quang, minh, ioc):
    assert "Xem và xác nhận" in html_of(client, thu)
    assert "Xem và xác nhận" not in html_of(client, quang)
    assert "Xem và xác nhận" not in html_of(client, minh)


def test_hcqt_s_own_work_leads_a_leader_to_the_queue(client, lan, thu, quang, assignment_of):
    part = assignment_of("V.2/2024")
    post(part, lan, at(2024, 12, 5), send=True, cite=(citation(part),))
    assert "Xem và xác nhận" in html_of(client, quang, "/nhiem-vu/V.2/2024/")
    assert "Xem và xác nhận" not in html_of(client, thu, "/nhiem-vu/V.2/2024/")


def test_products_stand_with_the_documents_that_answer_them(client, lan, assignment_of):
    part = assignment_of("II.4/2024")
    first, second = part.task.products.all()
    cite = Citation(
        "21/KH-VP", date(2024, 1, 30), "Rà soát", "Văn phòng", "Kế hoạch", products=(first.pk,)
    )
    other = Citation("99/CV-VP", date(2024, 2, 1), "Đôn đốc", "Văn phòng", "Công văn")
    post(part, lan, at(2024, 2, 2), cite=(cite, other))
    client.force_login(lan)
    it = client.get("/nhiem-vu/II.4/2024/").context["it"]
    assert [p.text for p in it.products] == [first.text, second.text]
    assert [d.title for d in it.products[0].documents] == ["Kế hoạch 21/KH-VP"]
    assert it.products[1].documents == ()
    assert [d.title for d in it.other_documents] == ["Công văn 99/CV-VP"]


def test_parties_that_nobody_has_chosen_are_named(client, lan, plan):
    html = html_of(client, lan, "/nhiem-vu/II.4/2024/")
    assert "Chưa chỉ định đơn vị cụ thể" in html
    party = TaskUnit.objects.get(task__code="II.4", part="lead", kind="chosen")
    assert party.text in html


def test_a_corrected_deadline_says_who_and_why(client, lan, thu, plan):
    Task.objects.filter(code="V.2").update(
        rule_text="Trước 15/12 hàng năm",
        rule_note="Theo Thông báo của Chánh Văn phòng",
        rule_confirmed_by=thu,
        rule_confirmed_on=date(2024, 1, 10),
    )
    html = html_of(client, lan, "/nhiem-vu/V.2/2024/")
    for words in (
        "“Hàng năm”",
        "“Trước 15/12 hàng năm”",
        "14/12/2024",
        "Đã chỉnh: Phạm Minh Thu, ngày 10/01/2024",
        "Theo Thông báo của Chánh Văn phòng",
    ):
        assert words in html


def test_a_moved_due_day_shows_the_first_one(client, lan, assignment_of):
    part = assignment_of("V.2/2024")
    update = post(part, lan, at(2024, 12, 5))
    # What an act that moves the due day leaves behind.
    ProgressUpdate.objects.filter(pk=update.pk).update(due_on=date(2025, 1, 20))
    html = html_of(client, lan, "/nhiem-vu/V.2/2024/")
    assert "20/01/2025" in html and "đã gia hạn, hạn ban đầu 31/12/2024" in html


def test_due_days_that_differ_are_told_unit_by_unit(client, lan, plan, assignment_of):
    part = assignment_of("II.5/2024", "TTPVKS")
    Assignment.objects.filter(pk=part.pk).update(
        due_on=date(2024, 11, 30), first_due_on=date(2024, 11, 30)
    )
    client.force_login(lan)
    days = client.get("/nhiem-vu/II.5/2024/").context["it"].reading.days
    assert [(d.unit, d.due_on) for d in days] == [
        ("Phòng Hành chính - Quản trị", date(2024, 12, 31)),
        ("Trung tâm Phục vụ - Kiểm soát TTHC", date(2024, 11, 30)),
    ]


def test_a_waiting_task_says_what_it_waits_for_and_what_came(client, hoa, lan, thu, plan):
    address = "/nhiem-vu/VII.5/2024/"
    assert "Chưa ghi nhận văn bản làm phát sinh" in html_of(client, hoa, address)
    actions.record_trigger(
        task=Task.objects.select_related("plan__coordinator").get(code="VII.5"),
        by=thu,
        at=at(2024, 3, 10),
        citation=Citation("45/KH-UBND", date(2024, 3, 1), "Chính quyền số", "UBND tỉnh"),
    )
    html = html_of(client, hoa, address)
    assert "Đã phát sinh ngày" in html and "45/KH-UBND" in html
    # HCQT recorded the document, TT CB-TH does the work: Lan's own unit leads nothing here.
    other = html_of(client, lan, address)
    assert "Đã phát sinh ngày" in other and "45/KH-UBND" not in other
    assert "Chưa ghi nhận" in html_of(client, hoa, address + "?tinh-den=2024-02-28")


def test_the_history_tells_both_days_and_what_was_recorded_later(client, minh, assignment_of):
    part = assignment_of("I.2/2024")
    late = Citation("14/KH-VP", date(2024, 2, 19), "Kế hoạch", "Văn phòng", "Kế hoạch")
    post(part, minh, at(2024, 3, 5), send=True, cite=(late,))
    address = "/nhiem-vu/I.2/2024/"
    html = html_of(client, minh, address)
    assert "ghi ngày 05/03/2024, tính từ ngày 19/02/2024" in html
    assert "ghi sau" not in html
    between = html_of(client, minh, address + "?tinh-den=2024-02-20")
    assert "14/KH-VP" in between and "ghi sau" in between
    before = html_of(client, minh, address + "?tinh-den=2024-02-18")
    assert "14/KH-VP" not in before and "chưa có cập nhật nào" in before


@pytest.mark.usefixtures("made_anew")
def test_the_history_is_filtered_by_kind_and_paged(client, minh, thu, ioc):
    actions.return_to_unit(
        assignment=ioc, by=thu, at=at(2024, 12, 6), seen_version=ioc.version, reason="Thiếu phụ lục"
    )
    for _ in range(31):
        post(ioc, minh, at(2024, 12, 7))
    client.force_login(minh)

    def acts(**query):
        return client.get("/nhiem-vu/VII.4/2024/", query).context["it"].acts

    assert len(acts().object_list) == 30 and acts().has_next()
    assert len(acts(trang=2).object_list) == 3
    assert [a.label for a in acts(loai="tra-lai").object_list] == ["Trả lại"]
    assert len(acts(loai="khong-co").object_list) == 30


def test_the_years_of_the_task_stand_with_their_tiles(client, lan, thu, ioc):
    actions.verify(assignment=ioc, by=thu, at=at(2024, 12, 6), seen_version=ioc.version)
    client.force_login(lan)
    tabs = client.get("/nhiem-vu/VII.4/2024/").context["it"].tabs
    assert [(t.label, t.tile, t.current) for t in tabs] == [
        ("2022", "overdue", False),
        ("2023", "overdue", False),
        ("2024", "new", True),
        ("2025", "new", False),
    ]


def test_the_neighbours_are_led_to(client, lan, plan):
    html = html_of(client, lan, "/nhiem-vu/II.1/2024/")
    assert 'href="/nhiem-vu/I.3/"' in html and 'href="/nhiem-vu/II.2/"' in html
    client.force_login(lan)
    it = client.get("/nhiem-vu/I.1/2024/").context["it"]
    assert (it.before, it.after) == ("", "I.2")


@pytest.mark.usefixtures("made_anew")
def test_queries_do_not_grow_with_the_history(client, minh, ioc, thu, django_assert_num_queries):
    actions.return_to_unit(
        assignment=ioc, by=thu, at=at(2024, 12, 6), seen_version=ioc.version, reason="Thiếu"
    )
    client.force_login(minh)
    # session, person and unit, plan, counts of the menu and the bell; task, ledger (2), readable parts, acts,
    # documents, parties, neighbours, products, trigger, units chosen and asked
    with django_assert_num_queries(22):
        client.get("/nhiem-vu/VII.4/2024/")
    for n in range(40):
        post(ioc, minh, at(2024, 12, 7), cite=(citation(ioc, number=f"{n}/BC"),))
    with django_assert_num_queries(22):
        client.get("/nhiem-vu/VII.4/2024/")
