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
    nam_vb = forms.TypedChoiceField(
        label="Năm ban hành",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Không có văn bản năm “%(value)s”; đang hiện mọi năm."},
    )
    don_vi = forms.ChoiceField(
        label="Đơn vị ghi",
        required=False,
        error_messages={"invalid_choice": "Không có đơn vị “%(value)s”; đang hiện mọi đơn vị."},
    )

    def __init__(self, data, *, viewing: Viewing, user):
        super().__init__(data)
        visible = Document.objects.visible_to(user)
        years = [day.year for day in visible.dates("issued_on", "year", order="DESC")]
        self.fields["nam_vb"].choices = [("", "Mọi năm"), *((year, year) for year in years)]
        self.units = {}
        if permissions.sees_all_work(user):
            self.units = {unit.code: unit for unit in Unit.objects.within(viewing.plan.unit)}
            names = [(code, unit.name) for code, unit in self.units.items()]
            self.fields["don_vi"].choices = [("", "Mọi đơn vị"), *names]
        else:
            del self.fields["don_vi"]

    def add_prefix(self, field_name):
        return field_name.replace("_", "-")

    def condition(self) -> Q:
        self.is_valid()
        typed = self.cleaned_data  # without the fields that were wrong
        found = Q()
        for word in fold(typed.get("q", "")).split():
            found &= Q(search__contains=word)
        if typed.get("nam_vb"):
            found &= Q(issued_on__year=typed["nam_vb"])
        unit = self.units.get(typed.get("don_vi"))
        if unit:
            found &= Q(unit__path__startswith=unit.path)
        return found
