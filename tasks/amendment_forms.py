"""The one form of an amendment: the decision, the tasks it changes, drops and adds.

Which tasks stand in it is part of the form, so that it works without script: buttons add a task or
take one out, and everything typed stays.
"""

import re
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from tasks.amending import TaskChange
from tasks.models import Area, Plan, Task
from tasks.plan_forms import DecisionForm, TaskForm, as_typed, follow_words, unit_choices
from tasks.plan_words import CELLS, TaskWords, read_words

MOST_TASKS = 40
_PK = re.compile(r"[0-9]{1,18}")


class AreaChoice(forms.Form):
    area = forms.ChoiceField(label="Thuộc lĩnh vực")

    def __init__(self, *args, areas: list[Area], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [
            (str(area.number), f"{area.appendix_code or area.number}. {area.title}")
            for area in areas
        ]


@dataclass
class Block:
    """A task in the form: changed, or with `drops` dropped; without `task` a new one."""

    prefix: str
    form: TaskForm
    task: Task | None = None
    now: TaskWords = TaskWords()
    drops: bool = False
    area: AreaChoice | None = None

    @property
    def cells(self):
        """(the field, the words as they are)."""
        return [(self.form[cell], getattr(self.now, cell)) for cell in CELLS]

    @property
    def opened(self) -> bool:
        """Whether what was concluded must be looked at."""
        return any(name not in CELLS for name in self.form.errors) or self.task is None

    def is_valid(self) -> bool:
        if self.drops:
            return True
        return self.form.is_valid() and (self.area is None or self.area.is_valid())

    def change(self, areas) -> TaskChange:
        if self.task is None:
            return TaskChange(None, self.form.words(), areas[self.area.cleaned_data["area"]])
        seen = self.form.data.get(f"{self.prefix}-seen", "")
        return TaskChange(self.task, None if self.drops else self.form.words(), seen=seen)


class AmendmentForms:
    """`data` None: nothing typed yet; `picked` are codes of tasks to begin with."""

    def __init__(self, plan: Plan, data: QueryDict | None, picked: list[str] = ()):
        self.plan, self.data = plan, data
        self.areas = list(plan.areas.order_by("number"))
        self.tasks = list(plan.tasks.filter(ended_on=None).order_by("position"))
        self.units = unit_choices(plan.unit)
        initial = {"issuer": plan.issuer}
        self.decision = DecisionForm(data, initial=initial)
        standing, fresh, dropped = self._asked(picked)
        self.blocks = [self._edited(task, task.pk in dropped) for task in standing]
        self.blocks += [self._new(n) for n in fresh]

    def _asked(self, picked):
        by_pk = {task.pk: task for task in self.tasks}
        if self.data is None:
            return [task for task in self.tasks if task.code in picked], [], set()
        take_out = self.data.get("thoi", "")
        wanted = _pks(self.data.getlist("sua"))
        if self.data.get("viec") == "them":
            wanted += _pks(self.data.getlist("chon"))
        wanted = [pk for pk in dict.fromkeys(wanted) if pk in by_pk and str(pk) != take_out]
        fresh = [n for n in _pks(self.data.getlist("moi")) if f"moi{n}" != take_out]
        if self.data.get("viec") == "moi":
            fresh.append(max(fresh, default=0) + 1)
        order = sorted(wanted[:MOST_TASKS], key=lambda pk: by_pk[pk].position)
        dropped = set(_pks(self.data.getlist("bo")))
        return [by_pk[pk] for pk in order], fresh[:MOST_TASKS], dropped

    def _edited(self, task, drops) -> Block:
        prefix, now = f"nv{task.pk}", read_words(task)
        data = self._data_of(prefix, now)
        form = TaskForm(data, prefix=prefix, units=self.units, strict=True, initial=as_typed(now))
        return Block(prefix, form, task, now, drops)

    def _new(self, n) -> Block:
        prefix = f"moi{n}"
        data = self._data_of(prefix, TaskWords())
        shown = {"prefix": prefix, "initial": as_typed(TaskWords())}
        form = TaskForm(data, units=self.units, strict=True, **shown)
        return Block(prefix, form, area=AreaChoice(data, prefix=prefix, areas=self.areas))

    def _data_of(self, prefix, now):
        """None where the block has just been put into the form."""
        if self.data is None or f"{prefix}-text" not in self.data:
            return None
        return follow_words(self.data, now, self.plan.unit, prefix)

    @property
    def choices(self) -> list[Task]:
        """The tasks that are not in the form."""
        there = {block.task.pk for block in self.blocks if block.task}
        return [task for task in self.tasks if task.pk not in there]

    def is_valid(self) -> bool:
        """Every form is asked, so that all errors stand at once."""
        return all([self.decision.is_valid(), *(block.is_valid() for block in self.blocks)])

    def changes(self) -> list[TaskChange]:
        areas = {str(area.number): area for area in self.areas}
        return [block.change(areas) for block in self.blocks]


def _pks(values) -> list[int]:
    return [int(value) for value in values if _PK.fullmatch(value)]
