"""The ladder of đôn đốc: which rung comes next for a piece of work, and when it rests.

Pure date work. The rungs, lowest first: the automatic notice, the coordinator's note, the numbered
phiếu đôn đốc, the report to the leaders (domain.md, 6: nhắc, đôn đốc lần n, báo cáo lãnh đạo). Each
asks the unit for an answer; an answer lets the ladder rest, time without one leads a rung higher.
Work that was sent or is done has no due day to ask about: callers leave it out.
"""

from dataclasses import dataclass
from datetime import date, timedelta

RUNGS = ("notice", "note", "letter", "leaders")
NOTICE, NOTE, LETTER, LEADERS = RUNGS
# Days from the due day (negative: before it) from which a person may give a rung.
GIVEN_FROM = {NOTE: -15, LETTER: 1, LEADERS: 1}
DAYS_TO_ANSWER = 5
DAYS_AN_ANSWER_RESTS = 10  # a reason or a proposal; a promise rests until its day has passed


@dataclass(frozen=True)
class Given:
    """A rung that was given, and its answer. `answer_by` only where the rung names a day itself."""

    rung: str
    due_on: date | None
    on: date
    step: str = ""
    answer_by: date | None = None
    answered_on: date | None = None
    promised_on: date | None = None

    @property
    def waits_until(self) -> date:
        """The last day on which its answer is not yet missing."""
        return self.answer_by or self.on + timedelta(DAYS_TO_ANSWER)

    @property
    def rests_until(self) -> date | None:
        """The last day on which its answer holds; None without one."""
        if self.answered_on is None:
            return None
        return self.promised_on or self.answered_on + timedelta(DAYS_AN_ANSWER_RESTS)


def rests_until(due_on: date | None, today: date, given: list[Given]) -> date | None:
    """Until when nobody is urged, because the unit answered; None when nothing holds."""
    days = [g.rests_until for g in _of(due_on, given) if g.rests_until and g.rests_until >= today]
    return max(days, default=None)


def waits_until(due_on: date | None, today: date, given: list[Given]) -> date | None:
    """Until when the unit has time to answer the last rung that a person gave; None when it has
    answered, or its time is over."""
    last = _last_by_a_person(due_on, given)
    if last is None or last.answered_on or last.waits_until < today:
        return None
    return last.waits_until


def next_rung(due_on: date | None, today: date, given: list[Given]) -> str | None:
    """The rung that a person should give today; None while the ladder rests or waits, before its
    time, and when the leaders already know."""
    if rests_until(due_on, today, given) or waits_until(due_on, today, given):
        return None
    last = _last_by_a_person(due_on, given)
    wanted = RUNGS.index(last.rung) + 1 if last else RUNGS.index(NOTE)
    if wanted == len(RUNGS) or due_on is None:
        return None
    rung = RUNGS[wanted]
    return rung if today >= due_on + timedelta(GIVEN_FROM[rung]) else None


def may_give(rung: str, due_on: date, today: date, given: list[Given]) -> bool:
    """A rung may be left out, or given again when its answer is missing, but never one below."""
    if today < due_on + timedelta(GIVEN_FROM[rung]):
        return False
    if rests_until(due_on, today, given):
        return False
    last = _last_by_a_person(due_on, given)
    if last is None:
        return True
    higher = RUNGS.index(rung) > RUNGS.index(last.rung)
    return higher or (rung == last.rung and not waits_until(due_on, today, given))


def notice_due(
    due_on: date, today: date, given: list[Given], days: tuple[int, ...] | list[int]
) -> str | None:
    """The step of the automatic notice to give today ("-15", "+1"), or None. `days` are counted
    from the due day. Of several that have passed only the last is given, and none before one that
    was given: a machine that stood still does not catch up with a heap of notices."""
    if rests_until(due_on, today, given):
        return None
    past = [n for n in sorted(days) if due_on + timedelta(n) <= today]
    if not past:
        return None
    done = [int(g.step) for g in _of(due_on, given) if g.rung == NOTICE]
    return f"{past[-1]:+d}" if not done or past[-1] > max(done) else None


def _of(due_on, given) -> list[Given]:
    """The rungs of this due day: an extended one begins the ladder anew."""
    return [g for g in given if g.due_on == due_on]


def _last_by_a_person(due_on, given) -> Given | None:
    """The highest rung above the notices, the latest of its kind."""
    by_people = [g for g in _of(due_on, given) if g.rung != NOTICE]
    return max(by_people, key=lambda g: (RUNGS.index(g.rung), g.on), default=None)
