"""When reports are due, of what days, and under which headings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tasks.models import Plan


class PeriodKind(models.TextChoices):
    """The reports that a year brings, in their order. There is no quý II and no quý IV: the
    six-month and the annual report stand for them (công văn 581/BNV-CCHC)."""

    QUARTER_1 = "quy-1", "Quý I"
    HALF = "6-thang", "6 tháng đầu năm"
    QUARTER_3 = "quy-3", "Quý III"
    NINE_MONTHS = "9-thang", "9 tháng"
    YEAR = "nam", "Năm"
    AD_HOC = "dot-xuat", "Đột xuất"
    CLOSING = "tong-ket", "Tổng kết giai đoạn"


class PeriodRule(models.Model):
    """The dates of a kind of report, which the administrator may change; `reports/periods.py`
    makes each year's periods from it. Nghị định 09/2019/NĐ-CP, điều 8.5 and 12."""

    kind = models.CharField("loại báo cáo", max_length=8, choices=PeriodKind, unique=True)
    is_used = models.BooleanField("có lập", default=True)
    from_last_year = models.BooleanField("số liệu từ năm trước", default=True)
    from_month = models.PositiveSmallIntegerField("từ tháng")
    from_day = models.PositiveSmallIntegerField("từ ngày")
    to_month = models.PositiveSmallIntegerField("đến tháng")
    to_day = models.PositiveSmallIntegerField("đến ngày")
    unit_workdays = models.PositiveSmallIntegerField(
        "đơn vị gửi sau (ngày làm việc)",
        default=2,
        help_text="Tính từ ngày chốt số liệu; ít nhất 01 ngày (Nghị định 09/2019/NĐ-CP, điều 8).",
    )
    send_day = models.PositiveSmallIntegerField(
        "gửi cấp trên trước ngày (của tháng chốt)",
        default=20,
        help_text="Rơi vào ngày nghỉ thì gửi ngày làm việc liền trước.",
    )

    class Meta:
        verbose_name = "quy tắc kỳ báo cáo"
        verbose_name_plural = "quy tắc kỳ báo cáo"
        ordering = ["to_month", "from_month"]
        constraints = [
            models.CheckConstraint(
                name="a_rule_has_days_of_a_year",
                condition=Q(
                    from_month__range=(1, 12),
                    to_month__range=(1, 12),
                    from_day__range=(1, 31),
                    to_day__range=(1, 31),
                    send_day__range=(1, 31),
                    unit_workdays__gte=1,
                ),
            )
        ]

    def __str__(self):
        return self.get_kind_display()


class ReportPeriod(models.Model):
    """One report that a plan owes: of which days it tells, until when units and office send it.

    `by_hand`: somebody set the days, so the rule no longer does.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="report_periods")
    kind = models.CharField("loại báo cáo", max_length=8, choices=PeriodKind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("lần", default=0)  # of ad hoc reports: 1, 2, ...
    subject = models.CharField("nội dung", max_length=200, blank=True)  # of an ad hoc report
    data_from = models.DateField("số liệu từ ngày")
    data_to = models.DateField("chốt số liệu ngày")
    units_due_on = models.DateField("đơn vị gửi trước hết ngày")
    due_on = models.DateField("gửi báo cáo trước hết ngày")
    by_hand = models.BooleanField("ngày do người dùng đặt", default=False)

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["data_to", "data_from", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "year", "number"], name="a_period_once_in_a_year"
            ),
            models.CheckConstraint(
                name="a_period_ends_before_it_is_due",
                condition=Q(data_from__lte=F("data_to"), units_due_on__gt=F("data_to"))
                & Q(due_on__gte=F("units_due_on")),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def code(self) -> str:
        """In addresses: nam-2024, quy-1-2024, dot-xuat-2024-2."""
        return f"{self.kind}-{self.year}" + (f"-{self.number}" if self.number else "")

    @property
    def name(self) -> str:
        """In sentences: quý I năm 2024, 6 tháng đầu năm 2024, năm 2024, giai đoạn 2021-2025."""
        if self.kind == PeriodKind.CLOSING:
            return f"giai đoạn {self.plan.first_year}-{self.plan.last_year}"
        if self.kind == PeriodKind.AD_HOC:
            return f"đột xuất lần {self.number} năm {self.year}"
        if self.kind == PeriodKind.YEAR:
            return f"năm {self.year}"
        if self.kind == PeriodKind.HALF:
            return f"6 tháng đầu năm {self.year}"
        return f"{self._quarter()} năm {self.year}"

    def _quarter(self) -> str:
        names = {PeriodKind.QUARTER_1: "quý I", PeriodKind.QUARTER_3: "quý III"}
        return names.get(self.kind, "9 tháng")

    @property
    def is_cumulative(self) -> bool:
        """Told from the year's first day (or the term's) and not of some months alone."""
        return self.kind not in (PeriodKind.QUARTER_3, PeriodKind.AD_HOC)


class OutlineVersion(models.Model):
    """The headings of a kind of report from a year on. Never changed: an edit is a new version,
    and a report keeps those with which it was begun."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="outlines")
    kind = models.CharField("loại báo cáo", max_length=8, choices=PeriodKind)
    from_year = models.PositiveSmallIntegerField("dùng từ năm")
    headings = models.JSONField("đề mục")  # reports.outline.Heading, as dicts
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "đề cương báo cáo"
        verbose_name_plural = "đề cương báo cáo"
        ordering = ["-from_year", "-pk"]
        indexes = [models.Index(fields=["plan", "kind", "from_year"])]

    def __str__(self):
        return f"{self.kind} từ {self.from_year}"
