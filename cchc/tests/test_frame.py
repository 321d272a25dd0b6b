import pytest
from django.urls import reverse

from cchc.models import User
from conftest import PASSWORD

FRAME = ["more", "password_change", "password_change_done"]


@pytest.fixture
def signed_in(client, minh):
    client.force_login(minh)
    return client


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("name", FRAME)
def test_pages_without_a_year_have_the_whole_frame(signed_in, name):
    html = page(signed_in, reverse(name))
    assert "Kế hoạch CCHC 2021–2025" in html
    assert 'aria-label="Chính"' in html and 'href="#noi-dung"' in html


def menu_of(client, user):
    client.force_login(user)
    items = client.get(reverse("more")).context["menu_items"]
    return [item.entry.label for item in items]


def test_everybody_sees_only_the_pages_they_may_open(client, minh, thu, quang, an):
    common = {"Bảng điều hành", "Kế hoạch", "Chỉ tiêu"}
    assert set(menu_of(client, minh)) == common | {"Việc của đơn vị"}
    assert set(menu_of(client, thu)) == common | {"Việc của đơn vị", "Điều phối", "Báo cáo"}
    assert set(menu_of(client, quang)) == common | {"Chờ xác nhận", "Báo cáo"}
    assert set(menu_of(client, an)) == common | {"Quản trị"}


@pytest.mark.parametrize("who", ["minh", "thu", "quang", "an"])
def test_the_bar_of_a_phone_has_four_pages_and_the_rest(plan, client, request, who):
    client.force_login(request.getfixturevalue(who))
    bar = client.get(reverse("more")).context["bar"]
    assert len(bar) == 5
    assert [item.entry.name for item in bar][-1] == "more" and bar[-1].current == "page"


def test_the_way_out_is_a_form_that_needs_no_script(signed_in):
    html = page(signed_in, reverse("more"))
    assert f'<form method="post" action="{reverse("logout")}">' in html
    assert signed_in.post(reverse("logout")).status_code == 302
    assert signed_in.get(reverse("more")).status_code == 302


def test_the_login_page_knows_nobody_and_works(client, minh):
    html = page(client, reverse("login"))
    assert "Việc của đơn vị" not in html
    answer = client.post(reverse("login"), {"username": "minh", "password": PASSWORD})
    assert answer.status_code == 302 and answer.url == "/"


def test_a_refused_login_says_so_in_words_and_keeps_the_name(client, minh):
    answer = client.post(reverse("login"), {"username": "minh", "password": "sai"})
    html = answer.content.decode()
    assert "Chưa đăng nhập được." in html and 'value="minh"' in html
    assert "khóa" not in html  # nobody is locked, only slowed down


def test_a_wrong_new_password_is_refused_in_vietnamese(signed_in):
    data = {"old_password": "x", "new_password1": "ngan", "new_password2": "ngan"}
    html = signed_in.post(reverse("password_change"), data).content.decode()
    assert "cần ít nhất 12 ký tự" in html and "Mật khẩu cũ không chính xác" in html
    assert "This" not in html


def test_a_new_password_holds(signed_in):
    new = "Trời-xanh-mây-trắng"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = signed_in.post(reverse("password_change"), data, follow=True)
    assert "Đã đổi mật khẩu" in answer.content.decode()
    assert signed_in.login(username="minh", password=new)


def test_a_refusal_says_why_and_shows_the_way_out(client, quang):
    client.force_login(quang)
    html = page(client, reverse("tasks:my_work"), status=403)
    assert "Không được phép" in html and "Về Bảng điều hành" in html


def test_an_unknown_address_shows_the_way_out(signed_in, settings):
    settings.DEBUG = False
    assert "Không tìm thấy trang này" in page(signed_in, "/khong-co/", status=404)


def test_an_unknown_address_tells_a_stranger_nothing(client, plan, settings):
    settings.DEBUG = False
    html = page(client, "/khong-co/", status=404)
    assert plan.unit.name not in html and "Đăng xuất" not in html


def test_a_page_of_an_unreadable_year_still_has_its_refusal(signed_in, settings):
    settings.DEBUG = False
    assert "Không tìm thấy trang này" in page(signed_in, "/?nam=1999", status=404)


def test_demo_data_is_named_on_every_page(signed_in, plan):
    assert "Dữ liệu minh họa" not in page(signed_in, reverse("more"))
    plan.has_demo_data = True
    plan.save(update_fields=["has_demo_data"])
    for name in FRAME:
        assert page(signed_in, reverse(name)).count("Dữ liệu minh họa") == 2


def test_a_past_day_is_named_and_leads_back_to_today(signed_in):
    html = page(signed_in, reverse("more") + "?nam=2022&tinh-den=2022-12-14")
    assert "Đang xem tình hình tại ngày <b>14/12/2022</b>, chỉ xem." in html
    assert 'href="/them/?nam=2022">Về hôm nay</a>' in html


def test_debug_is_shown_on_the_page(signed_in, settings):
    settings.DEBUG = True
    assert "DEBUG" in page(signed_in, reverse("more"))
    settings.DEBUG = False
    assert "DEBUG" not in page(signed_in, reverse("more"))


@pytest.mark.parametrize("name", [*FRAME, "login"])
def test_no_page_needs_inline_style_or_script(client, minh, name):
    if name != "login":
        client.force_login(minh)
    html = page(client, reverse(name))
    assert "style=" not in html and "<script>" not in html and "onclick" not in html


def test_an_administrator_changes_the_password_on_our_page_too(client, an):
    client.force_login(an)
    answer = client.get(reverse("admin:password_change"))
    assert answer.status_code == 302 and answer.url == reverse("password_change")


def test_an_office_without_a_plan_still_has_a_frame(client, nothing_loaded):
    user = User.objects.create_user("an", PASSWORD, full_name="Bùi An", role="administrator")
    client.force_login(user)
    assert "Kế hoạch cải cách hành chính" in page(client, reverse("more"))
