"""The indices of area VIII (PAR INDEX, SIPAS, PAPI, PCI), their criteria by version, the results.

Criteria are data: a set comes from a decision, holds from a year on, and is never changed once a
result was recorded by it; a new decision is a new version.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cchc.models import Unit
from tasks.models import Document

POINTS = {"max_digits": 7, "decimal_places": 3}


class Index(models.Model):
    class Whose(models.TextChoices):
        OFFICE = "office", "của Văn phòng"
        PROVINCE = "province", "của tỉnh"

    code = models.SlugField("mã", max_length=20, unique=True)
    name = models.CharField("tên", max_length=200)
    short_name = models.CharField("tên ngắn", max_length=40)
    position = models.PositiveSmallIntegerField("thứ tự")
    whose = models.CharField("của ai", max_length=8, choices=Whose)
    score_unit = models.CharField("đơn vị của điểm", max_length=10)

    class Meta:
        verbose_name = "chỉ số"
        verbose_name_plural = "chỉ số"
        ordering = ["position"]

    def __str__(self):
        return self.name


class IndexVersion(models.Model):
    """A set of criteria. `adds_up`: the score is the sum of its components (of weighted ones it is
    not); `self_scored`: who is judged scores first, then others appraise."""

    index = models.ForeignKey(Index, models.PROTECT, related_name="versions", verbose_name="chỉ số")
    from_year = models.PositiveSmallIntegerField("áp dụng từ năm")
    max_score = models.DecimalField("điểm tối đa", **POINTS)
    adds_up = models.BooleanField("điểm là tổng các thành phần", default=True)
    self_scored = models.BooleanField("có tự chấm điểm", default=False)
    source = models.TextField("nguồn")

    class Meta:
        verbose_name = "bộ tiêu chí"
        verbose_name_plural = "bộ tiêu chí"
        ordering = ["index", "from_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["index", "from_year"], name="one_version_of_an_index_from_a_year"
            ),
        ]

    def __str__(self):
        return f"{self.index.short_name} từ năm {self.from_year}"


class IndexComponent(models.Model):
    """`max_score` empty: not known, and not invented. `area`: number of the plan's area that works
    on it, where there is one."""

    version = models.ForeignKey(IndexVersion, models.CASCADE, related_name="components")
    position = models.PositiveSmallIntegerField("thứ tự")
    code = models.CharField("mã", max_length=10)
    name = models.CharField("tên", max_length=200)
    max_score = models.DecimalField("điểm tối đa", null=True, blank=True, **POINTS)
    area = models.PositiveSmallIntegerField("lĩnh vực của Kế hoạch", null=True, blank=True)

    class Meta:
        verbose_name = "thành phần của chỉ số"
        verbose_name_plural = "thành phần của chỉ số"
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="component_code_once_in_a_version"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class IndexResult(models.Model):
    """What was published for one year. Append-only: a correction is a new row, the newest counts.
    `unit`: the office that keeps it."""

    index = models.ForeignKey(Index, models.PROTECT, related_name="results", verbose_name="chỉ số")
    version = models.ForeignKey(
        IndexVersion, models.PROTECT, related_name="results", verbose_name="bộ tiêu chí"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="cơ quan")
    year = models.PositiveSmallIntegerField("năm")
    published_on = models.DateField("ngày công bố")
    score = models.DecimalField("điểm", null=True, blank=True, **POINTS)
    rank = models.PositiveSmallIntegerField("thứ hạng", null=True, blank=True)
    ranked = models.PositiveSmallIntegerField("trong tổng số", null=True, blank=True)
    note = models.TextField("thuyết minh, nguồn số liệu", blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="index_results",
        verbose_name="văn bản công bố",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )
    recorded_at = models.DateTimeField("ghi lúc")
    form_key = models.UUIDField(null=True, editable=False)  # one submit of one form, one row

    class Meta:
        verbose_name = "kết quả chỉ số"
        verbose_name_plural = "kết quả chỉ số"
        ordering = ["index", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_index_result_says_something",
                condition=Q(score__isnull=False) | Q(rank__isnull=False),
            ),
            models.CheckConstraint(
                name="an_index_score_is_not_negative",
                condition=Q(score__isnull=True) | Q(score__gte=0),
            ),
            models.CheckConstraint(
                name="an_index_rank_is_within_the_ranked",
                condition=Q(rank__isnull=True, ranked__isnull=True)
                | Q(rank__isnull=False, ranked__isnull=False, rank__gte=1, rank__lte=F("ranked")),
            ),
            models.UniqueConstraint(
                fields=["recorded_by", "form_key"],
                name="one_index_result_per_submitted_form",
                condition=Q(form_key__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.index.short_name} {self.year}"


class ComponentScore(models.Model):
    """The points of one component in one result."""

    result = models.ForeignKey(IndexResult, models.CASCADE, related_name="scores")
    component = models.ForeignKey(IndexComponent, models.PROTECT, related_name="+")
    self_scored = models.DecimalField("tự chấm", null=True, blank=True, **POINTS)
    appraised = models.DecimalField("thẩm định", null=True, blank=True, **POINTS)

    class Meta:
        verbose_name = "điểm thành phần"
        verbose_name_plural = "điểm thành phần"
        ordering = ["result", "component__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "component"], name="one_score_of_a_component_in_a_result"
            ),
            models.CheckConstraint(
                name="component_points_are_not_negative",
                condition=(
                    Q(self_scored__isnull=False, self_scored__gte=0)
                    | Q(self_scored__isnull=True, appraised__isnull=False)
                )
                & (Q(appraised__isnull=True) | Q(appraised__gte=0)),
            ),
        ]

    def __str__(self):
        return f"{self.component.code}: {self.appraised}"
