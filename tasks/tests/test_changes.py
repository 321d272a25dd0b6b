"""What changed since a day, where the plan itself changed meanwhile."""

from datetime import date

from tasks.changes import buckets_on, changed_since
from tasks.ledger import read_year
from tasks.tests.test_amending import BEFORE, SINCE, written

DECEMBER = date(2024, 12, 16)


def as_the_ledger_has_it(plan, day):
    occurrences = read_year(plan, 2024, day).occurrences
    return {(o.task_id, o.year, o.period): o.bucket for o in occurrences}


def test_what_an_amendment_brought_was_not_there_before_it(plan, thu):
    """A task added, one dropped, a lead and a deadline changed: each day as the ledger itself
    answers it."""
    written(plan, thu)
    ledger = read_year(plan, 2024, DECEMBER)
    days = (date(2024, 3, 1), BEFORE, SINCE)
    then = buckets_on(ledger, days)
    for day in days:
        assert then[day] == as_the_ledger_has_it(plan, day), day
    new = {o.code for o in ledger.occurrences} - {
        o.code for o in read_year(plan, 2024, BEFORE).occurrences
    }
    assert new == {"I.4"}
    assert new <= {o.code for o in changed_since(ledger, BEFORE)}, "it is told as a change"
