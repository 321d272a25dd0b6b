"""The Ministry's statistics form as a person fills it: one form, each figure with its version."""

from django import forms
from django.core.exceptions import ValidationError

from cchc.fields import LineField
from reports.setting_statistics import Typed
from reports.statistics import TYPED, measured
from tasks.workflow import NotAllowed

# value, note, and what the person had before their eyes: its version, value and note
VALUE, NOTE, VERSION, SEEN_VALUE, SEEN_NOTE = "v", "n", "k", "ov", "on"


class FigureField(LineField):
    """A figure as its unit wants it."""

    def __init__(self, code: str, **kwargs):
        self.code = code
        super().__init__(required=False, max_length=60, **kwargs)

    def clean(self, value):
        try:
            return measured(self.code, super().clean(value))
        except NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal


class StatisticsForm(forms.Form):
    def __init__(self, data, kept: dict):
        """`kept`: the StatisticValue by code."""
        super().__init__(data, initial=_initial(kept))
        for field in TYPED:
            self.fields[f"{VALUE}-{field.code}"] = FigureField(
                field.code, label=field.label, widget=_input("num", inputmode="decimal")
            )
            self.fields[f"{NOTE}-{field.code}"] = LineField(
                label=f"Ghi chú: {field.label}",
                required=False,
                max_length=200,
                widget=_input("", maxlength=200),
                error_messages={"max_length": "Ghi chú tối đa 200 ký tự."},
            )
            hidden = {"required": False, "widget": forms.HiddenInput()}
            self.fields[f"{VERSION}-{field.code}"] = forms.IntegerField(min_value=0, **hidden)
            self.fields[f"{SEEN_VALUE}-{field.code}"] = forms.CharField(max_length=60, **hidden)
            self.fields[f"{SEEN_NOTE}-{field.code}"] = forms.CharField(max_length=200, **hidden)

    def typed(self) -> list[Typed]:
        """What the person changed; a figure that the form didn't bring is left alone."""
        got = self.cleaned_data
        return [
            Typed(
                field.code,
                got[f"{VALUE}-{field.code}"],
                got[f"{NOTE}-{field.code}"],
                got[f"{VERSION}-{field.code}"] or 0,
            )
            for field in TYPED
            if f"{VALUE}-{field.code}" in self.data and self._is_changed(field.code)
        ]

    def _is_changed(self, code: str) -> bool:
        got = self.cleaned_data
        seen = got[f"{SEEN_VALUE}-{code}"], got[f"{SEEN_NOTE}-{code}"]
        return (got[f"{VALUE}-{code}"], got[f"{NOTE}-{code}"]) != seen


def seeing(data, kept: dict, codes) -> dict:
    """What was typed, now with what another person wrote of these figures as seen: to send it again
    is to prefer one's own."""
    data = data.copy()
    for name, value in _initial({code: kept[code] for code in codes if code in kept}).items():
        if not name.startswith((f"{VALUE}-", f"{NOTE}-")):
            data[name] = value
    return data


def _initial(kept: dict) -> dict:
    initial = {f"{VERSION}-{field.code}": 0 for field in TYPED if field.code not in kept}
    for code, value in kept.items():
        initial |= {
            f"{VALUE}-{code}": value.value,
            f"{NOTE}-{code}": value.note,
            f"{VERSION}-{code}": value.version,
            f"{SEEN_VALUE}-{code}": value.value,
            f"{SEEN_NOTE}-{code}": value.note,
        }
    return initial


def _input(look: str, **attributes):
    attributes |= {"class": f"form-control {look}".strip(), "autocomplete": "off"}
    return forms.TextInput(attrs=attributes)
