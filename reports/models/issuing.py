"""A report from its draft to the signed file, each step with its author."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cchc.models import StoredFile, Unit
from reports.models.periods import ReportPeriod


def person(**options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class ReportQuerySet(models.QuerySet):
    def in_force(self):
        """Issued and not corrected since: what a later report compares itself with."""
        later = Report.objects.filter(
            period=models.OuterRef("period"),
            version__gt=models.OuterRef("version"),
            status=Report.Status.ISSUED,
        )
        return self.filter(status=Report.Status.ISSUED).exclude(models.Exists(later))


class Report(models.Model):
    """One version of a period's report. From its submission on `snapshot` holds all that is
    printed (reports.freezing); an issued one never changes, a correction is the next version."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        SUBMITTED = "submitted", "Đã trình lãnh đạo"
        APPROVED = "approved", "Đã duyệt, chờ cấp số"
        ISSUED = "issued", "Đã ban hành"

    period = models.ForeignKey(ReportPeriod, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField("lần", default=1)
    changes = models.TextField("nội dung thay đổi", blank=True)  # of a correction
    status = models.CharField("tình trạng", max_length=9, choices=Status, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # moves on with every step of the flow
    snapshot = models.JSONField(null=True)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True)
    issued_year = models.PositiveSmallIntegerField(null=True)
    created_by = person()
    created_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["period", "version"]
        constraints = [
            models.UniqueConstraint(fields=["period", "version"], name="a_report_version_once"),
            models.UniqueConstraint(
                fields=["period"],
                name="one_open_version_at_a_time",
                condition=~Q(status="issued"),
            ),
            models.CheckConstraint(
                name="an_issued_report_has_number_and_day",
                condition=(
                    Q(status="issued", issued_on__isnull=False, issued_year__isnull=False)
                    & ~Q(number="")
                )
                | (
                    ~Q(status="issued")
                    & Q(number="", issued_on__isnull=True, issued_year__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="what_is_submitted_is_frozen",
                condition=Q(status="draft", snapshot__isnull=True)
                | (~Q(status="draft") & Q(snapshot__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_correction_says_what_changed",
                condition=Q(version=1) | ~Q(changes=""),
            ),
        ]

    def __str__(self):
        return f"{self.period.code} lần {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED


class ReportAct(models.Model):
    """One step of a report's way; append-only."""

    class Act(models.TextChoices):
        BEGIN = "begin", "Lập dự thảo"
        SUBMIT = "submit", "Trình lãnh đạo"
        RETURN = "return", "Trả lại để sửa"
        APPROVE = "approve", "Duyệt"
        ISSUE = "issue", "Ban hành"
        SIGN = "sign", "Gắn bản đã ký"

    report = models.ForeignKey(Report, models.PROTECT, related_name="acts")
    act = models.CharField("việc", max_length=7, choices=Act)
    words = models.TextField("nội dung", blank=True)
    warnings = models.JSONField("cảnh báo khi trình", default=list)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước của báo cáo"
        verbose_name_plural = "bước của báo cáo"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_returned_report_says_why", condition=~Q(act="return") | ~Q(words="")
            )
        ]

    def __str__(self):
        return f"{self.get_act_display()} {self.report_id}"


class ReportFile(models.Model):
    """A file of an issued report: those made when it was issued, and the signed one."""

    class Kind(models.TextChoices):
        WORD = "docx", "Word"
        PDF = "pdf", "PDF"
        EXCEL = "xlsx", "Phụ lục Excel"
        SIGNED = "signed", "Bản đã ký"

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=6, choices=Kind)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp của báo cáo"
        verbose_name_plural = "tệp của báo cáo"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"],
                name="a_made_file_once",
                condition=~Q(kind="signed"),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.report_id}"


class ReportTemplate(models.Model):
    """The office's own Word template; the newest counts. Without a file: back to ours."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="report_templates")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "mẫu Word của báo cáo"
        verbose_name_plural = "mẫu Word của báo cáo"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.unit} {self.at}"
