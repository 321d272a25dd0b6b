"""What the coordinator types about a target: one form for each kind of target."""

import re
import uuid
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from cchc.fields import LinesField, VietnameseDateField
from cchc.templatetags.cchc import dmy, number
from cchc.text import clean_lines
from indicators.models import Indicator, Measurement
from tasks.forms import DocumentForm

_GROUPED = re.compile(r"[0-9]+|[0-9]{1,3}(\.[0-9]{3})+")  # 1234 or 1.234


class WholeNumberField(forms.Field):
    """A count, with or without the dots between thousands."""

    default_error_messages = {
        "required": "Ghi số.",
        "invalid": "Ghi số nguyên không âm, ví dụ 1.234.",
        "too_big": "Số này quá lớn.",
    }

    def __init__(self, *, most=2_147_483_647, **kwargs):
        self.most = most
        attrs = {"inputmode": "numeric", "class": "form-control num", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value):
        return number(value) if isinstance(value, int) else value

    def to_python(self, value) -> int | None:
        text = "".join(str(value if value is not None else "").split())
        if not text:
            return None
        if not _GROUPED.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        whole = int(text.replace(".", "")[:20])
        if whole > self.most:
            raise ValidationError(self.error_messages["too_big"], code="too_big")
        return whole


class MeasureForm(forms.Form):
    """What every kind has. `seen` is the newest row when the form was opened, `form_key` this
    form: sent twice it is recorded once."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    measured_on = VietnameseDateField(
        label="Số liệu đến ngày",
        not_after_today=True,
        error_messages={"required": "Ghi số liệu tính đến ngày nào."},
    )
    note = LinesField(
        label="Thuyết minh, nguồn số liệu",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    figures = ()  # the names of the fields that one kind adds

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.year = year
        self.order_fields(["seen", "form_key", *self.figures, "measured_on", "note"])

    def clean_measured_on(self):
        day = self.cleaned_data["measured_on"]
        if day < date(self.year, 1, 1):
            raise ValidationError(f"Số liệu của năm {self.year} không thể tính đến {dmy(day)}.")
        return day

    def clean_note(self):
        return clean_lines(self.cleaned_data["note"])

    @property
    def own_fields(self):
        return [self[name] for name in self.figures]


class PercentageForm(MeasureForm):
    figures = ("numerator", "denominator")
    numerator = WholeNumberField(label="Tử số: số đạt", error_messages={"required": "Ghi tử số."})
    denominator = WholeNumberField(
        label="Mẫu số: tổng số",
        error_messages={"required": "Ghi mẫu số."},
        help_text="Không có gì để đo trong kỳ: ghi cả hai số là 0, kết quả là “không phát sinh”.",
    )

    def clean(self):
        data = super().clean()
        part, whole = data.get("numerator"), data.get("denominator")
        if part is not None and whole is not None and part > whole:
            self.add_error("numerator", "Tử số không thể lớn hơn mẫu số.")
        return data


class RankForm(MeasureForm):
    figures = ("rank", "ranked")
    rank = WholeNumberField(
        label="Thứ hạng", most=32_767, error_messages={"required": "Ghi thứ hạng."}
    )
    ranked = WholeNumberField(
        label="Trong tổng số cơ quan được xếp hạng",
        most=32_767,
        error_messages={"required": "Ghi tổng số cơ quan được xếp hạng."},
    )

    def clean_rank(self):
        if self.cleaned_data["rank"] < 1:
            raise ValidationError("Thứ hạng bắt đầu từ 1.")
        return self.cleaned_data["rank"]

    def clean(self):
        data = super().clean()
        rank, ranked = data.get("rank"), data.get("ranked")
        if rank is not None and ranked is not None and rank > ranked:
            self.add_error("rank", "Thứ hạng không thể lớn hơn tổng số cơ quan được xếp hạng.")
        return data


class MilestoneForm(MeasureForm):
    figures = ("achieved_on",)
    achieved_on = VietnameseDateField(
        label="Ngày hoàn thành",
        not_after_today=True,
        help_text="Ngày của văn bản chứng minh việc hoàn thành.",
        error_messages={"required": "Ghi ngày hoàn thành."},
    )

    def clean(self):
        data = super().clean()
        reached, day = data.get("achieved_on"), data.get("measured_on")
        if reached and day and reached > day:
            self.add_error(
                "measured_on", f"Số liệu đến {dmy(day)} chưa biết việc hoàn thành {dmy(reached)}."
            )
        return data


class QualitativeForm(MeasureForm):
    figures = ("verdict",)
    verdict = forms.ChoiceField(
        label="Nhận định",
        choices=[("", "Chọn…"), *Measurement.Verdict.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Chọn đã đạt hay chưa đạt."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = (
            "Ghi thuyết minh: vì sao nhận định như vậy."
        )


FORMS = {
    Indicator.Kind.PERCENTAGE: PercentageForm,
    Indicator.Kind.RANK: RankForm,
    Indicator.Kind.MILESTONE: MilestoneForm,
    Indicator.Kind.QUALITATIVE: QualitativeForm,
}


def opened_forms(indicator: Indicator, year: int, newest: Measurement | None):
    """The measure and its document as a person opens them: a correction starts from what is there."""
    form_class = FORMS[indicator.kind]
    initial = {"form_key": uuid.uuid4()}
    cited = None
    if newest:
        names = (*form_class.figures, "measured_on", "note")
        initial |= {"seen": newest.pk} | {name: getattr(newest, name) for name in names}
        cited = newest.document
    fields = ("number", "issued_on", "kind", "summary", "issuer", "signer")
    source = {name: getattr(cited, name) for name in fields} if cited else {}
    form = form_class(year=year, initial=initial)
    return form, _document_form(indicator, initial=source)


def sent_forms(indicator: Indicator, year: int, data, files):
    return FORMS[indicator.kind](data, year=year), _document_form(indicator, data, files)


def _document_form(indicator, data=None, files=None, **kwargs) -> DocumentForm:
    """May stay empty, but not for a milestone: that is proved by its document."""
    return DocumentForm(
        data,
        files,
        prefix="vb",
        empty_permitted=indicator.kind != Indicator.Kind.MILESTONE,
        use_required_attribute=False,
        **kwargs,
    )
