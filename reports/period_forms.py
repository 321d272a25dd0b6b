"""What the coordinator may type about the days of a report."""

from django import forms

from cchc.fields import LineField, VietnameseDateField
from cchc.workdays import Workdays
from reports.periods import UNIT_WORKDAYS

DAYS = ("data_from", "data_to", "units_due_on", "due_on")


class DaysForm(forms.Form):
    """`seen`: the days as they were when the page was opened, so that a later change is noticed."""

    data_from = VietnameseDateField(
        label="Số liệu từ ngày", error_messages={"required": "Ghi ngày đầu của kỳ, như 15/12/2023."}
    )
    data_to = VietnameseDateField(
        label="Chốt số liệu ngày", error_messages={"required": "Ghi ngày chốt số liệu."}
    )
    units_due_on = VietnameseDateField(
        label="Đơn vị gửi trước hết ngày",
        error_messages={"required": "Ghi ngày các đơn vị phải gửi."},
    )
    due_on = VietnameseDateField(
        label="Gửi báo cáo trước hết ngày",
        error_messages={"required": "Ghi ngày cơ quan phải gửi báo cáo."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def days(self) -> dict:
        return {name: self.cleaned_data[name] for name in DAYS}


class AdHocForm(DaysForm):
    """The two days of sending may be left open: then they follow the data day by working days."""

    subject = LineField(
        label="Nội dung báo cáo",
        max_length=200,
        help_text="Như trên tên báo cáo: Kết quả kiểm tra cải cách hành chính theo Công văn số …",
        error_messages={
            "required": "Ghi nội dung báo cáo, như trên tên báo cáo.",
            "max_length": "Nội dung dài %(show_value)s ký tự; ghi tối đa %(limit_value)s ký tự.",
        },
    )
    field_order = ["subject", *DAYS]

    def __init__(self, *args, workdays: Workdays, **kwargs):
        super().__init__(*args, **kwargs)
        self.workdays = workdays
        told = "Để trống: 02 ngày làm việc sau ngày {}"
        for name, after in (("units_due_on", "chốt số liệu"), ("due_on", "các đơn vị gửi")):
            self.fields[name].required = False
            self.fields[name].help_text = told.format(after) + "."

    def clean(self):
        data = super().clean()
        if data.get("data_to") and "units_due_on" not in self.errors:
            data["units_due_on"] = data.get("units_due_on") or self._after(data["data_to"])
            if "due_on" not in self.errors:
                data["due_on"] = data.get("due_on") or self._after(data["units_due_on"])
        return data

    def _after(self, day):
        return self.workdays.after(day, UNIT_WORKDAYS)
