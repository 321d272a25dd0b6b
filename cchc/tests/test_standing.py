"""How the system stands: for a load balancer, for a watcher with the token, for the administrator."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cchc import audit, standing
from cchc.backups import history
from cchc.models import AuditEvent, User
from conftest import at
from tasks.models import Notice

NOON = at(2026, 11, 24, 12)
KEYS = ["database", "file_store", "disk", "backup", "trail", "demo_people", "mails"]


@pytest.fixture(autouse=True)
def noon(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def backed_up(db):
    audit.seal()
    history.note(history.MADE, at=NOON - timedelta(hours=10), file="a", size=1, head="0:")
    audit.seal()


def line(key) -> standing.Line:
    return next(line for line in standing.read_standing(NOON) if line.key == key)


def test_a_stranger_learns_only_that_it_answers(client, backed_up):
    answer = client.get("/suc-khoe/", headers={"authorization": "Bearer "})
    assert answer.status_code == 200 and answer.json() == {"ok": True}


def test_a_member_learns_no_more(client, backed_up, minh):
    client.force_login(minh)
    assert client.get("/suc-khoe/").json() == {"ok": True}


def test_the_token_opens_the_lines(client, backed_up, settings):
    settings.HEALTH_TOKEN = "Mã-theo-dõi"
    answer = client.get("/suc-khoe/", headers={"authorization": "Bearer sai"})
    assert answer.json() == {"ok": True}
    answer = client.get("/suc-khoe/", HTTP_AUTHORIZATION=b"Bearer Ma-theo-doi".decode())
    assert answer.json() == {"ok": True}
    settings.HEALTH_TOKEN = "Ma-theo-doi"
    told = client.get("/suc-khoe/", headers={"authorization": "Bearer Ma-theo-doi"})
    assert told.status_code == 200 and told.json()["ok"]
    assert [one["key"] for one in told.json()["lines"]] == KEYS


def test_the_administrator_reads_it_in_words(client, backed_up, an):
    client.force_login(an)
    page = client.get(reverse("system_state")).content.decode()
    assert "Tình trạng hệ thống" in page and "Bản tốt gần nhất cách đây 10 giờ." in page
    assert "cần xử lý" not in page and 'aria-current="true"' in page


@pytest.mark.parametrize("hours, good", [(26, True), (26.01, False)])
def test_a_stale_backup_is_red(client, db, settings, hours, good):
    settings.HEALTH_TOKEN = "t"
    history.note(history.MADE, at=NOON - timedelta(hours=hours))
    assert line("backup").good is good
    audit.seal()
    answer = client.get("/suc-khoe/", headers={"authorization": "Bearer t"})
    assert answer.status_code == (200 if good else 503)


def test_a_backup_that_failed_after_a_good_one_is_red_with_its_reason(db, backed_up):
    history.note(history.FAILED, at=NOON - timedelta(hours=1), why="No space left")
    assert not line("backup").good and "No space left" in line("backup").words
    history.note(history.MADE, at=NOON)
    assert line("backup").good


def test_no_backup_at_all_is_red(db):
    assert line("backup") == standing.Line("backup", "Sao lưu", "Chưa có bản nào.", False)


def test_rows_without_their_seal_are_red(db, backed_up):
    waits = {"verb": "read", "target_type": "plan", "target_id": 1, "by": None}
    AuditEvent.objects.create(at=NOON - timedelta(minutes=6), **waits)
    assert line("trail").words == "1 bản ghi chờ niêm quá 5 phút." and not line("trail").good


def test_a_store_that_takes_no_file_is_red_and_the_rest_is_still_told(db, backed_up, settings, log):
    blocked = settings.DATA_DIR / "not a folder"
    blocked.write_text("")
    settings.MEDIA_ROOT = blocked
    assert not line("file_store").good and "Không kiểm được" in line("file_store").words
    assert line("database").good and "ERROR" in log.getvalue()


def test_urgent_mails_that_stay_are_red(db, backed_up, minh):
    User.objects.filter(pk=minh.pk).update(email="minh@example.vn")
    row = {"user": minh, "kind": Notice.Kind.values[0], "words": "Trả lại", "urgent": True}
    Notice.objects.create(key="1", created_at=NOON - timedelta(days=2), **row)
    assert line("mails").good
    Notice.objects.create(key="2", created_at=NOON - timedelta(days=4), **row)
    assert not line("mails").good and "1 thư khẩn" in line("mails").words


def test_demo_people_are_red_only_where_it_is_earnest(db, minh, settings):
    User.objects.filter(pk=minh.pk).update(is_demo=True)
    settings.INSECURE_HTTP = True
    assert line("demo_people").good
    settings.INSECURE_HTTP = False
    assert not line("demo_people").good


def test_looking_changes_nothing(client, db, backed_up, an):
    client.force_login(an)
    before = AuditEvent.objects.count()
    client.get(reverse("system_state"))
    assert AuditEvent.objects.count() == before
