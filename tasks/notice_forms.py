"""What a person may set for their own notices and calendars."""

from django import forms

from cchc.models import User


class DigestForm(forms.Form):
    every = forms.ChoiceField(
        label="Thư tổng hợp", choices=User.DigestEvery.choices, widget=forms.RadioSelect
    )


class ReadForm(forms.Form):
    """One notice (and open what it leads to), or all that the page showed."""

    notice = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    until = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    open = forms.BooleanField(required=False)

    def clean(self):
        told = super().clean()
        if bool(told.get("notice")) == bool(told.get("until")):
            raise forms.ValidationError("Chọn một thông báo, hoặc tất cả.")
        return told


class FeedForm(forms.Form):
    """Make an address (anew, when `seen` is the one that the page showed), or revoke it."""

    ACTS = (("make", "Tạo"), ("revoke", "Hủy"))

    act = forms.ChoiceField(choices=ACTS)
    whole_unit = forms.BooleanField(required=False)
    seen = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def clean(self):
        told = super().clean()
        if told.get("act") == "revoke" and not told.get("seen"):
            raise forms.ValidationError("Chọn lịch cần hủy.")
        return told
