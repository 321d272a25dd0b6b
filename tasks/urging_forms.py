"""What is typed when work is urged, and in answer to it; a leader's words, and their answers."""

from django import forms
from django.core.exceptions import ValidationError

from cchc import clock
from cchc.fields import LinesField, VietnameseDateField
from tasks.models import Reminder

Answer = Reminder.Answer


def words_field(label, *, required=True, rows=3, missing="", **attrs):
    field = LinesField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control", **attrs}),
    )
    field.error_messages["required"] = missing or f"Ghi {label.lower()}."
    return field


class ReminderForm(forms.Form):
    words = words_field("Lời nhắc", required=False, rows=2)


class LetterForm(forms.Form):
    answer_by = VietnameseDateField(label="Đề nghị trả lời trước ngày")
    words = words_field("Ghi thêm vào phiếu", required=False)

    def clean_answer_by(self):
        day = self.cleaned_data["answer_by"]
        if day <= clock.today():
            raise ValidationError("Ngày đề nghị trả lời phải ở sau hôm nay.")
        return day


class ReminderAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label="Trả lời",
        choices=Answer.choices,
        initial=Answer.PROMISE,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một cách trả lời."},
    )
    promised_on = VietnameseDateField(label="Hẹn xong ngày", required=False)
    words = words_field("Nội dung", required=False)

    def clean(self):
        data = super().clean()
        answer, day = data.get("answer"), data.get("promised_on")
        if answer == Answer.PROMISE and "promised_on" not in self.errors:
            if day is None:
                self.add_error("promised_on", "Ghi ngày hẹn xong.")
            elif day <= clock.today():
                self.add_error("promised_on", "Ngày hẹn phải ở sau hôm nay.")
        if answer in (Answer.REASON, Answer.PROPOSAL) and not data.get("words"):
            what = "lý do chậm" if answer == Answer.REASON else "kiến nghị: cần ai làm gì"
            if "words" not in self.errors:
                self.add_error("words", f"Ghi {what}.")
        return data


class DirectiveForm(forms.Form):
    unit = forms.ModelChoiceField(
        label="Giao đơn vị",
        queryset=None,
        empty_label=None,
        error_messages={"required": "Chọn đơn vị.", "invalid_choice": "Chọn một đơn vị có tên."},
    )
    words = words_field("Ý kiến chỉ đạo")
    due_on = VietnameseDateField(label="Trả lời trước ngày (không bắt buộc)", required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and day < clock.today():
            raise ValidationError("Ngày trả lời không thể ở trước hôm nay.")
        return day


class DirectiveAnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    words = words_field("Trả lời", missing="Ghi nội dung trả lời.")


class DirectiveCloseForm(forms.Form):
    """`send_back` in the data: the unit has to answer again, and must be told why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = words_field("Ý kiến (bắt buộc khi yêu cầu trả lời lại)", required=False, rows=2)

    def clean(self):
        data = super().clean()
        if "send_back" in self.data and not data.get("words") and "words" not in self.errors:
            self.add_error("words", "Ghi vì sao chưa chấp nhận, đơn vị cần trả lời thêm gì.")
        return data
