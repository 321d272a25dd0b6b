"""Accounts that nobody uses are switched off, just those, and one administrator always stays."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from cchc import audit
from cchc.models import AuditEvent, User
from conftest import at

NOW = at(2024, 12, 16)
LIMIT = timedelta(days=45)
SECOND = timedelta(seconds=1)


def last_used(person, moment, column="last_login"):
    User.objects.filter(pk=person.pk).update(**{column: moment})


def run() -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("disable_idle", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def used(db, an, minh, hoa, thu):
    """An and Minh lately, Hoa never; all joined long ago."""
    User.objects.update(joined_on=NOW - 2 * LIMIT)
    for person in (an, minh, thu):
        last_used(person, NOW)


def test_just_those_beyond_the_limit_and_each_is_told(minh, hoa, thu):
    last_used(minh, NOW - LIMIT)
    last_used(thu, NOW - LIMIT - SECOND)
    assert run() == "Đã ngừng 2 tài khoản: hoa, thu.\n"
    assert set(User.objects.filter(is_active=False)) == {hoa, thu}
    told = AuditEvent.objects.filter(verb="idle_disabled")
    assert {(event.target_id, event.by, event.at) for event in told} == {
        (hoa.pk, None, NOW),
        (thu.pk, None, NOW),
    }
    assert run() == "Đã ngừng 0 tài khoản.\n" and told.count() == 2


def test_who_joined_lately_has_time_to_sign_in(hoa):
    last_used(hoa, NOW - LIMIT, "joined_on")
    assert run() == "Đã ngừng 0 tài khoản.\n"


def test_the_last_administrators_stay(an):
    last_used(an, NOW - 2 * LIMIT)
    assert "an" not in run().removeprefix("Đã ngừng").split(": ")[-1].rstrip(".\n").split(", ")
    assert User.objects.get(pk=an.pk).is_active


def test_who_was_switched_on_again_lately_has_time_to_sign_in(hoa, an):
    audit.record(by=an, verb="user_changed", target=hoa, at=NOW - LIMIT, is_active=True)
    assert run() == "Đã ngừng 0 tài khoản.\n"


def test_somebody_elses_tries_to_sign_in_keep_no_account_alive(hoa):
    audit.record(by=None, verb="sign_in_failed", target=hoa, at=NOW)
    assert run() == "Đã ngừng 1 tài khoản: hoa.\n"
