"""Two hosts have the same timer: the night's work is done once."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cchc.scheduling import LONGEST, ScheduledRun, run_once
from conftest import at

NIGHT = at(2024, 12, 16, 3)
DAY = date(2024, 12, 16)


def by(host, work, now=NIGHT):
    return run_once("fsck", DAY, host=host, now=lambda: now, work=work)


def broken():
    raise CommandError("Thiếu một tệp.")


def test_the_second_host_leaves_it_to_the_first(db):
    done = []
    assert by("may-1", lambda: done.append("may-1")) is None
    other = by("may-2", lambda: done.append("may-2"))
    assert done == ["may-1"]
    assert (other.host, other.done_at) == ("may-1", NIGHT)


def test_while_the_first_is_at_it_the_second_does_nothing(db):
    found = []
    by("may-1", lambda: found.append(by("may-2", lambda: found.append("twice"))))
    assert [(run.host, run.done_at) for run in found] == [("may-1", None)]


def test_after_a_failure_another_host_may_try(db):
    with pytest.raises(CommandError, match="Thiếu một tệp"):
        by("may-1", broken)
    done = []
    assert by("may-2", lambda: done.append(1)) is None
    assert done == [1]


def test_a_run_that_never_came_back_holds_nobody_up_for_good(db):
    ScheduledRun.objects.create(name="fsck", day=DAY, host="may-1", began_at=NIGHT)
    done = []
    assert by("may-2", lambda: done.append(1), NIGHT + LONGEST).host == "may-1"
    assert by("may-2", lambda: done.append(1), NIGHT + LONGEST + timedelta(seconds=1)) is None
    assert done == [1]


def test_the_command_of_the_timer(db):
    said = StringIO()
    with time_machine.travel(NIGHT):
        call_command("once", "verify_audit", stdout=said)
        call_command("once", "verify_audit", stdout=said)
    first, second = said.getvalue().strip().splitlines()
    assert "chuỗi nguyên vẹn" in first
    assert second.startswith("verify_audit: máy ") and second.endswith(
        "đã chạy hôm nay, lần này bỏ qua."
    )


def test_the_command_hands_on_arguments_and_refuses_what_is_no_command(db):
    with time_machine.travel(NIGHT), pytest.raises(CommandError):
        call_command("once", "verify_audit", "--anchor", "99:khong-co")
    assert not ScheduledRun.objects.exists()
    with pytest.raises(CommandError, match="Không có lệnh “fskc”"):
        call_command("once", "fskc")
