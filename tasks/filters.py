"""The filters of the plan table: read from the address, kept in its links.

A wrong value filters nothing and is told beside its field; the page still comes.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from django import forms
from django.db.models import Q

from cchc.models import Unit
from cchc.text import clean, fold
from tasks.buckets import Bucket, Occurrence
from tasks.ledger import Ledger
from tasks.models import Area, Assignment, Plan, TaskUnit
from tasks.workflow import State

PRIOR = "da-xong-nam-truoc"
# Beside the seven buckets: what cuts across them. Only what still goes on can be one of these.
_ACROSS = {
    "vuong-mac": ("Vướng mắc", lambda o: o.blocked),
    "cho-xac-nhan": ("Chờ xác nhận", lambda o: any(s.state == State.PENDING for s in o.slots)),
    "tra-lai": ("Bị trả lại", lambda o: any(s.state == State.RETURNED for s in o.slots)),
    "sap-den-han": ("Sắp đến hạn", lambda o: o.soon),
}
STATUSES = (
    {bucket.value: bucket.label for bucket in Bucket}
    | {value: label for value, (label, _) in _ACROSS.items()}
    | {PRIOR: "Đã xong từ năm trước"}
)


def occurrences_of(ledger: Ledger, status: str) -> list[Occurrence]:
    """The occurrences that a status names; for a bucket as many as the ledger counts in it."""
    if status == PRIOR:
        return list(ledger.prior)
    if status in _ACROSS:
        return [o for o in ledger.occurrences if _ACROSS[status][1](o)]
    return [o for o in ledger.occurrences if o.bucket == status]


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed by. `unit` alone asks for what the unit leads: its own parts and
    their state; with `collab` for whole tasks that it leads or collaborates in."""

    area: Area | None = None
    unit: Unit | None = None
    collab: bool = False
    status: str = ""
    words: str = ""

    @property
    def status_label(self) -> str:
        return STATUSES.get(self.status, "")

    @property
    def query(self) -> dict[str, str]:
        """As marks of an address, for Viewing.url()."""
        return {
            "linh_vuc": str(self.area.number) if self.area else "",
            "don_vi": self.unit.code if self.unit else "",
            "phoi_hop": "1" if self.unit and self.collab else "",
            "trang_thai": self.status,
            "q": self.words,
        }

    def applied(self) -> list[tuple[str, dict[str, str]]]:
        """Each filter in words, and the marks of the address without it."""
        filters = []
        if self.area:
            filters.append((f"Lĩnh vực: {self.area.title}", replace(self, area=None)))
        if self.unit:
            part = "chủ trì hoặc phối hợp" if self.collab else "chủ trì"
            without = replace(self, unit=None, collab=False)
            filters.append((f"Đơn vị {part}: {self.unit.name}", without))
        if self.status:
            filters.append((f"Tình trạng: {self.status_label}", replace(self, status="")))
        if self.words:
            filters.append((f"Trong lời văn: “{self.words}”", replace(self, words="")))
        return [(words, without.query) for words, without in filters]

    def tasks(self) -> Q:
        """The tasks that the list is about."""
        found = self._text("")
        if self.unit:
            found &= self._led() | self._collaborating() if self.collab else self._led()
        return found

    def work(self) -> Q:
        """The assignments whose state the list tells: the ledger's `only`."""
        found = self._text("task__")
        if self.unit and self.collab:
            # Whole tasks, so that every lead unit of theirs counts.
            led = Assignment.objects.filter(unit__path__startswith=self.unit.path)
            found &= Q(task__in=led.values("task")) | Q(task__in=self._collab_tasks())
        elif self.unit:
            found &= Q(holder_path__startswith=self.unit.path)  # on the day, says the ledger
        return found

    def _text(self, prefix: str) -> Q:
        found = Q(**{f"{prefix}area": self.area}) if self.area else Q()
        for word in fold(self.words).split():
            found &= Q(**{f"{prefix}search__contains": word})
        return found

    def _led(self) -> Q:
        """What it leads, and what it led until the work passed to another unit."""
        led = Assignment.objects.filter(unit__path__startswith=self.unit.path)
        passed_on = Assignment.objects.filter(updates__from_unit__path__startswith=self.unit.path)
        return Q(pk__in=led.values("task")) | Q(pk__in=passed_on.values("task"))

    def _collaborating(self) -> Q:
        return Q(pk__in=self._collab_tasks())

    def _collab_tasks(self):
        """ "Có liên quan" names nobody until somebody chooses, so it is not counted here."""
        named = Q(unit__path__startswith=self.unit.path) | Q(
            unit__path__in=self.unit.ancestor_paths()
        )
        return TaskUnit.objects.filter(
            named | Q(kind=TaskUnit.Kind.ALL), part=TaskUnit.Part.COLLAB
        ).values("task")


class PlanFilter(forms.Form):
    """The GET form above the table. Underscores become the hyphens of our addresses."""

    linh_vuc = forms.ChoiceField(
        label="Lĩnh vực",
        required=False,
        error_messages={
            "invalid_choice": "Kế hoạch không có lĩnh vực “%(value)s”; đang hiện mọi lĩnh vực."
        },
    )
    don_vi = forms.ChoiceField(
        label="Đơn vị chủ trì",
        required=False,
        error_messages={"invalid_choice": "Không có đơn vị “%(value)s”; đang hiện mọi đơn vị."},
    )
    phoi_hop = forms.BooleanField(label="kể cả phối hợp", required=False)
    trang_thai = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[("", "Tất cả"), *STATUSES.items()],
        error_messages={
            "invalid_choice": "Không có tình trạng “%(value)s”; đang hiện mọi tình trạng."
        },
    )
    q = forms.CharField(
        label="Trong lời văn",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "ví dụ: một cửa"}),
        error_messages={
            "max_length": "Chỉ tìm trong 100 chữ cái đầu trở lại; chưa lọc theo lời văn.",
        },
    )

    def __init__(self, data, *, plan: Plan):
        super().__init__(data)
        self.areas = {str(area.number): area for area in plan.areas.all()}
        self.units = {unit.code: unit for unit in Unit.objects.below(plan.unit)}
        self.fields["linh_vuc"].choices = [
            ("", f"Tất cả {len(self.areas)} lĩnh vực"),
            *((number, _area_label(area)) for number, area in self.areas.items()),
        ]
        self.fields["don_vi"].choices = [
            ("", "Tất cả đơn vị"),
            *((code, unit.name) for code, unit in self.units.items()),
        ]

    def add_prefix(self, field_name):
        return field_name.replace("_", "-")

    def clean_q(self):
        return clean(self.cleaned_data["q"])

    @cached_property
    def chosen(self) -> Chosen:
        self.is_valid()
        typed = self.cleaned_data  # without the fields that were wrong
        return Chosen(
            area=self.areas.get(typed.get("linh_vuc")),
            unit=self.units.get(typed.get("don_vi")),
            collab=typed.get("phoi_hop", False),
            status=typed.get("trang_thai", ""),
            words=typed.get("q", ""),
        )


def _area_label(area: Area) -> str:
    return f"{area.number}. {area.title}"
