"""Which passwords are taken: one table, on every path that sets one."""

import unicodedata
from io import StringIO
from unittest import mock

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from cchc.models import Unit, User
from conftest import PASSWORD

NFC = unicodedata.normalize("NFC", "Sông Trà Khúc chiều về")
NFD = unicodedata.normalize("NFD", NFC)
GOOD = [
    NFC, NFD, "Trời-xanh-mây-trắng", "thuyen ra cua bien sang", "ba cây chụm lại nên hòn",
    "sông trà khúc 2024", "móc câu trăng khuyết", "🌊🌊 sóng vỗ bờ xa 🌊", "xjw8-pqz4-mmr2-kk",
    "correct horse battery staple", "        khoảng trắng        ", "n" * 60 + "gió lành thổi qua" + "n" * 51,
    "Dừa xanh 12 trái ngọt", "ÂẤẦẨẪẬ ĂẮẰẲẴẶ x", "'; DROP TABLE users; --", "<b>đậm đà nước mắm</b>",
    "đường về nhà em xa", "１２ full width kana",
]  # fmt: skip
BAD = [
    "", "ngan", "muoi mot ky", "Ab1!Ab1!Ab1", "password1234", "Password1234!", "matkhau123456",
    "Mật khẩu của tôi", "MẬT-KHẨU-2024-xyz", "m a t k h a u quen roi", "QuangNgai2024!!",
    "Quảng Ngãi quê tôi", "cchc-minh-hoa-2025", "CCHC cua tinh nha", "cải cách hành chính 1",
    "văn phòng làm việc", "qwertyuiop12345", "iloveyou12345678", "aaaaaaaaaaaaaaa", "abababababababab",
    "123456789012345", "Tran Van Minh 2024", "minh-tran-2024-11", "MinhMinhMinh2024",
    "TTPVKS mai dinh cao", "x" * 129, "gió lành " * 15,
]  # fmt: skip


def refused(password, user) -> bool:
    try:
        validate_password(password, user)
    except ValidationError as error:
        assert all(
            message and not message.startswith(("This", "The ")) for message in error.messages
        )
        return True
    return False


def by_form(client, minh, an, password):
    client.force_login(minh)
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    return client.post("/doi-mat-khau/", form).status_code == 422


def by_administrator(client, minh, an, password):
    client.force_login(an)
    page = reverse("admin:auth_user_password_change", args=[minh.pk])
    return client.post(page, {"password1": password, "password2": password}).status_code == 200


def by_addition(client, minh, an, password):
    client.force_login(an)
    form = {"full_name": minh.full_name, "title": "", "email": "", "role": "member"}
    form |= {"username": "minh2", "unit": Unit.objects.get(code="TTPVKS").pk}
    form |= {"password1": password, "password2": password}
    return client.post(reverse("admin:cchc_user_add"), form).status_code == 200


def by_command(client, minh, an, password):
    given = iter([password, password] * 3)
    with mock.patch("getpass.getpass", lambda prompt=None: next(given)):
        try:
            call_command("changepassword", "minh", stdout=StringIO(), stderr=StringIO())
        except CommandError:
            return True
    return False


def test_forty_five_passwords(minh):
    assert len(GOOD) + len(BAD) == 45
    assert [p for p in GOOD if refused(p, minh)] == []
    assert [p for p in BAD if not refused(p, minh)] == []


@pytest.mark.parametrize("path", [by_form, by_administrator, by_addition, by_command])
def test_every_path_has_the_same_rules(path, client, minh, an):
    for password in BAD[1:]:
        assert path(client, minh, an, password), password
    good = GOOD[0]
    assert not path(client, minh, an, good)
    who = User.objects.get(username="minh2" if path is by_addition else "minh")
    assert who.check_password(good)
    assert bool(who.temporary_until) == (path in (by_administrator, by_addition))


def test_an_administrator_needs_fifteen(an, minh):
    fourteen = "sóng vỗ bờ 14x"
    assert len(fourteen) == 14
    assert refused(fourteen, an) and not refused(fourteen, minh)
    assert not refused(fourteen + "y", an)


def test_the_first_administrator_too(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "sóng vỗ bờ 14x")
    made = {"username": "goc", "full_name": "Người gốc", "interactive": False}
    with pytest.raises(CommandError, match="cần ít nhất 15 ký tự với quản trị hệ thống"):
        call_command("createsuperuser", **made)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "sóng vỗ bờ mười lăm")
    call_command("createsuperuser", **made, stdout=StringIO())
    made = User.objects.get(username="goc")
    assert made.role == "administrator" and not made.temporary_until


@pytest.mark.parametrize("typed", [NFC, NFD])
@pytest.mark.parametrize("kept", [NFC, NFD])
def test_a_password_is_the_same_however_the_keyboard_composes_it(client, minh, kept, typed):
    minh.set_password(kept)
    minh.save()
    answer = client.post("/dang-nhap/", {"username": "minh", "password": typed})
    assert answer.status_code == 302
