"""The audit chain: what tampering with the trail leaves behind, and what the database refuses."""

from importlib import import_module
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cchc import audit
from cchc.models import AuditEvent
from conftest import at

NOON = at(2024, 12, 16, 12)


@pytest.fixture
def chain(opened, thu):
    """Ten rows after those of the plan's loading, all sealed."""
    for number in range(10):
        audit.record(
            by=thu, verb="update_posted", target=opened, at=NOON, words=f"Đã trình lần {number}"
        )
    audit.seal()
    return list(AuditEvent.objects.order_by("place"))


def tamper(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def unsealed(*, by, target, when):
    """As a write leaves it on PostgreSQL until its commit."""
    told = {"target_type": "plan", "target_id": target.pk, "by": by, "at": when}
    return AuditEvent.objects.create(verb="update_posted", **told)


def test_an_untouched_chain_holds_and_names_its_head(chain):
    found = audit.verify(at=NOON)
    assert found.broken is None and found.unsealed == 0
    assert found.head == audit.Head(len(chain), chain[-1].mac) == audit.head()
    assert [event.place for event in chain] == list(range(1, len(chain) + 1))


def test_sealing_twice_seals_once(chain):
    assert audit.seal() == 0


@pytest.mark.parametrize(
    "column, value",
    [
        ("verb", "update_verified"),
        ("detail", '{"words": "Đã trình lần chín"}'),
        ("by_id", None),
        ("at", "2024-12-15 05:00:00+00:00"),
        ("origin", "10.0.0.9"),
        ("target_id", 99),
    ],
)
def test_an_edited_row_is_named(chain, column, value):
    edited = chain[-4]
    tamper(f"UPDATE cchc_auditevent SET {column} = %s WHERE id = %s", value, edited.pk)
    assert f"số {edited.pk} " in audit.verify(at=NOON).broken


def test_a_row_taken_out_of_the_middle_is_named_by_its_place(chain):
    gone = chain[-5]
    tamper("DELETE FROM cchc_auditevent WHERE id = %s", gone.pk)
    assert f"Thiếu bản ghi ở thứ tự {gone.place} " in audit.verify(at=NOON).broken


def test_two_rows_that_change_places_are_found(chain):
    one, other = chain[-3], chain[-2]
    tamper("UPDATE cchc_auditevent SET place = -1 WHERE id = %s", one.pk)
    tamper("UPDATE cchc_auditevent SET place = %s WHERE id = %s", one.place, other.pk)
    tamper("UPDATE cchc_auditevent SET place = %s WHERE id = %s", other.place, one.pk)
    assert f"số {other.pk} " in audit.verify(at=NOON).broken


def test_a_tail_cut_off_is_found_by_the_head_noted_elsewhere(chain):
    noted = audit.head()
    tamper("DELETE FROM cchc_auditevent WHERE id IN (%s, %s)", chain[-1].pk, chain[-2].pk)
    assert audit.verify(at=NOON).broken is None  # from inside nobody can tell
    told = audit.verify(at=NOON, anchor=noted).broken
    assert told == f"Chuỗi chỉ còn {noted.count - 2} bản ghi; dấu đã ghi lại có {noted.count}."


def test_a_chain_made_anew_with_another_key_is_not_ours(chain, settings):
    noted = audit.head()
    AuditEvent.objects.update(place=None, mac="")
    settings.AUDIT_KEY = "khóa của kẻ khác"
    audit.seal()
    assert "dấu đã ghi lại" in audit.verify(at=NOON, anchor=noted).broken
    settings.AUDIT_KEY = "khóa của chuỗi nhật ký"
    assert "không đúng với dấu niêm" in audit.verify(at=NOON).broken


def test_rows_that_wait_too_long_for_their_seal_are_counted(chain, thu, opened):
    unsealed(by=thu, target=opened, when=at(2024, 12, 16, 11, 50))
    assert audit.verify(at=NOON).unsealed == 1


def test_a_write_is_sealed_with_it_or_right_after_its_commit(
    opened, django_capture_on_commit_callbacks
):
    audit.seal()
    before = audit.head().count
    apart = connection.vendor == "postgresql"  # where nobody waits for it inside
    with django_capture_on_commit_callbacks(execute=True) as after, transaction.atomic():
        audit.record(by=None, verb="plan_read", target=opened, at=NOON)
        audit.record(by=None, verb="plan_read", target=opened, at=NOON)
        assert audit.head().count == before + (0 if apart else 2)
    assert len(after) == (1 if apart else 0)  # once for both
    assert audit.head().count == before + 2
    assert audit.verify(at=NOON).broken is None


def test_a_write_behind_rows_that_wait_for_their_seal_is_sealed_after_them(
    opened, thu, django_capture_on_commit_callbacks
):
    audit.seal()
    older = unsealed(by=thu, target=opened, when=NOON)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        newer = audit.record(by=None, verb="plan_read", target=opened, at=NOON, days=(1, 2))
    older.refresh_from_db()
    newer.refresh_from_db()
    assert newer.place == older.place + 1 == audit.head().count
    assert audit.verify(at=NOON).broken is None


def test_what_is_taken_back_leaves_no_gap(opened):
    audit.seal()
    before = audit.head()
    with pytest.raises(KeyError), transaction.atomic():
        audit.record(by=None, verb="plan_read", target=opened, at=NOON)
        raise KeyError
    assert audit.head() == before
    told = [("plan_read", opened, {"days": (n, n)}) for n in range(3)]
    audit.record_many(told, by=None, at=NOON)
    audit.seal()
    assert audit.verify(at=NOON).broken is None and audit.head().count == before.count + 3


@time_machine.travel(NOON, tick=False)
def test_the_command_tells_the_head_and_fails_on_a_broken_chain(chain):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"Dấu đầu chuỗi: {audit.head()}" in out.getvalue()
    call_command("verify_audit", anchor=str(audit.head()), stdout=StringIO())
    with pytest.raises(CommandError, match="Dấu đầu chuỗi viết như"):
        call_command("verify_audit", anchor="đầu chuỗi")
    tamper("UPDATE cchc_auditevent SET verb = 'x' WHERE id = %s", chain[3].pk)
    with pytest.raises(CommandError, match=f"Bản ghi số {chain[3].pk} "):
        call_command("verify_audit", stdout=StringIO())


def test_the_database_refuses_to_change_or_remove_a_row(opened):
    """The migration's own guard, which the other tests go without."""
    guard = import_module("cchc.migrations.0005_audit_chain")
    audit.seal()
    event = unsealed(by=None, target=opened, when=NOON)
    guard.guard(None, connection.schema_editor(atomic=False))
    for change in (
        lambda: AuditEvent.objects.filter(pk=event.pk).update(verb="khác"),
        lambda: AuditEvent.objects.filter(place=1).update(mac="0"),
        lambda: AuditEvent.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match=guard.REFUSAL), transaction.atomic():
            change()
    assert audit.seal() == 1  # once is allowed


def test_a_row_says_from_where_it_came(client, thu, opened):
    client.force_login(thu)
    kept = {"name": "Quá hạn", "path": "/ke-hoach/", "when": "hom-nay", "day": "16/12/2024"}
    client.post("/cach-xem/luu/", kept, REMOTE_ADDR="10.1.2.3", HTTP_X_REAL_IP="10.9.9.9")
    assert AuditEvent.objects.order_by("pk").last().origin == "10.1.2.3"
