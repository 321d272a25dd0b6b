"""The one place that asks what time it is; everything below is told."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day in the office (Asia/Ho_Chi_Minh), not in UTC."""
    return timezone.localdate()


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def local_time(moment: datetime) -> str:
    """08:12, as the office's clock said."""
    return timezone.localtime(moment).strftime("%H:%M")
