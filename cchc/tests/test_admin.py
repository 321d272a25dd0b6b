import pytest
from django.urls import reverse

from cchc.models import AuditEvent, Unit, User
from conftest import PASSWORD

UNIT_ADD = "/quan-tri/cchc/unit/add/"
USER_ADD = "/quan-tri/cchc/user/add/"
STRONG = "Sông Trà Khúc 2024"


def unit_url(unit, page="change"):
    return reverse(f"admin:cchc_unit_{page}", args=[unit.pk])


def user_url(user):
    return reverse("admin:cchc_user_change", args=[user.pk])


def unit_form(unit=None, **changes):
    values = {
        "code": unit.code if unit else "BTCD",
        "name": unit.name if unit else "Ban Tiếp công dân",
        "short_name": unit.short_name if unit else "BTCD",
        "kind": unit.kind if unit else "unit",
        "parent": (unit.parent_id or "") if unit else "",
        "position": unit.position if unit else 9,
        "valid_from": "",
        "valid_to": "",
        "successor": "",
    }
    return values | changes


def user_form(**changes):
    return {
        "username": "tam",
        "full_name": "Lê Thị Tâm",
        "title": "",
        "email": "",
        "role": "member",
        "unit": Unit.objects.get(code="HCQT").pk,
        "password1": STRONG,
        "password2": STRONG,
    } | changes


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


@pytest.fixture
def admin(client, an):
    client.force_login(an)
    return client


@pytest.mark.parametrize("who", ["lan", "hung", "thu", "quang"])
def test_only_administrators_enter(client, plan, request, who):
    client.force_login(request.getfixturevalue(who))
    for url in ("/quan-tri/", UNIT_ADD, USER_ADD):
        assert client.get(url).status_code == 403
    assert client.post(USER_ADD, user_form()).status_code == 403
    assert not User.objects.filter(username="tam").exists()


def test_a_stranger_is_sent_to_our_login_page(client, plan):
    page = client.get("/quan-tri/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/dang-nhap/?next=/quan-tri/")
    assert client.post(UNIT_ADD, unit_form()).status_code == 302
    assert not Unit.objects.filter(code="BTCD").exists()


def test_every_list_and_page_opens_in_vietnamese(admin, plan):
    page = admin.get("/quan-tri/")
    html = page.content.decode()
    assert "Đơn vị, người dùng, danh mục" in html and "/auth/group/" not in html
    for name in ("unit", "user", "auditevent"):
        assert admin.get(f"/quan-tri/cchc/{name}/").status_code == 200
    assert admin.get(unit_url(Unit.objects.get(code="HCQT"))).status_code == 200
    assert admin.get(UNIT_ADD).status_code == 200 and admin.get(USER_ADD).status_code == 200


@pytest.mark.parametrize("name", ["cchc/user", "cchc/unit", "cchc/auditevent", "tasks/task"])
def test_a_search_that_is_too_long_is_refused_in_words(admin, plan, name):
    """A thousand times longer than any name: SQLite would give up on the pattern."""
    answer = admin.get(f"/quan-tri/{name}/", {"q": "ệ" * 60_000})
    page = answer.content.decode()
    assert answer.status_code == 200 and "đến 200 chữ cái" in page
    assert (
        "đến 200 chữ cái" not in admin.get(f"/quan-tri/{name}/", {"q": "ệ" * 200}).content.decode()
    )


def test_a_new_unit_gets_its_place_in_the_tree(admin, plan):
    office = Unit.objects.get(code="VP")
    assert admin.post(UNIT_ADD, unit_form(parent=office.pk)).status_code == 302
    unit = Unit.objects.get(code="BTCD")
    assert unit.path == office.path + "BTCD/"
    event = events("admin_added").get()
    assert (event.target_id, event.target_type) == (unit.pk, "unit")
    assert event.detail["changes"]["name"] == [None, "Ban Tiếp công dân"]


def test_a_unit_that_moves_takes_along_what_is_below_it(admin, plan):
    office = Unit.objects.get(code="VP")
    group = Unit.objects.create(
        code="KHOI", name="Khối", short_name="Khối", kind="group", parent=office, path="/VP/KHOI/"
    )
    unit = Unit.objects.get(code="HCQT")
    below = Unit.objects.create(
        code="TO", name="Tổ", short_name="Tổ", parent=unit, path=unit.path + "TO/"
    )
    assert admin.post(unit_url(unit), unit_form(unit, parent=group.pk)).status_code == 302
    unit.refresh_from_db()
    below.refresh_from_db()
    assert (unit.path, below.path) == ("/VP/KHOI/HCQT/", "/VP/KHOI/HCQT/TO/")


def test_a_unit_is_never_below_itself(admin, plan):
    office, unit = Unit.objects.get(code="VP"), Unit.objects.get(code="HCQT")
    page = admin.post(unit_url(office), unit_form(office, parent=unit.pk))
    assert "không thể thuộc chính nó" in page.content.decode()
    page = admin.post(unit_url(unit), unit_form(unit, parent=unit.pk))
    assert "không thể thuộc chính nó" in page.content.decode()
    unit.refresh_from_db()
    assert unit.path == office.path + "HCQT/" and not events("admin_changed")


