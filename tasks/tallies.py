"""The ledger's counts of many plans at once: what `ledger.read_year` says of each, counted in the
database in one query, because a province has 150 plans and reading every history takes too long.

Today the state of an assignment is its cache (equal to its history: `manage.py rebuild_state`); of
a day that has passed it is read from the acts. reports/tests/test_offices.py holds every number
against the ledger's own, on both kinds of days. Only here is the ledger's rule written twice; who
changes tasks/ledger.py changes this too.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from tasks.buckets import WORST_FIRST, Bucket


@dataclass(frozen=True)
class Tally:
    """Occurrences of one plan's year, as `Ledger.counts` has them; of these, by the names of
    tasks/filters.py: blocked, and waiting for a leader's word."""

    counts: dict = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    blocked: int = 0
    for_leaders: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# Work that was finished before the year is not in its view; done is the last state, so the cache says
# it of any later day (ledger._assignments).
_OF_THE_YEAR = """a.year <= %(year)s AND t.plan_id IN ({plans})
    AND (a.year = %(year)s OR a.state <> 'done' OR a.done_on >= %(new_year)s OR a.done_on > %(day)s
      OR t.completion = 'any' OR t.deadline_kind = 'once')"""
# The last act of each assignment known on the day, and the last amendment (ledger._annotated).
_ACTS = f"""
WITH known AS (
  SELECT a.*, t.plan_id, t.completion, t.deadline_kind AS kind,
    (SELECT MAX(u.id) FROM tasks_progressupdate u WHERE u.assignment_id = a.id
      AND u.effective_on <= %(day)s AND u.act NOT IN ('move', 'amend')) AS last_id,
    (SELECT MAX(u.id) FROM tasks_progressupdate u WHERE u.assignment_id = a.id
      AND u.effective_on <= %(day)s AND u.act = 'amend') AS amend_id
  FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
  WHERE {_OF_THE_YEAR} AND NOT EXISTS (
    SELECT 1 FROM tasks_progressupdate p WHERE p.assignment_id = a.id AND p.effective_on > %(day)s
      AND p.act IN ('move', 'amend') AND p.recorded_at = a.opened_at)
), held AS (
  SELECT a.id, a.task_id, a.year, a.period, a.plan_id, a.completion, a.kind,
    COALESCE(u.state, CASE WHEN a.waits_for <> '' THEN 'waiting' ELSE 'new' END) AS state,
    CASE WHEN m.id > COALESCE(u.id, 0) THEN m.due_on
      WHEN u.id IS NOT NULL THEN u.due_on
      WHEN a.waits_for <> '' AND a.kind = 'on_event' THEN NULL
      ELSE a.first_due_on END AS due_on,
    u.done_on, u.effective_on AS since,
    CASE WHEN u.blocked THEN 1 ELSE 0 END AS blocked,
    COALESCE((SELECT p.from_unit_id FROM tasks_progressupdate p
      WHERE p.assignment_id = a.id AND p.act = 'move' AND p.effective_on > %(day)s
      ORDER BY p.seq LIMIT 1), a.unit_id) AS unit_id
  FROM known a LEFT JOIN tasks_progressupdate u ON u.id = a.last_id
  LEFT JOIN tasks_progressupdate m ON m.id = a.amend_id
)
"""
# The cache; what is asked of an act is looked up only where a state needs it.
_CACHE = f"""
WITH held AS (
  SELECT a.id, a.task_id, a.year, a.period, t.plan_id, t.completion, t.deadline_kind AS kind,
    a.state, a.due_on, CASE WHEN a.blocked THEN 1 ELSE 0 END AS blocked, a.unit_id,
    CASE WHEN a.state = 'pending' THEN (SELECT u.done_on FROM tasks_progressupdate u
      WHERE u.assignment_id = a.id AND u.act NOT IN ('move', 'amend') ORDER BY u.id DESC LIMIT 1)
      ELSE a.done_on END AS done_on,
    CASE WHEN a.state = 'stopped' THEN (SELECT u.effective_on FROM tasks_progressupdate u
      WHERE u.assignment_id = a.id AND u.act NOT IN ('move', 'amend') ORDER BY u.id DESC LIMIT 1)
      END AS since
  FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
  WHERE {_OF_THE_YEAR}
)
"""
# ledger._place; buckets.bucket_of, as a place in WORST_FIRST; ledger._settled and _occurrence.
_COUNT = """
, slot AS (
  SELECT h.plan_id, h.task_id, h.year, h.period, h.completion, h.kind, h.blocked,
    CASE WHEN h.state = 'done' THEN h.done_on END AS done_on, h.unit_id,
    CASE WHEN h.state = 'pending' AND lead.id IS NOT NULL THEN 1 ELSE 0 END AS for_leaders,
    CASE WHEN h.year < %(year)s AND h.state = 'done' AND h.done_on < %(new_year)s
      THEN 1 ELSE 0 END AS prior,
    CASE WHEN h.state = 'stopped' THEN {stopped} WHEN h.state = 'waiting' THEN {waiting}
      WHEN h.due_on IS NULL THEN {no_deadline}
      WHEN h.state = 'done' AND h.done_on <= h.due_on THEN {done_on_time}
      WHEN h.state = 'done' THEN {done_late}
      WHEN (CASE WHEN h.state = 'pending' AND h.done_on IS NOT NULL THEN h.done_on
        ELSE %(day)s END) <= h.due_on THEN {open_in_time}
      ELSE {open_overdue} END AS place
  FROM held h LEFT JOIN tasks_plan p ON h.state = 'pending' AND p.id = h.plan_id
  LEFT JOIN cchc_unit c ON h.state = 'pending' AND c.id = p.coordinator_id
  LEFT JOIN cchc_unit lead ON h.state = 'pending' AND lead.id = h.unit_id
    AND substr(lead.path, 1, length(c.path)) = c.path
  WHERE h.year = %(year)s
    OR (h.state = 'done' AND h.done_on < %(new_year)s AND (h.kind = 'once' OR h.completion = 'any'))
    OR (NOT (h.state = 'done' AND h.done_on < %(new_year)s)
      AND NOT (h.state = 'stopped' AND h.since < %(new_year)s)
      AND (h.kind = 'on_event' OR (h.state <> 'waiting' AND h.due_on IS NOT NULL)))
), occurrence AS (
  SELECT MAX(s.plan_id) AS plan_id, MAX(s.for_leaders) AS for_leaders,
    MIN(s.place * 2 + 1 - s.blocked) AS worst,
    MIN(CASE WHEN s.completion = 'any' AND s.done_on IS NOT NULL
      THEN CAST(s.done_on AS TEXT) || CAST(100000 + u.position AS TEXT) || u.path
        || CAST(s.place * 2 + 11 - s.blocked AS TEXT) END) AS first_done
  FROM slot s LEFT JOIN cchc_unit u ON s.completion = 'any' AND u.id = s.unit_id
  GROUP BY s.task_id, s.year, s.period
  HAVING NOT (MIN(s.prior) = 1 OR (MAX(s.prior) = 1 AND MAX(s.completion) = 'any'))
), decided AS (
  SELECT o.plan_id, o.for_leaders, CASE WHEN o.first_done IS NULL THEN o.worst
    ELSE CAST(substr(o.first_done, length(o.first_done) - 1, 2) AS INTEGER) - 10 END AS worst
  FROM occurrence o
)
SELECT d.plan_id, d.worst, COUNT(*), SUM(d.for_leaders) FROM decided d GROUP BY d.plan_id, d.worst
"""
_PLACES = {bucket.name.lower(): place for place, bucket in enumerate(WORST_FIRST)}


def tallies(plans: Collection[int], year: int, as_of: date, today: date) -> defaultdict[int, Tally]:
    """By the plan's primary key. One query, none for no plan."""
    found = defaultdict(Tally)
    if not plans:
        return found
    ids = ", ".join(str(int(pk)) for pk in plans)
    held = (_CACHE if as_of == today else _ACTS).format(plans=ids)
    stored = connection.ops.adapt_datefield_value
    days = {"year": year, "day": stored(as_of), "new_year": stored(date(year, 1, 1))}
    with connection.cursor() as cursor:
        cursor.execute(held + _COUNT.format(**_PLACES), days)
        lines = cursor.fetchall()
    sums = defaultdict(lambda: (dict.fromkeys(Bucket, 0), [0, 0]))
    for plan, worst, number, for_leaders in lines:
        counts, across = sums[plan]
        counts[WORST_FIRST[worst // 2]] += number
        across[0] += number if worst % 2 == 0 else 0
        across[1] += int(for_leaders)
    for plan, (counts, across) in sums.items():
        found[plan] = Tally(counts, *across)
    return found
