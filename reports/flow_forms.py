"""What is said at each step of a report's way."""

from django import forms

from cchc.fields import LinesField, VietnameseDateField
from reports.issuing import number_of


class StepForm(forms.Form):
    """Which version of the report the person saw, and how far it had come then."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput())

    def __init__(self, data=None, uploads=None, *, report):
        seen = {"version": report.version, "revision": report.revision}
        super().__init__(data, uploads, initial=seen)
        self.report = report

    def clean(self):
        data = super().clean()
        if {"version", "revision"} & set(self.errors):
            self.add_error(None, "Biểu mẫu này không còn nguyên vẹn; mở lại trang rồi gửi.")
        return data

    @property
    def sees_it_now(self) -> bool:
        seen = self.cleaned_data["version"], self.cleaned_data["revision"]
        return seen == (self.report.version, self.report.revision)

    @property
    def said(self) -> str:
        """The words that the step keeps of what was typed."""
        return ""

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What a person typed, for a page that can't take it any more."""
        shown = (field for field in self.visible_fields() if field.widget_type != "clearablefile")
        return [(field.label, field.value()) for field in shown if field.value()]


class ReturnForm(StepForm):
    reason = LinesField(
        label="Cần sửa những gì",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
        error_messages={"required": "Ghi rõ cần sửa những gì."},
    )

    @property
    def said(self):
        return self.cleaned_data["reason"]


class IssueForm(StepForm):
    number = forms.IntegerField(
        label="Số văn thư cấp",
        min_value=1,
        max_value=99_999,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control num"}
        ),
        error_messages={
            "required": "Ghi số văn thư đã cấp.",
            "invalid": "Chỉ ghi phần số, như 5 hoặc 05; ký hiệu có sẵn ở bên cạnh.",
            "min_value": "Số bắt đầu từ 01.",
            "max_value": "Số quá lớn; xem lại số văn thư đã cấp.",
        },
    )
    issued_on = VietnameseDateField(
        label="Ngày ban hành", error_messages={"required": "Ghi ngày ban hành văn thư đã ghi."}
    )

    @property
    def said(self):
        return number_of(self.report.period.plan, self.cleaned_data["number"])


class SignForm(StepForm):
    file = forms.FileField(
        label="Tệp PDF đã ký (đến 25 MB)",
        allow_empty_file=True,  # told in our own words when it is kept
        max_length=250,
        widget=forms.FileInput(attrs={"accept": ".pdf", "class": "form-control"}),
        error_messages={
            "required": "Chọn tệp PDF đã ký.",
            "max_length": "Tên tệp quá dài; đặt tên ngắn hơn rồi chọn lại.",
        },
    )

    @property
    def typed(self):
        return []


class CorrectForm(StepForm):
    changes = LinesField(
        label="Bản đính chính thay đổi những gì",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
        help_text="Được ghi cùng bản đính chính và lưu lại; bản đã ban hành giữ nguyên.",
        error_messages={"required": "Ghi rõ bản đính chính thay đổi những gì."},
    )

    @property
    def said(self):
        return self.cleaned_data["changes"]
