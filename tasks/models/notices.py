"""What a person is told, by bell, mail and calendar."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something that one person should know: in the bell, and by mail (at once, or in a digest)."""

    class Kind(models.TextChoices):
        DUE = "due", "Sắp đến hạn, quá hạn"
        RETURNED = "returned", "Bị trả lại"
        DIRECTIVE = "directive", "Ý kiến chỉ đạo"
        EXTENSION = "extension", "Gia hạn"
        REMINDER = "reminder", "Đôn đốc"
        CONTRIBUTION = "contribution", "Phối hợp"
        REVIEW = "review", "Chờ xác nhận"
        REPORT = "report", "Báo cáo"
        PLAN = "plan", "Kế hoạch"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    words = models.CharField(max_length=500)
    path = models.CharField(max_length=200)  # where it leads, without the host
    key = models.CharField(max_length=100)  # the same thing is told once
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)  # a run is mailing it
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_told_once")]

    def __str__(self):
        return self.words


class Digest(models.Model):
    """One mail to one person on one day: the row is there before the mail goes out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests")
    day = models.DateField()
    claimed_at = models.DateTimeField(null=True)  # a run is sending it
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thư tổng hợp"
        verbose_name_plural = "thư tổng hợp"
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self):
        return f"{self.user_id} {self.day}"


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """A secret address under which a person's or a unit's due days can be subscribed to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="feeds")
    whole_unit = models.BooleanField("cả đơn vị", default=False)
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lịch"
        verbose_name_plural = "lịch"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "whole_unit"],
                name="one_living_feed_of_a_kind",
                condition=Q(revoked_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.made_at}"
