"""The filters of the plan table: read from the address, kept in its links.

A wrong value filters nothing and is told beside its field; the page still comes.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django import forms
from django.db.models import Q

from cchc.fields import VietnameseDateField
from cchc.models import Unit
from cchc.text import clean, fold
from tasks.buckets import Bucket, Occurrence, touches
from tasks.changes import changed_since, key_of
from tasks.ledger import Ledger
from tasks.models import Area, Assignment, Plan, TaskUnit
from tasks.workflow import State

PRIOR, FOR_LEADERS = "da-xong-nam-truoc", "cho-lanh-dao"
# Beside the seven buckets: what cuts across them. Only what still goes on can be one of these.
_ACROSS = {
    "vuong-mac": ("Vướng mắc", lambda o: o.blocked),
    "cho-xac-nhan": ("Chờ xác nhận", lambda o: any(s.state == State.PENDING for s in o.slots)),
    "tra-lai": ("Bị trả lại", lambda o: any(s.state == State.RETURNED for s in o.slots)),
    "sap-den-han": ("Sắp đến hạn", lambda o: o.soon),
    FOR_LEADERS: (
        "Chờ lãnh đạo xác nhận",
        lambda o: any(s.state == State.PENDING and s.for_leaders for s in o.slots),
    ),
    "ton-dong": ("Tồn từ năm trước", lambda o: o.carried),
}
# What several buckets make up together.
EVERYTHING, FINISHED, LISTED, LATER = "moi-ky", "hoan-thanh", "tat-ca", "ghi-sau"
_TOGETHER = {
    FINISHED: ("Hoàn thành (kể cả quá hạn)", lambda o: o.state == State.DONE),
    EVERYTHING: ("Mọi kỳ thực hiện của năm", lambda o: True),
}
# Of all that is listed, what was finished in an earlier year too.
_OF_ALL = {
    LISTED: ("Mọi kỳ thực hiện, kể cả đã xong từ năm trước", lambda o: True),
    LATER: ("Có cập nhật ghi sau ngày đang xem", lambda o: any(s.later for s in o.slots)),
}
_TESTS = {value: test for value, (_, test) in (_ACROSS | _TOGETHER | _OF_ALL).items()}
STATUSES = (
    {bucket.value: bucket.label for bucket in Bucket}
    | {value: label for value, (label, _) in _ACROSS.items()}
    | {PRIOR: "Đã xong từ năm trước"}
    | {value: label for value, (label, _) in (_TOGETHER | _OF_ALL).items()}
)
# When it is due: a day, a month, before or after the year looked at, or no day at all.
BEFORE, AFTER, NO_DAY = "truoc", "sau", "khong"
_DUE = re.compile(rf"\A(\d{{4}}-(0[1-9]|1[0-2])(-\d\d)?|{BEFORE}|{AFTER}|{NO_DAY})\Z")


def is_due(occurrence: Occurrence, due: str, year: int) -> bool:
    day = occurrence.due_on
    if due == NO_DAY or day is None:
        return due == NO_DAY and day is None
    if due in (BEFORE, AFTER):
        return day.year < year if due == BEFORE else day.year > year
    return day.isoformat().startswith(due)


def due_words(due: str) -> str:
    named = {BEFORE: "trước năm đang xem", AFTER: "sau năm đang xem", NO_DAY: "chưa có ngày"}
    return named.get(due) or "/".join(reversed(due.split("-")))


def occurrences_of(ledger: Ledger, status: str) -> list[Occurrence]:
    """The occurrences that a status names; for a bucket as many as the ledger counts in it."""
    if status == PRIOR:
        return list(ledger.prior)
    if status in _OF_ALL:
        return [o for o in ledger.listed() if _TESTS[status](o)]
    if status in _TESTS:
        return [o for o in ledger.occurrences if _TESTS[status](o)]
    return [o for o in ledger.occurrences if o.bucket == status]


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed by. `unit` alone asks for what the unit leads: its own parts and
    their state; with `collab` for whole tasks that it leads or collaborates in, with `alone` without
    the units below it. `since`: of a status only what fell due or was issued from that day to the
    day looked at; `changed`: what was in another bucket on that day; `due`: when it is due.
    `known_only`: as it was known on the day. `own_year`: of a status without what earlier years
    left."""

    area: Area | None = None
    unit: Unit | None = None
    collab: bool = False
    status: str = ""
    words: str = ""
    since: date | None = None
    changed: date | None = None
    due: str = ""
    alone: bool = False
    known_only: bool = False
    own_year: bool = False

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
            "tu_ngay": f"{self.since:%d/%m/%Y}" if self.since else "",
            "thay_doi_tu": self.changed.isoformat() if self.changed else "",
            "han": self.due,
            "rieng": "1" if self.unit and self.alone else "",
            "dung_nhu_da_biet": "1" if self.known_only else "",
            "rieng_nam": "1" if self.own_year else "",
        }

    def applied(self) -> list[tuple[str, dict[str, str]]]:
        """Each filter in words, and the marks of the address without it."""
        filters = []
        if self.area:
            filters.append((f"Lĩnh vực: {self.area.title}", replace(self, area=None)))
        if self.unit:
            part = "chủ trì hoặc phối hợp" if self.collab else "chủ trì"
            without = replace(self, unit=None, collab=False, alone=False)
            own = ", không kể đơn vị bên trong" if self.alone else ""
            filters.append((f"Đơn vị {part}: {self.unit.name}{own}", without))
        if self.status:
            without = replace(self, status="", since=None, changed=None, due="", own_year=False)
            filters.append((f"Tình trạng: {self.status_label}", without))
        if self.since:
            told = f"Đến hạn hoặc có kết quả từ {self.since:%d/%m/%Y}"
            filters.append((told, replace(self, since=None)))
        if self.changed:
            told = f"Đổi tình trạng từ sau {self.changed:%d/%m/%Y}"
            filters.append((told, replace(self, changed=None)))
        if self.due:
            filters.append((f"Hạn: {due_words(self.due)}", replace(self, due="")))
        if self.own_year:
            told = "Không kể việc tồn từ năm trước"
            filters.append((told, replace(self, own_year=False)))
        if self.known_only:
            told = "Đúng như đã biết ngày đang xem"
            filters.append((told, replace(self, known_only=False)))
        if self.words:
            filters.append((f"Trong lời văn: “{self.words}”", replace(self, words="")))
        return [(words, without.query) for words, without in filters]

    def occurrences(self, ledger: Ledger) -> list[Occurrence]:
        """What the status names, within the days asked for. One query where changes are asked."""
        found = occurrences_of(ledger, self.status)
        if self.since:
            found = [o for o in found if touches(o, self.since, ledger.as_of)]
        if self.own_year:
            found = [o for o in found if o.year == ledger.year]
        if self.due:
            found = [o for o in found if is_due(o, self.due, ledger.year)]
        if self.changed:
            others = changed_since(ledger, self.changed, known_only=self.known_only)
            wanted = {key_of(o) for o in others}
            found = [o for o in found if key_of(o) in wanted]
        return found

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
        elif self.unit and self.alone:
            found &= Q(holder=self.unit.pk)
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
            named | Q(kind=TaskUnit.Kind.ALL), part=TaskUnit.Part.COLLAB, ended_on=None
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

    tu_ngay = VietnameseDateField(
        label="Đến hạn hoặc có kết quả từ ngày", required=False, widget=forms.HiddenInput()
    )
    thay_doi_tu = VietnameseDateField(
        label="Đổi tình trạng từ sau ngày", required=False, widget=forms.HiddenInput()
    )
    han = forms.RegexField(
        _DUE,
        label="Hạn",
        required=False,
        max_length=10,
        widget=forms.HiddenInput(),
        error_messages={"invalid": "Không đọc được hạn trong địa chỉ; chưa lọc theo hạn."},
    )
    rieng = forms.BooleanField(required=False, widget=forms.HiddenInput())
    dung_nhu_da_biet = forms.BooleanField(required=False, widget=forms.HiddenInput())
    rieng_nam = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, data, *, plan: Plan):
        super().__init__(data)
        self.areas = {str(area.number): area for area in plan.areas.all()}
        self.units = {unit.code: unit for unit in Unit.objects.within(plan.unit)}
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
        unit, collab = self.units.get(typed.get("don_vi")), typed.get("phoi_hop", False)
        return Chosen(
            area=self.areas.get(typed.get("linh_vuc")),
            unit=unit,
            collab=collab,
            status=typed.get("trang_thai") or self._status_meant(typed),
            words=typed.get("q", ""),
            since=typed.get("tu_ngay"),
            changed=typed.get("thay_doi_tu"),
            due=typed.get("han", ""),
            alone=typed.get("rieng", False) and not collab and self._has_below(unit),
            known_only=typed.get("dung_nhu_da_biet", False),
            own_year=typed.get("rieng_nam", False),
        )

    @staticmethod
    def _status_meant(typed) -> str:
        """What is told of days is told of occurrences, so that rows are those and not tasks."""
        if typed.get("han"):
            return LISTED
        of_days = ("tu_ngay", "thay_doi_tu", "rieng_nam")
        return EVERYTHING if any(typed.get(name) for name in of_days) else ""

    def _has_below(self, unit) -> bool:
        return unit is not None and any(
            other.pk != unit.pk and unit.contains(other) for other in self.units.values()
        )


def _area_label(area: Area) -> str:
    return f"{area.number}. {area.title}"
