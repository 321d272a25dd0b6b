"""Quản trị of when reports are due: the rules of each kind of report, and the office's days off.

Both move the days of reports to come; what was begun or set by hand stays (reports.periods)."""

import calendar

from django import forms
from django.contrib import admin, messages

from cchc import clock
from cchc.admin import AuditedAdmin
from cchc.fields import LineField, VietnameseDateField
from cchc.models import DayOff
from reports.models import PeriodRule
from reports.periods import renew_periods

COMMON_YEAR = 2023  # 29/02 is no day of a rule that holds for every year


class RenewingAdmin(AuditedAdmin):
    """What is changed here changes the days of the periods that follow from it."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self._renew(request)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self._renew(request)

    def _renew(self, request):
        number = renew_periods(by=request.user, at=clock.now())
        if number:
            words = f"Đã tính lại ngày của {number} kỳ báo cáo chưa lập dự thảo."
            messages.info(request, words)


class PeriodRuleForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "is_used": "Bỏ chọn thì không lập kỳ mới loại này; kỳ đã lập vẫn còn.",
            "from_last_year": "Ngày đầu của kỳ thuộc năm trước năm báo cáo, như 15/12.",
            "to_day": "Ngày chốt số liệu; Nghị định 09/2019/NĐ-CP, điều 12: ngày 14.",
        }

    def clean_unit_workdays(self):
        number = self.cleaned_data["unit_workdays"]
        if number < 1:
            raise forms.ValidationError(
                "Ghi ít nhất 1: đơn vị gửi sau ngày chốt số liệu tối thiểu 01 ngày làm việc "
                "(Nghị định 09/2019/NĐ-CP, điều 8)."
            )
        if number > 30:
            raise forms.ValidationError("Ghi từ 1 đến 30 ngày làm việc.")
        return number

    def clean_send_day(self):
        day = self.cleaned_data["send_day"]
        if not 1 <= day <= 31:
            raise forms.ValidationError("Ghi một ngày của tháng, từ 1 đến 31.")
        return day

    def clean(self):
        data = super().clean()
        for side in ("from", "to"):
            month, day = data.get(f"{side}_month"), data.get(f"{side}_day")
            if month is not None and not 1 <= month <= 12:
                self.add_error(f"{side}_month", "Ghi tháng từ 1 đến 12.")
            elif month and day is not None:
                last = calendar.monthrange(COMMON_YEAR, month)[1]
                if not 1 <= day <= last:
                    words = f"Tháng {month} không có ngày {day}; ghi từ 1 đến {last}."
                    self.add_error(f"{side}_day", words)
        names = ("from_month", "from_day", "to_month", "to_day")
        if not self.errors and all(name in data for name in names):
            self._in_order(*(data[name] for name in names), data["from_last_year"])
        return data

    def _in_order(self, from_month, from_day, to_month, to_day, from_last_year):
        if not from_last_year and (to_month, to_day) < (from_month, from_day):
            self.add_error(
                "to_day",
                f"Ngày chốt {to_day:02}/{to_month:02} ở trước ngày đầu {from_day:02}/"
                f"{from_month:02} của cùng năm; sửa ngày, hoặc chọn “số liệu từ năm trước”.",
            )


@admin.register(PeriodRule)
class PeriodRuleAdmin(RenewingAdmin):
    """One rule for each kind of report; they are made with the plan's periods, never removed."""

    form = PeriodRuleForm
    list_display = ["kind", "is_used", "first_day", "last_day", "unit_workdays", "send_day"]
    readonly_fields = ["kind"]
    fieldsets = [
        (None, {"fields": ["kind", "is_used"]}),
        (
            "Số liệu của kỳ",
            {"fields": ["from_last_year", ("from_day", "from_month"), ("to_day", "to_month")]},
        ),
        (
            "Thời hạn gửi",
            {
                "description": "Đổi ở đây thì các kỳ chưa lập dự thảo và chưa ai đặt ngày riêng "
                "được tính lại; các kỳ khác giữ nguyên.",
                "fields": ["unit_workdays", "send_day"],
            },
        ),
    ]

    @admin.display(description="từ ngày")
    def first_day(self, obj):
        year = " năm trước" if obj.from_last_year else ""
        return f"{obj.from_day:02}/{obj.from_month:02}{year}"

    @admin.display(description="chốt số liệu ngày")
    def last_day(self, obj):
        return f"{obj.to_day:02}/{obj.to_month:02}"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class DayOffForm(forms.ModelForm):
    day = VietnameseDateField(label="Ngày")
    name = LineField(
        label="Lý do",
        max_length=100,
        help_text="Như: Tết Nguyên đán; nghỉ bù; làm bù cho ngày 30/4.",
        error_messages={"required": "Ghi lý do, như “Tết Nguyên đán”."},
    )

    class Meta:
        model = DayOff
        fields = ["day", "name", "works"]

    def clean(self):
        data = super().clean()
        day, works = data.get("day"), data.get("works")
        if day and works and day.weekday() < 5:
            self.add_error(
                "works",
                f"Ngày {day:%d/%m/%Y} vốn là ngày làm việc; chỉ ghi làm bù cho thứ Bảy, Chủ nhật. "
                "Nếu ngày này thôi nghỉ thì xóa dòng.",
            )
        return data


@admin.register(DayOff)
class DayOffAdmin(RenewingAdmin):
    form = DayOffForm
    list_display = ["told_day", "name", "what"]
    list_filter = ["works"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["name"]
    date_hierarchy = "day"
    ordering = ["-day"]

    @admin.display(description="nghỉ hay làm", ordering="works")
    def what(self, obj):
        return "làm bù" if obj.works else "nghỉ"

    @admin.display(description="ngày", ordering="day")
    def told_day(self, obj):
        weekday = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
        return f"{obj.day:%d/%m/%Y}, {weekday[obj.day.weekday()]}"
