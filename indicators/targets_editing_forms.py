"""What the coordinator types of a target of a draft."""

from django import forms
from django.core.exceptions import ValidationError

from cchc.fields import LineField, LinesField
from indicators.models import Index, Indicator
from indicators.targets_editing import COUNTED, OPERATORS, TARGET, target_digest, tasks_of
from tasks.models import Plan
from tasks.plan_forms import lines
from tasks.plan_import.measuring import UNITS

Kind = Indicator.Kind


class TargetForm(forms.Form):
    """`seen` is the digest of what the person had before them."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    code = forms.RegexField(
        r"^[A-Za-zĐđ0-9.]+$",
        label="Mã",
        max_length=12,
        help_text="Như CT1, CT5.2.",
        error_messages={"invalid": "Mã chỉ có chữ, số và dấu chấm, như CT5.2."},
    )
    source_ref = LineField(
        label="Chỗ trong kế hoạch",
        max_length=60,
        required=False,
        help_text="Như: Mục II, khoản 5, gạch đầu dòng 2.",
    )
    text = LinesField(label="Chỉ tiêu (nguyên văn)", max_length=4000, widget=lines(3))
    kind = forms.ChoiceField(label="Loại", choices=Kind.choices)
    operator = forms.ChoiceField(
        label="So sánh",
        required=False,
        choices=[("", "Theo loại"), *Indicator.Operator.choices],
    )
    value = forms.DecimalField(
        label="Phải đạt",
        required=False,
        min_value=0,
        max_value=99999,
        decimal_places=2,
        localize=True,
        help_text="Tỷ lệ (%) hoặc thứ hạng.",
    )
    value_unit = LineField(label="Đơn vị tính", max_length=20, required=False)
    deadline_year = forms.IntegerField(
        label="Năm đạt", required=False, min_value=2000, max_value=2100
    )
    yearly = forms.BooleanField(label="Mục tiêu cho từng năm", required=False)
    exclusion = LineField(
        label="Trừ", max_length=200, required=False, help_text="Như: trừ văn bản mật."
    )
    measure = LinesField(
        label="Cách đo",
        max_length=2000,
        required=False,
        widget=lines(2),
        help_text="Tử số, mẫu số hoặc ngày nào được ghi; số liệu lấy ở đâu.",
    )
    area = forms.ModelChoiceField(
        queryset=None,
        label="Lĩnh vực",
        required=False,
        empty_label="Không thuộc riêng lĩnh vực nào",
    )
    index = forms.ModelChoiceField(
        queryset=None, label="Lấy thứ hạng của chỉ số", required=False, empty_label="Không"
    )
    tasks = LineField(
        label="Nhiệm vụ liên quan",
        required=False,
        help_text="Mã nhiệm vụ, cách nhau bằng dấu phẩy, như V.1, III.2.",
    )

    def __init__(self, *args, plan: Plan, target: Indicator | None = None, **kwargs):
        super().__init__(*args, initial=as_typed(plan, target), **kwargs)
        self.plan, self.target = plan, target
        self.fields["area"].queryset = plan.areas.order_by("number")
        self.fields["index"].queryset = Index.objects.order_by("pk")

    def clean_code(self):
        code = self.cleaned_data["code"]
        others = self.plan.indicators.exclude(pk=self.target and self.target.pk)
        if self.target and others.filter(code=code).exists():
            raise ValidationError(f"Mã {code} đã là của chỉ tiêu khác.")
        return code

    def clean_tasks(self):
        wanted = [code.strip() for code in self.cleaned_data["tasks"].split(",") if code.strip()]
        found = {task.code: task for task in self.plan.tasks.filter(code__in=wanted)}
        if missing := [code for code in wanted if code not in found]:
            raise ValidationError(f"Dự thảo không có nhiệm vụ {', '.join(missing)}.")
        return sorted(found.values(), key=lambda task: task.position)

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        if kind not in OPERATORS:
            return data
        self._check_operator(data, kind)
        year = data.get("deadline_year")
        if kind == Kind.MILESTONE and not year and "deadline_year" not in self.errors:
            self.add_error("deadline_year", "Ghi năm phải hoàn thành.")
        elif year and year not in self.plan.years():
            years = f"{self.plan.first_year}-{self.plan.last_year}"
            self.add_error("deadline_year", f"Kế hoạch chỉ có các năm {years}.")
        if kind != Kind.RANK and data.get("index"):
            self.add_error("index", "Chỉ chỉ tiêu loại thứ hạng lấy thứ hạng của chỉ số.")
        return data

    def _check_operator(self, data, kind):
        allowed = OPERATORS[kind]
        data["operator"] = data.get("operator") or allowed[0]
        if data["operator"] not in allowed:
            words = " hoặc ".join(f"“{operator.label}”" for operator in allowed)
            label = Kind(kind).label.lower()
            self.add_error("operator", f"Chỉ tiêu loại {label} so sánh bằng {words}.")
        if kind not in COUNTED:
            data["value"] = None
        elif data.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Ghi con số phải đạt.")
        elif kind == Kind.PERCENTAGE and (data.get("value") or 0) > 100:
            self.add_error("value", "Tỷ lệ không thể quá 100%.")
        if not data.get("value_unit"):
            data["value_unit"] = UNITS.get(kind, "")

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in TARGET}


def as_typed(plan: Plan, target: Indicator | None) -> dict:
    """The values of a form that shows this target; of a new one the next code."""
    if target is None:
        taken = set(plan.indicators.values_list("code", flat=True))
        return {"code": next(c for n in range(1, len(taken) + 2) if (c := f"CT{n}") not in taken)}
    shown = {name: getattr(target, name) for name in TARGET}
    tasks = ", ".join(task.code for task in tasks_of(target))
    return shown | {"tasks": tasks, "seen": target_digest(target)}
