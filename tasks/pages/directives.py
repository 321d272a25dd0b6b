"""Directives as they are shown: in the list, on their own page, in the history of a task."""

from dataclasses import dataclass, replace

from django.db.models import prefetch_related_objects

from cchc import permissions
from tasks import directing
from tasks.ledger import end_of
from tasks.models import Assignment, Directive, DirectiveAnswer, Task
from tasks.rules import period_label

Status = Directive.Status
# status: the tile whose colour and icon it borrows
LOOKS = {
    Status.OPEN: ("returned", "clock"),
    Status.ANSWERED: ("review", "send"),
    Status.CLOSED: ("done", "circle-check"),
}


@dataclass(frozen=True)
class DirectiveLine:
    directive: Directive
    period: str
    opening: str
    status: str
    tile: str
    icon: str
    answers: tuple[DirectiveAnswer, ...]
    may_answer: bool
    may_close: bool


def directive_lines(directives, user) -> list[DirectiveLine]:
    """Five queries for a page of directives, however many."""
    found = list(directives)
    prefetch_related_objects(
        found, "task__plan__coordinator", "unit", "by", "answers__by", "answers__verdict_by"
    )
    return [_line(directive, user) for directive in found]


def directives_on(task: Task, occurrence, viewing, user) -> list[DirectiveLine]:
    """What was said by the day looked at about a task in a period, the newest first, as far as this
    person reads it; one query when nothing was, five more otherwise."""
    end = end_of(viewing.as_of)
    said = Directive.objects.visible_to(user).filter(
        task=task, year=occurrence.year, period=occurrence.period, at__lt=end
    )
    lines = directive_lines(said, user)
    if not viewing.is_past:
        return lines
    return [
        replace(
            line,
            status="",
            answers=tuple(answer for answer in line.answers if answer.at < end),
            may_answer=False,
            may_close=False,
        )
        for line in lines
    ]


def _line(directive, user) -> DirectiveLine:
    tile, icon = LOOKS[directive.status]
    return DirectiveLine(
        directive=directive,
        period=period_label(directive.year, directive.period),
        opening=directive.task.opening()[0],
        status=directive.get_status_display(),
        tile=tile,
        icon=icon,
        answers=tuple(directive.answers.all()),
        may_answer=directive.status == Status.OPEN
        and permissions.may_report_for(user, directive.unit),
        may_close=directive.status == Status.ANSWERED and directing.may_close(user, directive),
    )


def slots_of(task: Task, period_code: str) -> list[Assignment]:
    """The parts of a task in a period, named as in addresses ("2024", "2024-Q2")."""
    year, _, period = period_code.partition("-")
    if not year.isascii() or not year.isdigit() or len(year) != 4:
        return []
    slots = task.assignments.filter(year=int(year), period=period).select_related("unit")
    return list(slots.order_by("unit__position", "unit__path"))
