"""What people write into a report: beside the composed text, never over it."""

from django.db import models
from django.db.models import Q

from cchc.models import Unit
from reports.models.issuing import Report, person


class Section(models.Model):
    """A heading of one report, as its outline was on the day the report was begun."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField()
    heading = models.JSONField()  # reports.outline.Heading, as a dict

    class Meta:
        verbose_name = "mục"
        verbose_name_plural = "mục"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="a_section_place_once")
        ]

    def __str__(self):
        return self.heading["title"]


class Passage(models.Model):
    """A paragraph that somebody changed, left out or added.

    `key` names the composed paragraph that it stands for ("viec:17"), or itself when it was added
    ("them:..."), then `after` is the key it follows ("": the first). `base` is the composed text
    that the person last had before their eyes: when the composed text moves on, the difference is
    offered. `version` moves on with every save.
    """

    section = models.ForeignKey(Section, models.PROTECT, related_name="passages")
    key = models.CharField(max_length=60)
    after = models.CharField(max_length=60, blank=True)
    is_added = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    base = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # contributed by
    version = models.PositiveIntegerField(default=1)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "đoạn đã sửa"
        verbose_name_plural = "đoạn đã sửa"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="a_passage_once_in_a_section")
        ]

    def __str__(self):
        return self.text[:60]


class SectionRequest(models.Model):
    """A section that a unit was asked to contribute to, and what it gave."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="requests")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="section_requests")
    wanted = models.TextField("đề nghị")
    due_on = models.DateField("gửi trước hết ngày")
    asked_by = person()
    asked_at = models.DateTimeField()
    answer = models.TextField("nội dung đóng góp", blank=True)
    answered_by = person(null=True)
    answered_at = models.DateTimeField(null=True)
    taken_by = person(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "đề nghị đóng góp"
        verbose_name_plural = "đề nghị đóng góp"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "unit"],
                name="one_open_request_to_a_unit",
                condition=Q(answered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_contribution_has_words_and_author",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="only_a_given_contribution_is_taken",
                condition=Q(taken_at__isnull=True) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.section_id}"


class StatisticValue(models.Model):
    """A figure of the Ministry's form that the plan does not know, typed by the coordinator."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="statistic_values")
    code = models.CharField(max_length=20)
    value = models.CharField("kết quả", max_length=60, blank=True)
    note = models.CharField("ghi chú", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "số liệu thống kê"
        verbose_name_plural = "số liệu thống kê"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="a_statistic_once_in_a_report")
        ]

    def __str__(self):
        return f"{self.code} {self.value}"
