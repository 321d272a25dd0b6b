"""What the coordinator types about a published index."""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from cchc.fields import LinesField, VietnameseDateField
from cchc.templatetags.cchc import dmy
from cchc.text import clean_lines
from indicators.forms import WholeNumberField
from indicators.index_actions import difference
from indicators.index_reading import points
from indicators.models import IndexComponent, IndexResult, IndexVersion
from tasks.forms import DocumentForm

_POINTS = re.compile(r"[0-9]{1,4}([,.][0-9]{1,3})?")  # 87,45; a dot is a decimal point here
_CITED = ("number", "issued_on", "kind", "summary", "issuer", "signer")


class PointsField(forms.Field):
    """Points with a decimal comma, at most three decimals, up to `most`."""

    default_error_messages = {
        "invalid": "Ghi số không âm, ví dụ 87,45.",
        "too_big": "Không thể lớn hơn %(most)s.",
    }

    def __init__(self, *, most: Decimal, **kwargs):
        self.most = most
        attrs = {"inputmode": "decimal", "class": "form-control num", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), required=False, **kwargs)

    def prepare_value(self, value):
        return points(value) if isinstance(value, Decimal) else value

    def to_python(self, value) -> Decimal | None:
        text = "".join(str(value or "").split())
        if not text:
            return None
        if not _POINTS.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        found = Decimal(text.replace(",", "."))
        if found > self.most:
            words = self.error_messages["too_big"]
            raise ValidationError(words, code="too_big", params={"most": points(self.most)})
        return found


@dataclass(frozen=True)
class ComponentFields:
    component: IndexComponent
    own: BoundField | None
    appraised: BoundField


class ResultForm(forms.Form):
    """`seen` is the newest row when the form was opened, `form_key` this form. `targets`: those of
    the plan that take their rank from here, so that it must be given."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    rank = WholeNumberField(label="Thứ hạng", most=32_767, required=False)
    ranked = WholeNumberField(label="Trong tổng số", most=32_767, required=False)
    published_on = VietnameseDateField(
        label="Ngày công bố",
        not_after_today=True,
        error_messages={"required": "Ghi ngày công bố kết quả."},
    )
    note = LinesField(
        label="Thuyết minh, nguồn số liệu",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    confirmed = forms.BooleanField(
        label="Văn bản công bố đúng như vậy", required=False, widget=forms.CheckboxInput
    )

    def __init__(self, *args, version: IndexVersion, year: int, targets=(), **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.version, self.year, self.targets = version, year, targets
        self.components = list(version.components.all())
        unit = "Tỷ lệ %" if version.index.score_unit == "%" else "Điểm"
        self.fields["score"] = PointsField(
            label=f"{unit} (tối đa {points(version.max_score)})", most=version.max_score
        )
        if targets:
            self.fields["rank"].required = self.fields["ranked"].required = True
            self.fields["rank"].error_messages["required"] = "Ghi thứ hạng."
            self.fields["ranked"].error_messages["required"] = "Ghi tổng số được xếp hạng."
        for part in self.components:
            most = version.max_score if part.max_score is None else part.max_score
            for name in self._names(part):
                word = "tự chấm" if name.startswith("own") else "thẩm định"
                if not version.self_scored:
                    word = "điểm"
                self.fields[name] = PointsField(most=most, label=f"{part.name}, {word}")
                self.fields[name].widget.attrs["aria-label"] = f"{part.name}, {word}"
        self.order_fields(["seen", "form_key", "score", "rank", "ranked", "published_on", "note"])

    def _names(self, part) -> list[str]:
        return [f"own_{part.code}"] * self.version.self_scored + [f"appraised_{part.code}"]

    @property
    def component_fields(self) -> list[ComponentFields]:
        return [
            ComponentFields(
                part,
                self[f"own_{part.code}"] if self.version.self_scored else None,
                self[f"appraised_{part.code}"],
            )
            for part in self.components
        ]

    @property
    def asks_to_confirm(self) -> bool:
        return self.is_bound and bool(self["confirmed"].errors or self["confirmed"].value())

    def clean_published_on(self):
        day = self.cleaned_data["published_on"]
        if day < date(self.year, 1, 1):
            raise ValidationError(f"Kết quả năm {self.year} không thể công bố ngày {dmy(day)}.")
        return day

    def clean_note(self):
        return clean_lines(self.cleaned_data["note"])

    def clean(self):
        data = super().clean()
        rank, ranked = data.get("rank"), data.get("ranked")
        if rank == 0:
            self.add_error("rank", "Thứ hạng bắt đầu từ 1.")
        elif rank and ranked is not None and rank > ranked:
            self.add_error("rank", "Thứ hạng không thể lớn hơn tổng số được xếp hạng.")
        elif rank and ranked is None and "ranked" not in self.errors:
            self.add_error("ranked", "Ghi tổng số được xếp hạng.")
        elif ranked and rank is None and "rank" not in self.errors:
            self.add_error("rank", "Ghi thứ hạng.")
        if data.get("score") is None and rank is None and not {"score", "rank"} & set(self.errors):
            self.add_error("score", "Ghi điểm hoặc thứ hạng.")
        self._check_sum(data)
        return data

    def _check_sum(self, data):
        words = difference(self.version, data.get("score"), self.scores())
        if words and not data.get("confirmed"):
            self.add_error("confirmed", words)

    def scores(self) -> dict[str, tuple]:
        """Self-scored and appraised points by the component's code."""
        data = self.cleaned_data
        return {
            part.code: (data.get(f"own_{part.code}"), data.get(f"appraised_{part.code}"))
            for part in self.components
        }

    def told(self) -> dict:
        """What the action wants to know."""
        names = ("seen", "form_key", "score", "rank", "ranked", "published_on", "note", "confirmed")
        return {name: self.cleaned_data[name] for name in names} | {"components": self.scores()}


def opened_forms(newest: IndexResult | None, **told):
    """The result and its document as a person opens them: a correction starts from what is there."""
    initial, source = {"form_key": uuid.uuid4()}, {}
    if newest:
        names = ("score", "rank", "ranked", "published_on", "note")
        initial |= {"seen": newest.pk} | {name: getattr(newest, name) for name in names}
        for score in newest.scores.all():
            initial[f"own_{score.component.code}"] = score.self_scored
            initial[f"appraised_{score.component.code}"] = score.appraised
        if newest.document:
            source = {name: getattr(newest.document, name) for name in _CITED}
    return ResultForm(initial=initial, **told), _document_form(initial=source)


def sent_forms(data, files, **told):
    return ResultForm(data, **told), _document_form(data, files)


def _document_form(data=None, files=None, **kwargs) -> DocumentForm:
    return DocumentForm(
        data, files, prefix="vb", empty_permitted=True, use_required_attribute=False, **kwargs
    )
