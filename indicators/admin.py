"""Quản trị of the targets: their words are shown, what was read from them may be corrected."""

from django import forms
from django.contrib import admin

from cchc.admin import AuditedAdmin, LookOnly
from indicators.models import Indicator, Measurement
from indicators.targets_editing import COUNTED, OPERATORS

Kind = Indicator.Kind


class IndicatorForm(forms.ModelForm):
    class Meta:
        widgets = {"tasks": forms.SelectMultiple(attrs={"size": 12})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("tasks", "area"):
            choices = self.fields[name].queryset
            self.fields[name].queryset = choices.filter(plan=self.instance.plan_id)

    def clean(self):
        data = super().clean()
        allowed = OPERATORS[self.instance.kind]
        if data.get("operator") and data["operator"] not in allowed:
            words = " hoặc ".join(f"“{operator.label}”" for operator in allowed)
            kind = self.instance.get_kind_display().lower()
            self.add_error("operator", f"Chỉ tiêu loại {kind} so sánh bằng {words}.")
        counted = self.instance.kind in COUNTED
        if counted and data.get("value") is None:
            self.add_error("value", "Ghi mục tiêu bằng số.")
        if self.instance.kind == Kind.MILESTONE and not data.get("deadline_year"):
            self.add_error("deadline_year", "Ghi năm phải hoàn thành.")
        return data


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    form = IndicatorForm
    list_display = ["code", "text", "kind", "operator", "value", "deadline_year", "yearly"]
    list_filter = ["kind"]
    words = ["plan", "code", "source_ref", "text", "exclusion", "kind"]
    readonly_fields = words
    fieldsets = [
        ("Nguyên văn trong Kế hoạch", {"fields": words}),
        (
            "Cách hiểu",
            {
                "fields": [
                    "operator",
                    "value",
                    "value_unit",
                    "deadline_year",
                    "yearly",
                    "measure",
                    "area",
                    "tasks",
                ]
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Measurement)
class MeasurementAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["indicator", "year", "measured_on", "recorded_by", "recorded_at"]
    list_select_related = ["indicator", "recorded_by"]
    list_filter = ["year"]
    actions = None
