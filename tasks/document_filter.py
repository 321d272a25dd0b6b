"""The filters of the document register: read from the address, kept in its links."""

from django import forms
from django.db.models import Q

from cchc import permissions
from cchc.fields import LineField
from cchc.models import Unit
from cchc.text import fold
from tasks.models import Document
from tasks.viewing import Viewing


class DocumentFilter(forms.Form):
    """The GET form above the register. A wrong value filters nothing and is told at its field."""

    q = LineField(
        kept=False,
        label="Tìm",
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "số, trích yếu, cơ quan, người ký"}
        ),
        error_messages={"max_length": "Chỉ tìm đến 100 chữ cái; chưa lọc."},
    )
    nam_vb = LineField(
        kept=False, label="Năm ban hành", required=False, max_length=100, widget=forms.Select
    )
    don_vi = forms.ChoiceField(
        label="Đơn vị ghi",
        required=False,
        error_messages={"invalid_choice": "Không có đơn vị “%(value)s”; đang hiện mọi đơn vị."},
    )

    def __init__(self, data, *, viewing: Viewing, user):
        super().__init__(data)
        self.user, self.units = user, {}
        if permissions.sees_all_work(user):
            self.units = {unit.code: unit for unit in Unit.objects.within(viewing.plan.unit)}
            names = [(code, unit.name) for code, unit in self.units.items()]
            self.fields["don_vi"].choices = [("", "Mọi đơn vị"), *names]
        else:
            del self.fields["don_vi"]

    def add_prefix(self, field_name):
        return field_name.replace("_", "-")

    def clean(self):
        """The years there are and how many documents fit in each are one question."""
        typed = super().clean()  # without the fields that were wrong
        self.narrowed = self._words_and_unit(typed)
        self.fitting = Document.objects.all_visible_to(self.user).by_year(self.narrowed)
        years = [(str(year), year) for year in self.fitting]
        self.fields["nam_vb"].widget.choices = [("", "Mọi năm"), *years]
        year = typed.get("nam_vb")
        if year and year not in dict(years):
            self.add_error("nam_vb", f"Không có văn bản năm “{year}”; đang hiện mọi năm.")
        return typed

    def _words_and_unit(self, typed) -> Q:
        found = Q()
        for word in fold(typed.get("q", "")).split():
            found &= Q(search__contains=word)
        unit = self.units.get(typed.get("don_vi"))
        if unit:
            found &= Q(unit__path__startswith=unit.path)
        return found

    @property
    def year(self) -> int | None:
        self.is_valid()
        return int(self.cleaned_data.get("nam_vb") or 0) or None

    def condition(self) -> Q:
        year = self.year
        return self.narrowed & Q(issued_on__year=year) if year else self.narrowed

    def number(self) -> int:
        """How many documents fit."""
        year = self.year
        return self.fitting[year] if year else sum(self.fitting.values())
