from tasks.models.drafting import (
    Amendment,
    CellChange,
    Descent,
    PlanImport,
    SettledFinding,
    UnitAlias,
)
from tasks.models.follow import (
    ChosenUnit,
    Contribution,
    Directive,
    DirectiveAnswer,
    Extension,
    Reminder,
    TriggerCheck,
    UrgeLetter,
)
from tasks.models.notices import CalendarFeed, Digest, Notice
from tasks.models.plan import Area, Plan, Product, Solution, Task, TaskUnit
from tasks.models.work import Assignment, Document, Evidence, ProgressUpdate, Trigger

__all__ = [
    "UnitAlias",
    "SettledFinding",
    "PlanImport",
    "Descent",
    "CellChange",
    "Amendment",
    "Area",
    "Assignment",
    "CalendarFeed",
    "ChosenUnit",
    "Contribution",
    "Digest",
    "Directive",
    "DirectiveAnswer",
    "Document",
    "Evidence",
    "Extension",
    "Notice",
    "Plan",
    "Product",
    "ProgressUpdate",
    "Reminder",
    "Solution",
    "Task",
    "TaskUnit",
    "Trigger",
    "TriggerCheck",
    "UrgeLetter",
]
