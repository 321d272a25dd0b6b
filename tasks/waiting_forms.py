"""What the coordinator may type about the document that work waits for, or that stops it."""

from datetime import timedelta

from django import forms

from cchc.fields import LinesField, VietnameseDateField
from tasks.pages.waiting import TriggerPage


class DueDayForm(forms.Form):
    """The due day of what the plan gives none. Empty where the words themselves count the days."""

    due_on = VietnameseDateField(label="Hạn hoàn thành", required=False)

    def __init__(self, *args, page: TriggerPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page
        if page.event_days:
            self.fields[
                "due_on"
            ].help_text = (
                f"Để trống thì tính {page.event_days} ngày kể từ ngày văn bản, như Kế hoạch ghi."
            )
        if not page.asks_due_on:
            del self.fields["due_on"]

    def due_day(self, issued_on):
        """The day typed, or counted; None (with a word at the field) when there is none."""
        if not self.page.asks_due_on:
            return None
        day = self.cleaned_data.get("due_on")
        if day is None and self.page.event_days:
            return issued_on + timedelta(days=self.page.event_days)
        if day is None:
            self.add_error("due_on", "Ghi hạn hoàn thành: Kế hoạch không ghi ngày cho việc này.")
        elif day < issued_on:
            self.add_error("due_on", "Hạn hoàn thành không thể trước ngày văn bản.")
        return day


class CheckForm(forms.Form):
    note = LinesField(
        label="Ghi chú",
        required=False,
        max_length=1000,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "class": "form-control",
                "placeholder": "Đã hỏi ai, dự kiến khi nào; để trống cũng được",
            }
        ),
    )


class StopForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = LinesField(
        label="Lý do dừng",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "Ghi lý do dừng."},
    )
