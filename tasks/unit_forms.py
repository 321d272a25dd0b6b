"""What a person types about a reorganisation: the decision, and what it makes of the unit."""

import re

from django import forms
from django.core.exceptions import ValidationError

from cchc.fields import LineField, VietnameseDateField
from cchc.models import Unit
from cchc.text import clean
from tasks.foreseeing import Decision, NewUnit

MOST_NEW_UNITS = 3
_CODE = re.compile(r"[A-Z0-9-]{2,20}")


class DayForm(forms.Form):
    """The day whose units are looked at; the page's address then carries it as every page's does."""

    ngay = VietnameseDateField(label="Xem tại ngày")


class DecisionForm(forms.Form):
    """The deciding document and the day from which it holds."""

    number = LineField(label="Số, ký hiệu quyết định", max_length=41)
    decided_on = VietnameseDateField(label="Ngày ký", not_after_today=True)
    effective_on = VietnameseDateField(label="Có hiệu lực từ ngày", not_after_today=True)
    summary = LineField(label="Trích yếu", max_length=300)
    issuer = LineField(label="Cơ quan ban hành", max_length=150)

    def __init__(self, *args, unit: Unit, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.others = unit, {other.code: other for other in others}
        self.fields["number"].widget.attrs["placeholder"] = "477/QĐ-UBND"
        for field in self.fields.values():
            field.error_messages["required"] = f"Ghi {field.label.lower()}."

    def clean(self):
        data = super().clean()
        for name, value in data.items():
            data[name] = clean(value) if isinstance(value, str) else value
        signed, since = data.get("decided_on"), data.get("effective_on")
        if signed and since and since < signed:
            self.add_error("effective_on", "Ngày có hiệu lực không thể trước ngày ký quyết định.")
        return data

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(
            number=data["number"],
            decided_on=data["decided_on"],
            effective_on=data["effective_on"],
            summary=data["summary"],
            issuer=data["issuer"],
        )

    def units(self) -> list[Unit]:
        """Those that end."""
        return [self.unit]

    def receivers(self) -> list[Unit | NewUnit]:
        return []


class RenameForm(DecisionForm):
    name = LineField(label="Tên mới, đầy đủ", max_length=200)
    short_name = LineField(label="Tên viết tắt mới", max_length=60)


class DissolveForm(DecisionForm):
    successor = forms.ChoiceField(label="Đơn vị nhận việc, người và hồ sơ")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [("", "Chọn đơn vị"), *_names(self.others)]

    def receivers(self):
        return [self.others[self.cleaned_data["successor"]]]


class NewUnitsForm(DecisionForm):
    """With room for units that the decision founds: code-1, name-1, short_name-1, ..."""

    most = MOST_NEW_UNITS
    least = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for n in range(1, self.most + 1):
            needed = n <= self.least
            self.fields[f"name_{n}"] = LineField(
                label="Tên đầy đủ", max_length=200, required=needed
            )
            self.fields[f"short_name_{n}"] = LineField(
                label="Tên viết tắt", max_length=60, required=needed
            )
            self.fields[f"code_{n}"] = LineField(
                label="Mã (chữ không dấu)", max_length=20, required=needed
            )
        for field in self.fields.values():
            field.error_messages["required"] = f"Ghi {field.label.lower()}."

    @property
    def rows(self):
        """The fields of each new unit, for the template."""
        parts = ("name", "short_name", "code")
        return [[self[f"{part}_{n}"] for part in parts] for n in range(1, self.most + 1)]

    def clean(self):
        data = super().clean()
        for n in range(1, self.most + 1):
            code = data.get(f"code_{n}", "").upper()
            data[f"code_{n}"] = code
            if code and not _CODE.fullmatch(code):
                self.add_error(f"code_{n}", "Mã gồm 2-20 chữ cái không dấu, chữ số, gạch nối.")
            given = [part for part in ("name", "short_name", "code") if data.get(f"{part}_{n}")]
            if given and len(given) < 3:
                self.add_error(f"{given[0]}_{n}", "Đơn vị mới cần đủ tên, tên viết tắt và mã.")
        return data

    def founded(self) -> list[NewUnit]:
        data = self.cleaned_data
        found = [
            NewUnit(data[f"code_{n}"], data[f"name_{n}"], data[f"short_name_{n}"])
            for n in range(1, self.most + 1)
        ]
        return [new for new in found if new.code]


class MergeForm(NewUnitsForm):
    most = 1
    into = forms.ChoiceField(label="Sáp nhập vào", required=False)
    together = forms.MultipleChoiceField(
        label="Cùng sáp nhập với",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [("", "Đơn vị mới (ghi ở dưới)"), *_names(self.others)]
        self.fields["together"].choices = _names(self.others)

    def clean(self):
        data = super().clean()
        if not data.get("into") and not data.get("code_1") and "code_1" not in self.errors:
            self.add_error("into", "Chọn đơn vị nhận, hoặc ghi đơn vị mới ở dưới.")
        if data.get("into") and data.get("code_1"):
            self.add_error("into", "Chọn một: đơn vị đang có, hoặc đơn vị mới.")
        if data.get("into") and data["into"] in data.get("together", ()):
            self.add_error("together", "Đơn vị nhận không thể cùng bị sáp nhập.")
        return data

    def units(self):
        return [self.unit, *(self.others[code] for code in self.cleaned_data["together"])]

    def receivers(self):
        into = self.cleaned_data["into"]
        return [self.others[into]] if into else self.founded()


class SplitForm(NewUnitsForm):
    least = 2

    def receivers(self):
        return self.founded()

    def chosen(self) -> dict[int, int]:
        """Which new unit takes an assignment, where another than the first was chosen beside it."""
        chosen, places = {}, len(self.founded())
        for name, value in self.data.items():
            if name.startswith("giao-") and name[5:].isdigit() and value.isdigit():
                if int(value) >= places:
                    raise ValidationError("Không có đơn vị nhận ấy.")
                chosen[int(name[5:])] = int(value)
        return chosen


def _names(units) -> list[tuple[str, str]]:
    return [(code, unit.name) for code, unit in units.items()]
