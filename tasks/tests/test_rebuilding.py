"""The cache must be what the history says."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cchc.models import AuditEvent
from conftest import at
from tasks.models import Assignment
from tasks.tests.story import fresh, give_back, report, send, verify


@pytest.fixture
def lived(assignment_of, minh, hoa, thu):
    """Some work with a life behind it."""
    first, second = assignment_of("I.2/2024"), assignment_of("VII.1/2024")
    report(first, minh, at(2024, 1, 20), difficulty="Vướng", proposal="Gỡ")
    send(first, minh)
    verify(first, thu, at(2024, 3, 1))
    send(second, hoa, date(2024, 2, 15))
    give_back(second, thu, at(2024, 2, 20))
    return first


def run(**options):
    out = StringIO()
    call_command("rebuild_state", stdout=out, **options)
    return out.getvalue()


def test_nothing_differs_after_ordinary_work(lived):
    assert run() == f"{Assignment.objects.count()} phần việc, 0 chỗ khác.\n"


def test_a_cache_changed_behind_the_history_is_named_and_put_right(lived):
    Assignment.objects.filter(pk=lived.pk).update(done_on=date(2024, 1, 1), products_issued=9)
    with pytest.raises(CommandError, match="2 chỗ khác"):
        run()
    assert "done_on ghi 2024-01-01, lịch sử cho 2024-02-19" in run(write=True)
    assert fresh(lived).done_on == date(2024, 2, 19)
    assert AuditEvent.objects.filter(verb="state_rebuilt").count() == 2
    assert "0 chỗ khác" in run()


def test_it_takes_as_many_queries_for_more_work(lived, django_assert_num_queries):
    with django_assert_num_queries(3):
        run()
