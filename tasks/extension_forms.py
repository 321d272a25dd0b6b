"""What a person may type about a later due day."""

from django import forms

from cchc.fields import LinesField, VietnameseDateField
from tasks.models import Extension

Decision = Extension.Decision
YES_OR_NO = (("1", "Đề nghị đồng ý"), ("0", "Đề nghị không đồng ý"))


def words_field(label, required, rows=2):
    return LinesField(
        label=label,
        max_length=2000,
        required=required is not None,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
        error_messages={"required": required or ""},
    )


class ExtendForm(forms.Form):
    wanted_on = VietnameseDateField(
        label="Xin gia hạn đến ngày", error_messages={"required": "Ghi ngày xin gia hạn đến."}
    )
    reason = words_field(
        "Lý do", "Ghi lý do: HCQT cho ý kiến và lãnh đạo quyết định theo lý do này.", 3
    )

    def __init__(self, *args, due_on, **kwargs):
        super().__init__(*args, **kwargs)
        self.due_on = due_on

    def clean_wanted_on(self):
        day = self.cleaned_data["wanted_on"]
        if self.due_on and day <= self.due_on:
            raise forms.ValidationError(
                f"Ngày xin gia hạn phải sau hạn hiện nay, {self.due_on:%d/%m/%Y}."
            )
        return day


class AdviceForm(forms.Form):
    favourable = forms.TypedChoiceField(
        label="Ý kiến của HCQT",
        choices=YES_OR_NO,
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn đề nghị đồng ý hay không đồng ý."},
    )
    words = words_field("Vì sao", "Ghi vì sao, để lãnh đạo quyết định.")


class DecisionForm(forms.Form):
    """Granted, another day or refused. Where the work no longer waits for time, only refused."""

    decision = forms.ChoiceField(
        label="Quyết định",
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một quyết định."},
    )
    granted_on = VietnameseDateField(label="Ngày khác", required=False)
    reason = words_field("Lý do, ý kiến", None)

    def __init__(self, *args, extension, may_grant, **kwargs):
        super().__init__(*args, **kwargs)
        self.extension = extension
        granted = f"Đồng ý đến {extension.wanted_on:%d/%m/%Y}"
        choices = [
            (Decision.GRANTED.value, granted),
            (Decision.OTHER_DAY.value, "Cho đến ngày khác (ghi ở dưới)"),
            (Decision.REFUSED.value, "Không đồng ý (ghi lý do)"),
        ]
        self.fields["decision"].choices = choices if may_grant else choices[-1:]

    def clean(self):
        data = super().clean()
        chosen, day = data.get("decision"), data.get("granted_on")
        if chosen == Decision.OTHER_DAY and "granted_on" not in self.errors:
            due_on = self.extension.assignment.due_on
            if day is None:
                self.add_error("granted_on", "Ghi ngày cho gia hạn đến.")
            elif day <= due_on:
                self.add_error("granted_on", f"Ngày phải sau hạn hiện nay, {due_on:%d/%m/%Y}.")
        if chosen == Decision.REFUSED and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Không đồng ý thì ghi lý do.")
        return data
