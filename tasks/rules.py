"""The deadline rule of a task: the engine's reading, the plan's bounds, a person's correction."""

from dataclasses import dataclass
from datetime import date

from tasks.deadlines import Deadline, parse
from tasks.models import Task

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
MONTHS = tuple(f"M{n:02}" for n in range(1, 13))


@dataclass(frozen=True)
class Period:
    """A period of a year in which a task is due: "" is the whole year, Q2 a quarter, M06 a month."""

    code: str
    due_on: date | None


def rule_of(task: Task) -> Deadline:
    """What holds for this task: the words as a person corrected them, else as the plan has them."""
    return parse(task.rule_text or task.deadline_text)


def bounds_of(task: Task, rule: Deadline) -> tuple[int, int]:
    """First and last year of the task's periods. "Hàng năm" begins with the plan's default unless
    the words or the task itself name another year; the plan's end bounds every rule."""
    plan = task.plan
    first = task.first_year or rule.first_year or plan.recurring_from
    last = min(rule.last_year or plan.last_year, plan.last_year)
    return max(first, plan.first_year), last


def periods_in(task: Task, year: int) -> list[Period]:
    """The periods of `task` that fall into `year`, with their due days; [] when it has none then.

    Standing and waiting tasks have one period without a due day: the standing one each year, the
    waiting one only in its first year (it is opened once and stays until its document comes). An
    amendment that drops a task ends its periods from that day on; one that adds it or gives it
    another deadline begins them.
    """
    found = periods_of_rule(task, year)
    if task.begins_on:
        found = [p for p in found if (p.due_on or date(year, 12, 31)) >= task.begins_on]
    if task.ended_on:
        found = [p for p in found if (p.due_on or date(year, 1, 1)) < task.ended_on]
    return found


def periods_of_rule(task: Task, year: int) -> list[Period]:
    """As the words have them, whenever an amendment lets them begin or end."""
    rule = rule_of(task)
    first, last = bounds_of(task, rule)
    if rule.kind == "once":
        return [Period("", day) for day in rule.due_dates(year)] if year <= last else []
    if not first <= year <= last:
        return []
    if rule.kind == "recurring":
        days = rule.due_dates(year)
        codes = {4: QUARTERS, 12: MONTHS}.get(len(days))
        if codes is None:
            codes = [""] if len(days) == 1 else [f"D{n}" for n in range(1, len(days) + 1)]
        return [Period(code, day) for code, day in zip(codes, days, strict=True)]
    if rule.kind == "on_event":
        return [Period("", None)] if year == first else []
    return [Period("", None)]


def period_label(year: int, code: str) -> str:
    """Năm 2024, quý II/2024, tháng 6/2024, kỳ 2/2024."""
    if code in QUARTERS:
        return f"quý {('I', 'II', 'III', 'IV')[QUARTERS.index(code)]}/{year}"
    if code in MONTHS:
        return f"tháng {int(code[1:])}/{year}"
    return f"kỳ {code[1:]}/{year}" if code else f"năm {year}"
