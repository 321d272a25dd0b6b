"""Văn bản: the register, its search, and who reads what."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc.models import Unit, User
from conftest import at
from tasks import actions
from tasks.models import Document, Task
from tasks.tests.story import all_products, citation, fresh, report, send

PAGE = "/van-ban/"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def cited(assignment_of, minh, hoa):
    """Minh's centre cited two documents, one of them twice; Hoa's centre one."""
    plan_2024 = citation()
    work, other = assignment_of("I.2/2024"), assignment_of("III.5/2024")
    report(work, minh, at(2024, 3, 1), cite=(plan_2024,))
    both = citation(products=all_products(other))
    old = citation("9/BC-VP", date(2023, 12, 1), summary="Kết quả rà soát", signer="Đỗ Đạt")
    report(other, minh, at(2024, 3, 2), cite=(both, old))
    theirs = citation("5/KH-TTCB", date(2024, 1, 9), summary="Đăng Công báo")
    report(assignment_of("VII.1/2024"), hoa, at(2024, 3, 3), cite=(theirs,))


def shown(client, user, query=""):
    client.force_login(user)
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.context["register"].lines, answer.content.decode().split("<main")[1]


def test_one_document_is_one_line_with_all_that_it_is_proof_of(client, minh, cited):
    lines, html = shown(client, minh)
    assert [line.title for line in lines] == ["Kế hoạch 14/KH-VP", "Kế hoạch 9/BC-VP"]
    uses = lines[0].uses
    assert [(use.code, use.period_code) for use in uses] == [("I.2", "2024"), ("III.5", "2024")]
    assert len(uses[1].products) == 2
    assert "/nhiem-vu/III.5/2024/" in html and "5/KH-TTCB" not in html


@pytest.mark.parametrize("who", ["thu", "quang"])
def test_hcqt_and_leaders_read_every_units(client, who, cited, request):
    lines, html = shown(client, request.getfixturevalue(who))
    assert len(lines) == 3 and "5/KH-TTCB" in html and "Đơn vị ghi" in html


@pytest.mark.parametrize("words", ["ket qua ra soat", "KẾT QUẢ", "9/bc", "do dat", "quả kết"])
def test_search_needs_no_accents(client, minh, cited, words):
    lines, _ = shown(client, minh, f"?q={words}")
    assert [line.title for line in lines] == ["Kế hoạch 9/BC-VP"]


def test_filters_by_year_of_issue_and_by_unit(client, thu, minh, cited):
    assert len(shown(client, thu, "?nam-vb=2023")[0]) == 1
    assert [line.title for line in shown(client, thu, "?don-vi=TTCBTH")[0]] == [
        "Kế hoạch 5/KH-TTCB"
    ]
    lines, html = shown(client, minh, "?don-vi=TTCBTH")
    assert len(lines) == 2 and 'name="don-vi"' not in html


def test_a_wrong_filter_is_told_and_filters_nothing(client, thu, cited):
    lines, html = shown(client, thu, "?nam-vb=1999&don-vi=KHAC")
    assert len(lines) == 3 and "Không có văn bản năm" in html and "Không có đơn vị" in html


def test_nothing_found_says_so(client, thu, cited):
    assert "Không có văn bản nào khớp" in shown(client, thu, "?q=khongco")[1]


def test_the_same_document_of_two_units_is_one_line(client, thu, cited, assignment_of, hoa):
    report(assignment_of("VII.2/2024"), hoa, at(2024, 3, 5), cite=(citation(),))
    assert Document.objects.filter(number="14/KH-VP").count() == 2
    lines, _ = shown(client, thu)
    assert len(lines) == 3
    assert {use.code for use in lines[0].uses} == {"I.2", "III.5", "VII.2"}
    assert "," in lines[0].units


def test_only_evidence_that_stands_is_a_use(client, minh, cited, assignment_of):
    report(assignment_of("I.2/2024"), minh, at(2024, 4, 1), keep=())
    lines, _ = shown(client, minh)
    assert [use.code for use in lines[0].uses] == ["III.5"]


def test_conditions_and_decisions_to_stop_are_uses_too(client, thu, assignment_of):
    task = Task.objects.select_related("plan__coordinator").get(code="VII.5")
    came = citation("45/KH-UBND", date(2024, 3, 1), issuer="UBND tỉnh")
    actions.record_trigger(task=task, by=thu, at=at(2024, 3, 10), citation=came)
    work = fresh(assignment_of("I.2/2024"))
    told = {"seen_version": work.version, "reason": "Thôi", "citation": citation("7/QĐ-UBND")}
    actions.stop(assignment=work, by=thu, at=at(2024, 4, 1), **told)
    words = {use.words for line in shown(client, thu)[0] for use in line.uses}
    assert words == {"văn bản làm phát sinh nhiệm vụ", "quyết định dừng"}


def test_the_file_is_a_link(client, minh, assignment_of):
    upload = SimpleUploadedFile("Kế hoạch 14.pdf", b"%PDF-1.4 x\n%%EOF", "application/pdf")
    report(assignment_of("I.2/2024"), minh, at(2024, 3, 1), cite=(citation(upload=upload),))
    _, html = shown(client, minh)
    assert f"/van-ban/{Document.objects.get().pk}/tep/" in html


def test_an_administrator_and_a_stranger_have_no_register(client, an):
    assert client.get(PAGE).headers["Location"].startswith("/dang-nhap/")
    client.force_login(an)
    assert client.get(PAGE).status_code == 403


def test_fifty_a_page_and_always_as_many_queries(
    client, quang, minh, cited, assignment_of, django_assert_max_num_queries
):
    client.force_login(quang)
    with django_assert_max_num_queries(14) as few:
        client.get(PAGE)
    work = assignment_of("III.1/2024")
    many = tuple(citation(f"{n}/CV-VP", date(2024, 5, 1)) for n in range(1, 61))
    send(work, minh, date(2024, 5, 2), when=at(2024, 5, 3), cite=many, missing="Chưa có.")
    with django_assert_max_num_queries(len(few)):
        answer = client.get(PAGE)
    assert len(answer.context["register"].lines) == 50
    assert answer.context["page"].paginator.count == 63


def test_asked_of_each_document_or_found_from_the_work_it_is_the_same(cited, lan, quang, minh):
    """Nobody sees more because another unit stands beside their office: then every proof is asked."""

    def seen():
        people = [User.objects.get(pk=one.pk) for one in User.objects.all()]
        found = []
        for person in people:
            each = set(Document.objects.visible_to(person))
            assert each == set(Document.objects.all_visible_to(person))
            found.append((person.username, each))
        return found

    assert User.objects.get(pk=quang.pk).office_is_all
    before = seen()
    Unit.objects.create(code="SO", name="Sở bên cạnh", short_name="SBC", path="/SO/")
    assert not User.objects.get(pk=quang.pk).office_is_all
    assert seen() == before
    assert {len(documents) for _, documents in before} >= {0, 1, 2, 3}
