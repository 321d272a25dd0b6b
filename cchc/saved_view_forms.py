"""What a person types when keeping or renaming a view."""

from django import forms
from django.core.exceptions import ValidationError

from cchc import saving
from cchc.fields import LineField, VietnameseDateField

ALWAYS, THAT_DAY = "hom-nay", "giu-ngay"


def name_field():
    return LineField(
        label="Tên",
        max_length=80,
        error_messages={"required": "Đặt tên cho cách xem."},
    )


class NameForm(forms.Form):
    name = name_field()


class KeepForm(forms.Form):
    """`replace` appears once a name is taken."""

    name = name_field()
    when = forms.ChoiceField(label="Ngày xem", widget=forms.RadioSelect)
    path = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    day = VietnameseDateField(widget=forms.HiddenInput)
    year = forms.IntegerField(widget=forms.HiddenInput, required=False)
    replace = forms.BooleanField(
        label="Thay cách xem cũ cùng tên", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, day, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = [
            (ALWAYS, "Luôn là hôm nay"),
            (THAT_DAY, f"Giữ ngày {day:%d/%m/%Y}"),
        ]

    def clean_path(self):
        path = self.cleaned_data["path"]
        if saving.page_of(path) is None:
            raise ValidationError("Chỉ lưu được cách xem của các trang có bộ lọc.")
        return path

    def offer_replacing(self):
        self.fields["replace"].widget = forms.CheckboxInput()

    def address(self) -> str:
        typed = self.cleaned_data
        day = typed["day"] if typed["when"] == THAT_DAY else None
        return saving.address(typed["path"], day=day, year=typed["year"])
