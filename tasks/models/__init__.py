from tasks.models.plan import Area, Plan, Product, Solution, Task, TaskUnit
from tasks.models.work import Assignment, Document, Evidence, ProgressUpdate, Trigger

__all__ = [
    "Area",
    "Assignment",
    "Document",
    "Evidence",
    "Plan",
    "Product",
    "ProgressUpdate",
    "Solution",
    "Task",
    "TaskUnit",
    "Trigger",
]
