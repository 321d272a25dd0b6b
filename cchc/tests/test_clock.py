"""The office's day at the instants where UTC still has another, and that nothing else asks the time."""

import ast
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from cchc import clock
from cchc.tests.test_architecture import CODE, name
from tasks.ledger import end_of

# 23:59:59 and 00:00:00 in the office, by UTC: end of a month, a quarter, a year, 29 February.
INSTANTS = [
    ("2026-10-31T16:59:59", date(2026, 10, 31)),
    ("2026-10-31T17:00:00", date(2026, 11, 1)),
    ("2026-03-31T16:59:59", date(2026, 3, 31)),
    ("2026-03-31T17:00:00", date(2026, 4, 1)),
    ("2026-12-31T16:59:59", date(2026, 12, 31)),
    ("2026-12-31T17:00:00", date(2027, 1, 1)),
    ("2028-02-28T17:00:00", date(2028, 2, 29)),
    ("2028-02-29T17:00:00", date(2028, 3, 1)),
]
ASKS = {"now", "today", "utcnow"}
ASKS_WITHOUT_ARGUMENTS = {"localdate", "localtime"}
CLOCKS = {"datetime", "date", "timezone", "time"}
SUSPECT = re.compile(
    r"(datetime|date|timezone|time)\.(now|today|utcnow|localdate|localtime)\b"
    r"|(now\([^)]*\)|_at|\bat|\bnow)\.(date|year|month|day|hour)\b"
)
MAY_ASK = {"cchc/clock.py", "cchc/models.py"}  # a model's default is a function of Django's


@pytest.mark.parametrize("instant, day", INSTANTS)
def test_the_day_is_the_offices(instant, day):
    moment = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert clock.today() == clock.local_day(clock.now()) == day
        assert clock.local_time(clock.now()) in ("23:59", "00:00")
    assert end_of(day - timedelta(days=1)) <= moment < end_of(day)


def asked(tree: ast.AST) -> list[str]:
    """`datetime.now(...)` and its like; `.date()`, `.year` and the like of a stored or a present
    moment, which is one in UTC."""
    bare = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call) and not n.args}
    found = []
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Attribute)):
        owner = node.value
        asks = node.attr in ASKS or (node.attr in ASKS_WITHOUT_ARGUMENTS and id(node) in bare)
        if asks and isinstance(owner, ast.Name) and owner.id in CLOCKS:
            found.append(f"{node.lineno}: {owner.id}.{node.attr}")
        if node.attr in ("date", "year", "month", "day", "hour") and is_moment(owner):
            found.append(f"{node.lineno}: a moment's .{node.attr}")
    return found


def is_moment(owner: ast.AST) -> bool:
    if isinstance(owner, ast.Call):
        return getattr(owner.func, "attr", "") == "now"
    named = getattr(owner, "attr", "") or getattr(owner, "id", "")
    return named in ("at", "now") or named.endswith("_at")


def test_no_moment_is_taken_for_a_day():
    texts = {name(path): path.read_text("utf-8") for path in CODE}
    found = {
        path: asked(ast.parse(text))
        for path, text in texts.items()
        if path not in MAY_ASK and SUSPECT.search(text)  # parsing all of them takes five seconds
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "date.today()",
        "timezone.localdate()",
        "timezone.now().date()",
        "row.made_at.year",
        "at.date()",
    ],
)
def test_the_rule_can_be_broken(code):
    assert SUSPECT.search(code) and asked(ast.parse(code))
