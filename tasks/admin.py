"""Quản trị of the plan: its words are shown, only what was read from them may be corrected."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from cchc import clock
from cchc.admin import AuditedAdmin, LookOnly, PlainChoices
from cchc.text import clean
from tasks.deadlines import Kind, parse
from tasks.models import Area, Plan, Product, Solution, Task, TaskUnit
from tasks.rules import rule_of


@admin.register(Plan)
class PlanAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["subject", "unit", "first_year", "last_year", "status"]
    list_select_related = ["unit"]
    exclude = ["frame"]
    actions = None


class SolutionInline(LookOnly, admin.TabularInline):
    model = Solution
    fields = ["text"]


@admin.register(Area)
class AreaAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["number", "title", "appendix_code", "appendix_title"]
    inlines = [SolutionInline]
    actions = None


class TaskForm(forms.ModelForm):
    class Meta:
        widgets = {"rule_text": forms.TextInput(attrs={"size": 60})}

    def clean_lead_len(self):
        length, words = self.cleaned_data["lead_len"], len(self.instance.text.split(" "))
        if not 1 <= length <= words:
            raise ValidationError(f"Lời văn nhiệm vụ có {words} chữ: ghi một số từ 1 đến {words}.")
        return length

    def clean_rule_text(self):
        text = clean(self.cleaned_data["rule_text"])
        rule = parse(text) if text else None
        if rule and rule.kind == Kind.UNRECOGNISED:
            raise ValidationError(rule.explain(self.instance.plan.last_year))
        return text

    def clean(self):
        data = super().clean()
        if data.get("rule_text") and not data.get("rule_note", "").strip():
            self.add_error("rule_note", "Thời hạn hiểu khác lời văn: ghi vì sao hiểu như vậy.")
        return data


class PartyForm(forms.ModelForm):
    class Meta:
        labels = {"kind": "Là", "unit": "Đơn vị"}
        widgets = {
            "kind": forms.Select(attrs={"aria-label": "Là"}),
            "unit": forms.Select(attrs={"aria-label": "Đơn vị"}),
        }

    def clean(self):
        data = super().clean()
        named = data.get("kind") in (TaskUnit.Kind.UNIT, TaskUnit.Kind.GROUP)
        if named and not data.get("unit"):
            self.add_error("unit", "Chọn đơn vị hoặc nhóm đơn vị.")
        if not named and data.get("unit"):
            self.add_error("unit", "Để trống: loại này không chỉ một đơn vị.")
        return data


class PartyInline(PlainChoices, admin.TabularInline):
    model = TaskUnit
    form = PartyForm
    fields = ["part_words", "text", "kind", "unit"]
    readonly_fields = ["part_words", "text"]
    can_delete = False

    @admin.display(description="phần")
    def part_words(self, obj):
        return obj.get_part_display()

    def has_add_permission(self, request, obj=None):
        return False


class ProductInline(LookOnly, admin.TabularInline):
    model = Product
    fields = ["text", "is_measure"]


@admin.register(Task)
class TaskAdmin(AuditedAdmin):
    form = TaskForm
    list_display = ["code", "text", "deadline_text", "deadline_kind", "completion"]
    list_filter = ["area", "deadline_kind", "completion"]
    search_fields = ["code", "search"]
    inlines = [PartyInline, ProductInline]
    words = [
        "code",
        "area_title",
        "text",
        "product_text",
        "lead_text",
        "collab_text",
        "deadline_text",
    ]
    confirmed = ["deadline_kind", "first_year", "rule_confirmed_by", "rule_confirmed_on"]
    readonly_fields = words + confirmed
    fieldsets = [
        ("Nguyên văn trong Kế hoạch", {"fields": words}),
        (
            "Cách hiểu",
            {
                "description": "Thời hạn hiểu lại áp dụng cho phần việc của các năm mở sau này; "
                "phần việc đã mở giữ thời hạn đang có.",
                "fields": ["lead_len", "rule_text", "rule_note", *confirmed, "completion"],
            },
        ),
    ]

    @admin.display(description="lĩnh vực")
    def area_title(self, obj):
        return obj.area.title

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if "rule_text" in form.changed_data:
            obj.rule_confirmed_by = request.user
            obj.rule_confirmed_on = clock.today()
            obj.deadline_kind = str(rule_of(obj).kind)
        super().save_model(request, obj, form, change)
