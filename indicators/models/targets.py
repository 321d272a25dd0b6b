"""The plan's targets (section II) and what was measured against them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.models.indices import Index
from tasks.models import Area, Document, Plan, Task


class Indicator(models.Model):
    """A target of section II, verbatim, with what was read from it."""

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage", "Tỷ lệ"
        RANK = "rank", "Thứ hạng"
        MILESTONE = "milestone", "Mốc hoàn thành"
        QUALITATIVE = "qualitative", "Nhận định"

    class Operator(models.TextChoices):
        AT_LEAST = ">=", "ít nhất"
        AT_MOST = "<=", "không quá"
        DONE_BY = "done_by", "hoàn thành trong"
        ACHIEVED = "achieved", "đạt"
        EXTERNAL = "meets_external_ratio", "theo tỷ lệ do Trung ương quy định"

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="indicators", verbose_name="kế hoạch"
    )
    code = models.CharField("mã", max_length=12)
    position = models.PositiveSmallIntegerField("thứ tự")
    source_ref = models.CharField("chỗ trong kế hoạch", max_length=60)
    text = models.TextField("chỉ tiêu")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    operator = models.CharField("so sánh", max_length=20, choices=Operator)
    value = models.DecimalField("mục tiêu", max_digits=7, decimal_places=2, null=True, blank=True)
    value_unit = models.CharField("đơn vị tính", max_length=20, blank=True)
    deadline_year = models.PositiveSmallIntegerField("năm đạt", null=True, blank=True)
    yearly = models.BooleanField("mục tiêu cho từng năm", default=False)
    exclusion = models.CharField("trừ", max_length=200, blank=True)
    measure = models.TextField("cách đo")
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name="lĩnh vực",
    )
    tasks = models.ManyToManyField(
        Task, blank=True, related_name="indicators", verbose_name="nhiệm vụ liên quan"
    )
    index = models.ForeignKey(
        Index,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name="lấy thứ hạng của chỉ số",
        help_text="Kết quả của chỉ số được ghi một lần, chỉ tiêu lấy theo.",
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name="tiếp theo chỉ tiêu",
        help_text="Chỉ tiêu của kế hoạch trước: kết quả đo của nó là số liệu giai đoạn trước.",
    )

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="indicator_code_once_in_a_plan")
        ]

    def __str__(self):
        return f"{self.code} {self.text[:60]}"

    @property
    def place(self) -> str:
        """Which it is and where it stands in the draft, for who moves it there."""
        return f"{self.pk}:{self.position}"


class Measurement(models.Model):
    """What was found for one year. Append-only: a correction is a new row, the newest one counts."""

    class Verdict(models.TextChoices):
        MET = "met", "Đã đạt"
        NOT_MET = "not_met", "Chưa đạt"

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="measurements", verbose_name="chỉ tiêu"
    )
    year = models.PositiveSmallIntegerField("năm")
    measured_on = models.DateField("số liệu đến ngày")
    numerator = models.PositiveIntegerField("tử số", null=True, blank=True)
    denominator = models.PositiveIntegerField("mẫu số", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("thứ hạng", null=True, blank=True)
    ranked = models.PositiveSmallIntegerField("trong tổng số", null=True, blank=True)
    verdict = models.CharField("nhận định", max_length=7, choices=Verdict, blank=True)
    achieved_on = models.DateField("ngày hoàn thành", null=True, blank=True)
    note = models.TextField("thuyết minh, nguồn số liệu", blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name="văn bản",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )
    recorded_at = models.DateTimeField("ghi lúc")
    form_key = models.UUIDField(null=True, editable=False)  # one submit of one form, one row

    class Meta:
        verbose_name = "kết quả đo"
        verbose_name_plural = "kết quả đo"
        ordering = ["indicator", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_part_is_not_more_than_the_whole",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(
                    numerator__isnull=False,
                    denominator__isnull=False,
                    numerator__lte=models.F("denominator"),
                ),
            ),
            models.CheckConstraint(
                name="a_rank_is_within_the_ranked",
                condition=Q(rank__isnull=True)
                | Q(rank__gte=1, ranked__isnull=True)
                | Q(rank__gte=1, rank__lte=models.F("ranked")),
            ),
            models.UniqueConstraint(
                fields=["recorded_by", "form_key"],
                name="one_measurement_per_submitted_form",
                condition=Q(form_key__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code} {self.year}"
