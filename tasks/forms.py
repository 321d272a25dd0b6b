"""What a person may type about work, and the sentences that say what is wrong with it."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError

from cchc import clock
from cchc.fields import LineField, LinesField, VietnameseDateField
from cchc.text import clean, clean_lines
from cchc.uploads import validate_upload
from tasks.citing import Citation

MOST_DOCUMENTS = 12
PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
WORDS = ("result", "difficulty", "proposal", "missing")


class KeptField(forms.TypedMultipleChoiceField):
    """Primary keys of evidence. Which of them still stand is for the action to say: at the second
    click of the same form the rows are history already."""

    def valid_value(self, value) -> bool:
        return value.isascii() and value.isdigit() and len(value) < 19


class UpdateForm(forms.Form):
    """A unit's report on its assignment. `version` is what the person saw, `form_key` this form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    result = LinesField(
        label="Đã làm được gì",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        max_length=4000,
        error_messages={"required": "Ghi đã làm được gì; câu này được đưa vào báo cáo năm."},
    )
    difficulty = LinesField(
        label="Vướng mắc",
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 1, "class": "form-control", "placeholder": "Để trống nếu không có"}
        ),
    )
    proposal = LinesField(
        label="Đề nghị",
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 1, "class": "form-control", "placeholder": "Đề nghị ai làm gì"}
        ),
    )
    missing = LinesField(
        label="Lý do thiếu văn bản",
        required=False,
        max_length=1000,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "class": "form-control",
                "placeholder": "Vì sao sản phẩm không có văn bản; người xác nhận sẽ xem xét",
            }
        ),
    )
    keep = KeptField(
        label="Văn bản đã ghi lần trước",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def offer(self, evidence):
        """Boxes of what was cited before: to show them, not to read what was ticked."""
        self.fields["keep"].choices = [(row.pk, _evidence_label(row)) for row in evidence]

    @classmethod
    def opened_on(cls, assignment, evidence, draft=None):
        """The form as a person opens it: everything cited before stays cited, and the words that
        wait for the head's approval are there to be mended."""
        initial = {
            "version": assignment.version,
            "form_key": uuid.uuid4(),
            "keep": [row.pk for row in evidence],
        }
        if draft:
            initial |= {name: getattr(draft, name) for name in ("result", "difficulty", "proposal")}
            initial["missing"] = draft.reason
        return cls(initial=initial, auto_id=ids_of(assignment))

    def clean(self):
        data = super().clean()
        words = {name: clean_lines(data.get(name, "")) for name in WORDS}
        data |= words
        if words["difficulty"] and not words["proposal"] and "proposal" not in self.errors:
            self.add_error("proposal", "Có vướng mắc thì ghi đề nghị: cần ai làm gì để gỡ.")
        if words["proposal"] and not words["difficulty"] and "difficulty" not in self.errors:
            self.add_error("difficulty", "Có đề nghị thì ghi đang vướng gì.")
        return data


class DocumentForm(forms.Form):
    """One issued document, cited (Nghị định 30/2020/NĐ-CP, Phụ lục VI). Empty: none."""

    number = LineField(label="Số, ký hiệu", max_length=41)
    issued_on = VietnameseDateField(label="Ngày ban hành", not_after_today=True)
    kind = LineField(label="Loại văn bản", max_length=100, required=False)
    summary = LineField(label="Trích yếu", max_length=500)
    issuer = LineField(label="Cơ quan ban hành", max_length=200)
    signer = LineField(label="Người ký", max_length=50, required=False)
    products = forms.TypedMultipleChoiceField(
        label="Là sản phẩm", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label="Tệp văn bản đã ký", required=False)

    def __init__(self, *args, products=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["products"].choices = [
            (product.pk, f"{product.position}. {product.text}") for product in products
        ]
        if len(products) == 1:
            self.fields["products"].initial = [products[0].pk]
        for name in ("number", "kind", "summary", "issuer", "signer"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["number"].widget.attrs["placeholder"] = "209/BC-VP"
        self.fields["kind"].widget.attrs |= {"list": "loai-van-ban", "placeholder": "Báo cáo"}
        self.fields["summary"].widget.attrs["placeholder"] = "Kết quả rà soát văn bản năm 2024"
        for field in self.fields.values():
            field.error_messages["required"] = f"Ghi {field.label.lower()} của văn bản."

    def clean_number(self):
        number = clean(self.cleaned_data["number"])
        if "/" not in number:
            raise ValidationError(f"Thiếu ký hiệu: ghi đủ như trên văn bản, ví dụ {number}/BC-VP.")
        return number

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload:
            validate_upload(upload)
        return upload

    def citation(self) -> Citation:
        data = self.cleaned_data
        return Citation(
            number=data["number"],
            issued_on=data["issued_on"],
            summary=data["summary"],
            issuer=data["issuer"],
            kind=data["kind"],
            signer=data["signer"],
            products=tuple(data["products"]),
            upload=data["file"],
        )


class BaseDocumentFormSet(forms.BaseFormSet):
    def citations(self) -> tuple[Citation, ...]:
        """Of the forms that somebody filled in."""
        return tuple(form.citation() for form in self.forms if form.has_changed())


def document_forms(assignment, *, served=frozenset(), data=None, files=None):
    """Empty document forms: one for each product that still lacks a document, at least one; or what
    was typed into them."""
    products = assignment.expected_products()
    missing = sum(product.pk not in served for product in products)
    formset = forms.formset_factory(
        DocumentForm,
        formset=BaseDocumentFormSet,
        extra=min(max(1, missing), MOST_DOCUMENTS),
        max_num=MOST_DOCUMENTS,
        absolute_max=MOST_DOCUMENTS,
        validate_max=True,
    )
    return formset(
        data, files, prefix="vb", form_kwargs={"products": products}, auto_id=ids_of(assignment)
    )


def ids_of(assignment) -> str:
    """Several forms may be open in one list: each has ids of its own."""
    return f"id-{assignment.pk}-%s"


class ReturnForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = LinesField(
        label="Lý do trả lại",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "Ghi lý do: đơn vị cần biết còn thiếu gì, bổ sung thế nào."},
    )
    redo_by = VietnameseDateField(label="Bổ sung trước ngày", required=False)

    def clean_reason(self):
        reason = clean_lines(self.cleaned_data["reason"])
        if not reason:
            raise ValidationError(self.fields["reason"].error_messages["required"])
        return reason

    def clean_redo_by(self):
        day = self.cleaned_data["redo_by"]
        if day and day <= clock.today():
            raise ValidationError("Ngày bổ sung phải ở sau hôm nay.")
        return day


class VerifyForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


def seen_pairs(ticked: list[str]) -> dict[int, int]:
    """Assignment and the version seen, of boxes like "12:3"; what a browser would not send is left
    out."""
    found = (PAIR.fullmatch(value) for value in ticked)
    return {int(pair[1]): int(pair[2]) for pair in found if pair}


def _evidence_label(row) -> str:
    answers = f": {row.product.text}" if row.product else ""
    return f"{row.document.title} ngày {row.document.issued_on:%d/%m/%Y}{answers}"
