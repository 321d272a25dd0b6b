"""Gia hạn: requests for a later due day, who has the next word, and what was decided."""

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, OuterRef, Subquery, Value, When

from cchc import permissions
from tasks.extending import MANY
from tasks.models import Assignment, Extension, readable
from tasks.rules import period_label
from tasks.workflow import Act, can

Decision = Extension.Decision
REQUESTS_A_PAGE = 50


@dataclass(frozen=True)
class ExtensionLine:
    """A request with what the pages say about it."""

    extension: Extension
    assignment: Assignment
    opening: str
    period: str
    ordinal: int  # which request of its assignment
    status: str
    is_open: bool

    @property
    def many(self) -> bool:
        return self.ordinal >= MANY


@dataclass(frozen=True)
class ExtensionPage:
    line: ExtensionLine
    earlier: tuple[ExtensionLine, ...]  # other requests of the same assignment
    may_advise: bool
    may_decide: bool
    may_grant: bool  # the work still waits for its day
    own_of_coordinator: bool  # HCQT's own request: no advice


def visible_extensions(user):
    """Of the assignments whose words this person reads; open ones first, the longest waiting on top
    of them, then the latest decisions."""
    before = Extension.objects.filter(
        assignment=OuterRef("assignment"), asked_at__lte=OuterRef("asked_at")
    )
    counted = before.order_by().values("assignment").annotate(n=Count("pk")).values("n")
    return (
        Extension.objects.filter(readable(user, "assignment__"))
        .annotate(
            ordinal=Subquery(counted),
            closed=Case(
                When(decision=Decision.OPEN, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
        )
        .select_related(
            "assignment__task__plan__coordinator",
            "assignment__unit",
            "asked_by",
            "advised_by",
            "decided_by",
        )
        .order_by("closed", "-decided_at", "asked_at", "pk")
    )


def open_for(user) -> int:
    """How many requests a leader has to decide; nobody else decides any."""
    if user.role != permissions.LEADER:
        return 0
    mine = Extension.objects.filter(assignment__task__plan__unit=user.office_id)
    return mine.filter(decision=Decision.OPEN).count()


def line_of(extension) -> ExtensionLine:
    """Of a row of visible_extensions()."""
    assignment = extension.assignment
    return ExtensionLine(
        extension=extension,
        assignment=assignment,
        opening=assignment.task.opening()[0],
        period=period_label(assignment.year, assignment.period),
        ordinal=extension.ordinal,
        status=_status(extension, assignment),
        is_open=extension.decision == Decision.OPEN,
    )


def read_extension_page(extension, user, viewing) -> ExtensionPage:
    """One query more: the other requests of the same assignment."""
    assignment, is_open = extension.assignment, extension.decision == Decision.OPEN
    coordinator = assignment.task.plan.coordinator
    others = visible_extensions(user).filter(assignment=assignment).exclude(pk=extension.pk)
    writes = is_open and not viewing.is_past
    return ExtensionPage(
        line=line_of(extension),
        earlier=tuple(line_of(other) for other in others.order_by("asked_at")),
        may_advise=writes and permissions.may_advise(user, assignment.unit, coordinator),
        may_decide=writes and permissions.may_decide(user, assignment.unit, assignment.task.plan),
        may_grant=can(assignment.state, Act.EXTEND),
        own_of_coordinator=coordinator.contains(assignment.unit),
    )


def _status(extension, assignment) -> str:
    """Whose word is next, or the decision."""
    if extension.decision != Decision.OPEN:
        return extension.get_decision_display()
    own = assignment.task.plan.coordinator.contains(assignment.unit)
    return "Chờ lãnh đạo quyết định" if own or extension.advice else "Chờ ý kiến của HCQT"
