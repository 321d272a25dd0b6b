import pytest
from django.urls import reverse

from cchc.models import AuditEvent
from conftest import at
from tasks.models import Notice

PAGE = "/thong-bao/"
READ = "/thong-bao/da-doc/"


def told(user, number=1, **other):
    values = {
        "kind": Notice.Kind.DUE,
        "words": f"Việc số {number}",
        "path": "/ke-hoach/",
        "key": f"viec:{number}",
        "created_at": at(2024, 3, 1, 8, number % 60),
    }
    return Notice.objects.create(user=user, **values | other)


@pytest.fixture
def signed_in(client, minh):
    client.force_login(minh)
    return client


def html_of(client, address=PAGE, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_one_sees_ones_own_notices_newest_first(signed_in, minh, hung):
    told(minh, 1)
    told(minh, 2)
    told(hung, 3)
    html = html_of(signed_in)
    assert html.index("Việc số 2") < html.index("Việc số 1")
    assert "Việc số 3" not in html and "2 chưa đọc" in html


def test_without_notices_the_page_says_what_will_come(signed_in, plan):
    html = html_of(signed_in)
    assert "Chưa có thông báo nào" in html and "Đánh dấu tất cả" not in html


@pytest.mark.parametrize("who", ["minh", "thu", "quang", "an"])
def test_the_bell_counts_what_is_unread_on_every_page(client, request, who, plan):
    user = request.getfixturevalue(who)
    client.force_login(user)
    pages = [reverse("reports:dashboard"), reverse("tasks:plan"), reverse("more")]
    assert all('title="1 thông báo' not in html_of(client, page) for page in pages)
    told(user)
    told(user, 2, read_at=at(2024, 3, 2))
    for page in pages:
        assert 'title="1 thông báo chưa đọc"' in html_of(client, page)


def test_looking_writes_nothing(signed_in, minh):
    notice = told(minh)
    html_of(signed_in)
    signed_in.get(READ, {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_one_is_marked_as_read_once(signed_in, minh):
    notice, other = told(minh), told(minh, 2)
    answer = signed_in.post(READ, {"notice": notice.pk})
    assert answer.status_code == 302 and answer.url == PAGE
    notice.refresh_from_db()
    other.refresh_from_db()
    first = notice.read_at
    assert first and other.read_at is None
    signed_in.post(READ, {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at == first


def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(signed_in, minh):
    notice = told(minh, path="/nhiem-vu/I.2/2024/")
    answer = signed_in.post(READ, {"notice": notice.pk, "open": "1"})
    assert answer.url == "/nhiem-vu/I.2/2024/"
    notice.refresh_from_db()
    assert notice.read_at
    assert 'href="/nhiem-vu/I.2/2024/"' in html_of(signed_in)


def test_another_persons_notice_does_not_exist(signed_in, hung):
    notice = told(hung)
    assert signed_in.post(READ, {"notice": notice.pk, "open": "1"}).status_code == 404
    signed_in.post(READ, {"until": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_that_the_page_showed_are_marked_and_nothing_that_came_later(signed_in, minh):
    told(minh, 1)
    seen = told(minh, 2)
    assert f'name="until" value="{seen.pk}"' in html_of(signed_in)
    told(minh, 3)
    signed_in.post(READ, {"until": seen.pk})
    assert [n.words for n in Notice.objects.filter(read_at=None)] == ["Việc số 3"]


@pytest.mark.parametrize("data", [{}, {"notice": "x"}, {"notice": "9" * 30}, {"until": "-1"}])
def test_a_broken_form_changes_nothing(signed_in, minh, data):
    told(minh)
    assert signed_in.post(READ, data).status_code == 302
    assert Notice.objects.filter(read_at=None).count() == 1


def test_fifty_a_page(signed_in, minh):
    for number in range(51):
        told(minh, number)
    assert html_of(signed_in).count('class="nt-m"') == 50
    assert html_of(signed_in, PAGE + "?trang=2").count('class="nt-m"') == 1


def test_the_digest_is_chosen_here_and_audited(signed_in, minh):
    answer = signed_in.post(PAGE, {"every": "day"}, follow=True)
    assert "Đã ghi cách nhận thư" in answer.content.decode()
    minh.refresh_from_db()
    assert minh.digest_every == "day"
    signed_in.post(PAGE, {"every": "day"})
    event = AuditEvent.objects.get(verb="digest_chosen")
    assert (event.by, event.detail) == (minh, {"before": "week", "after": "day"})


def test_a_wrong_choice_is_refused(signed_in, minh):
    assert signed_in.post(PAGE, {"every": "hour"}).status_code == 422
    minh.refresh_from_db()
    assert minh.digest_every == "week"


def test_without_an_address_the_page_says_that_no_mail_comes(signed_in, minh):
    assert "Chưa có địa chỉ thư điện tử" in html_of(signed_in)
    minh.email = "minh@vp.example"
    minh.save()
    assert "minh@vp.example" in html_of(signed_in)


def test_words_are_shown_as_words(signed_in, minh):
    told(minh, words="<script>alert(1)</script>")
    assert "<script>alert(1)" not in html_of(signed_in)


def test_fixed_number_of_queries(signed_in, minh, plan, django_assert_num_queries):
    told(minh)
    with django_assert_num_queries(8):
        html_of(signed_in)
    for number in range(2, 40):
        told(minh, number)
    with django_assert_num_queries(8):
        html_of(signed_in)
