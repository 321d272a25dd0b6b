from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cchc import saving
from cchc.models import AuditEvent, SavedView
from conftest import at

NOW = at(2024, 12, 16, 8)
LIST, NEW = reverse("saved_views"), reverse("saved_view_new")
OVERDUE = "/ke-hoach/?trang-thai=qua-han&don-vi=TTPVKS"


def save(client, user, name="Quá hạn", path=OVERDUE, when="hom-nay", **more):
    client.force_login(user)
    sent = {"name": name, "path": path, "when": when, "day": "2024-12-09", "year": "2024"}
    return client.post(NEW, sent | more)


@time_machine.travel(NOW, tick=False)
def test_a_view_is_kept_listed_opened_renamed_and_deleted(client, plan, minh):
    assert save(client, minh).url == OVERDUE
    view = SavedView.objects.get()
    assert view.user == minh and "Quá hạn" in client.get(LIST).content.decode()
    menu = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in menu and reverse("saved_view", args=[view.pk]) in menu
    opened = client.get(reverse("saved_view", args=[view.pk]), follow=True)
    assert opened.status_code == 200 and opened.context["chosen"].status == "qua-han"
    client.post(reverse("saved_view_rename", args=[view.pk]), {"name": "  Việc  trễ "})
    view.refresh_from_db()
    assert view.name == "Việc trễ"
    client.post(reverse("saved_view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()
    verbs = AuditEvent.objects.filter(by=minh).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["view_saved", "view_renamed", "view_deleted"]


@time_machine.travel(NOW, tick=False)
def test_the_day_is_kept_or_is_always_today(client, plan, quang):
    path = "/?nam=2023&tinh-den=2023-06-14"
    save(client, quang, "Luôn mới", path)
    save(client, quang, "Giữ ngày", path, "giu-ngay", day="2023-06-14")
    save(client, quang, "Giữ hôm nay", "/", "giu-ngay", day="2024-12-16")
    paths = dict(SavedView.objects.values_list("name", "path"))
    assert paths["Luôn mới"] == "/?nam=2023"
    assert saving.day_of(paths["Giữ ngày"]) == date(2023, 6, 14)
    assert paths["Giữ hôm nay"] == "/?tinh-den=2024-12-16&nam=2024"
    html = client.get(LIST).content.decode()
    assert "giữ ngày 14/06/2023" in html and "luôn là hôm nay" in html


@time_machine.travel(NOW, tick=False)
def test_a_name_is_replaced_only_when_told(client, plan, minh):
    save(client, minh)
    other = "/ke-hoach/?trang-thai=vuong-mac"
    refused = save(client, minh, path=other)
    assert refused.status_code == 422
    assert "Đã có cách xem tên" in refused.content.decode()
    assert 'type="checkbox" name="replace"' in refused.content.decode()
    assert SavedView.objects.get().path == OVERDUE
    save(client, minh, path=other, replace="on")
    assert SavedView.objects.get().path == other
    save(client, minh, path=other)  # the same again
    assert SavedView.objects.count() == 1


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "path",
    ["https://evil.vn/", "//evil.vn/ke-hoach/", "/\\evil.vn", "/khong-co/", "/dang-xuat/", "ke-hoach/",
     "javascript:alert(1)", "/ke-hoach/?q=" + "a" * 1000],
)  # fmt: skip
def test_only_pages_of_ours_with_filters_are_kept(client, plan, minh, path):
    assert save(client, minh, path=path).status_code == 422
    assert not SavedView.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_thirty_are_enough(client, plan, minh):
    SavedView.objects.bulk_create(
        SavedView(user=minh, name=f"Cách {n}", path="/ke-hoach/", created_at=NOW)
        for n in range(saving.MOST)
    )
    refused = save(client, minh, "Một nữa")
    assert refused.status_code == 422 and "nhiều nhất 30" in refused.content.decode()


@time_machine.travel(NOW, tick=False)
def test_what_its_owner_may_no_longer_open_answers_as_any_address(client, plan, minh):
    save(client, minh, "Việc", "/viec-cua-don-vi/")
    view = SavedView.objects.get()
    minh.role = "leader"
    minh.save()
    client.force_login(minh)
    opened = client.get(reverse("saved_view", args=[view.pk]), follow=True)
    assert opened.status_code == 403


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("name", list(saving.PAGES))
def test_each_page_with_filters_offers_to_keep_it(client, plan, minh, name):
    client.force_login(minh)
    address = reverse(name)
    html = client.get(f"{address}?nam=2024&tinh-den=2024-12-09").content.decode()
    assert f"{NEW}?path={address.replace('/', '%2F')}%3Fnam%3D2024" in html
    form = client.get(f"{NEW}?path={address}%3Fnam%3D2024&day=2024-12-09&year=2024")
    assert "Giữ ngày 09/12/2024" in form.content.decode()
