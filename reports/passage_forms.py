"""What the editor sends: the words of one paragraph, and which it is. And what a unit is asked."""

from dataclasses import dataclass

from django import forms

from cchc import secrecy
from cchc.fields import LinesField, VietnameseDateField
from cchc.text import clean_prose
from reports.writing import LONGEST

KEY = 60


class ProseField(forms.CharField):
    """A text of several lines with its ends; the measure is taken where it is kept."""

    def __init__(self, *, typed: bool = True, **kwargs):
        super().__init__(required=False, strip=False, **kwargs)
        if typed:
            self.validators.append(secrecy.refuse)

    def to_python(self, value) -> str:
        text = super().to_python(value).replace("\x00", "")
        return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Typed:
    """`text` None: the form had no box, only a button."""

    key: str
    version: int
    text: str | None
    base: str
    after: str


class PassageForm(forms.Form):
    key = forms.CharField(max_length=KEY)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    text = ProseField()
    base = ProseField(typed=False)  # the composed text that was shown
    after = forms.CharField(max_length=KEY, required=False)

    def typed(self) -> Typed:
        data = self.cleaned_data
        text = data["text"] if "text" in self.data else None
        return Typed(data["key"], data["version"], text, data["base"], data["after"])


class NewPassageForm(PassageForm):
    """A paragraph of one's own; its key was made with the form, so that twice is once."""

    key = forms.RegexField(r"^them:[0-9a-f]{16}\Z")


class AskUnitForm(forms.Form):
    unit = forms.ChoiceField(label="Đơn vị", error_messages={"required": "Chọn đơn vị."})
    wanted = LinesField(
        label="Đề nghị đơn vị viết gì",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi đề nghị đơn vị viết gì."},
    )
    due_on = VietnameseDateField(label="Gửi trước hết ngày")

    def __init__(self, data=None, *, units, initial=None):
        super().__init__(data, initial=initial)
        self.by_code = {unit.code: unit for unit in units}
        names = [(code, unit.name) for code, unit in self.by_code.items()]
        self.fields["unit"].choices = [("", "Chọn đơn vị"), *names]

    def asked(self) -> dict:
        data = self.cleaned_data
        unit = self.by_code[data["unit"]]
        return {"unit": unit, "wanted": data["wanted"], "due_on": data["due_on"]}


class ContributeForm(forms.Form):
    words = ProseField(label="Nội dung của đơn vị", widget=forms.Textarea(attrs={"rows": 10}))

    def clean_words(self):
        words = clean_prose(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError("Ghi nội dung đóng góp.")
        if len(words) > LONGEST:
            raise forms.ValidationError(f"Nội dung dài {len(words)} ký tự; tối đa {LONGEST} ký tự.")
        return words