def test_a_code_is_given_once(admin, plan):
    unit = Unit.objects.get(code="HCQT")
    admin.post(unit_url(unit), unit_form(unit, code="KHAC", name="Phòng HC-QT"))
    unit.refresh_from_db()
    assert (unit.code, unit.name) == ("HCQT", "Phòng HC-QT")


def test_days_are_read_day_first_and_in_order(admin, plan):
    unit = Unit.objects.get(code="HCQT")
    page = admin.post(
        unit_url(unit), unit_form(unit, valid_from="03/11/2024", valid_to="02/11/2024")
    )
    assert "Ngày kết thúc không thể trước ngày bắt đầu." in page.content.decode()
    admin.post(unit_url(unit), unit_form(unit, valid_from="03/11/2024"))
    unit.refresh_from_db()
    assert (unit.valid_from.day, unit.valid_from.month) == (3, 11)


def test_a_unit_in_use_cannot_be_deleted_and_the_page_says_why(admin, lan, plan):
    unit = Unit.objects.get(code="HCQT")
    url = unit_url(unit, "delete")
    assert "Nguyễn Thị Lan" in admin.get(url).content.decode()
    assert "Nguyễn Thị Lan" in admin.post(url, {"post": "yes"}).content.decode()
    assert Unit.objects.filter(code="HCQT").exists() and not events("admin_deleted")


def test_a_unit_entered_by_mistake_goes_and_leaves_a_trace(admin, plan):
    admin.post(UNIT_ADD, unit_form(parent=Unit.objects.get(code="VP").pk))
    unit = Unit.objects.get(code="BTCD")
    admin.post(unit_url(unit, "delete"), {"post": "yes"})
    assert not Unit.objects.filter(code="BTCD").exists()
    assert events("admin_deleted").get().detail == {"name": "Ban Tiếp công dân"}


def test_a_new_person_can_sign_in(admin, client, plan):
    assert admin.post(USER_ADD, user_form()).status_code == 302
    user = User.objects.get(username="tam")
    assert user.check_password(STRONG) and user.role == "member" and user.unit.code == "HCQT"
    detail = events("admin_added").get().detail
    assert detail["changes"]["username"] == [None, "tam"]
    assert STRONG not in str(detail) and "password" not in str(detail)


@pytest.mark.parametrize(
    "changes",
    [
        {"password1": "ngan", "password2": "ngan"},
        {"password1": "password1234", "password2": "password1234"},
        {"password2": "Khác hẳn 2024!"},
        {"password1": "", "password2": ""},
        {"unit": ""},
        {"role": "emperor"},
        {"username": ""},
    ],
)
def test_a_weak_password_or_a_person_without_a_place_is_refused(admin, plan, changes):
    page = admin.post(USER_ADD, user_form(**changes))
    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert not User.objects.filter(username="tam").exists() and not events("admin_added")


def test_an_administrator_needs_no_unit(admin, plan):
    admin.post(USER_ADD, user_form(role="administrator", unit=""))
    assert User.objects.get(username="tam").unit is None


def test_a_change_of_role_is_traced_from_what_to_what(admin, lan, plan):
    form = {
        "username": "lan",
        "full_name": lan.full_name,
        "title": "",
        "email": "",
        "role": "head",
        "unit": lan.unit_id,
        "is_active": "on",
    }
    assert admin.post(user_url(lan), form).status_code == 302
    assert events("admin_changed").get().detail == {"changes": {"role": ["member", "head"]}}


def test_nobody_locks_themselves_out(admin, an):
    form = {"username": "an", "full_name": "Bùi An", "title": "", "email": "", "role": "member"}
    admin.post(user_url(an), form)
    an.refresh_from_db()
    assert an.is_administrator


def test_a_password_is_set_anew_but_not_a_weak_one(admin, lan):
    url = reverse("admin:auth_user_password_change", args=[lan.pk])
    page = admin.post(url, {"password1": "ngan", "password2": "ngan"})
    assert page.status_code == 200
    lan.refresh_from_db()
    assert lan.check_password(PASSWORD) and not events("admin_password_set")
    assert admin.post(url, {"password1": STRONG, "password2": STRONG}).status_code == 302
    lan.refresh_from_db()
    assert lan.check_password(STRONG)
    event = events("admin_password_set").get()
    assert (event.target_id, event.detail) == (lan.pk, {})


def test_people_and_the_audit_trail_stay(admin, an, lan, plan):
    admin.post(UNIT_ADD, unit_form(parent=Unit.objects.get(code="VP").pk))
    event = events("admin_added").get()
    for name, pk in (("user", lan.pk), ("auditevent", event.pk)):
        url = reverse(f"admin:cchc_{name}_delete", args=[pk])
        assert admin.post(url, {"post": "yes"}).status_code == 403
    assert admin.get("/quan-tri/cchc/auditevent/add/").status_code == 403
    page = reverse("admin:cchc_auditevent_change", args=[event.pk])
    assert admin.get(page).status_code == 200
    assert admin.post(page, {"verb": "nothing"}).status_code == 403
    event.refresh_from_db()
    assert event.verb == "admin_added"


def test_nothing_is_kept_when_the_audit_row_fails(admin, plan, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("no audit")

    monkeypatch.setattr("cchc.audit.record", fail)
    with pytest.raises(RuntimeError):
        admin.post(UNIT_ADD, unit_form(parent=Unit.objects.get(code="VP").pk))
    assert not Unit.objects.filter(code="BTCD").exists()
