"""Work of the night that runs once, however many hosts' timers start it.

Each host calls `manage.py once NAME`; who writes the day's row first does the work. A run that
failed gives its row back, so that another host may try; one that never came back loses it after
`LONGEST`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import models

from cchc.locks import one_at_a_time

LONGEST = timedelta(hours=4)


class ScheduledRun(models.Model):
    """That `name` was begun for `day`, and when it was done."""

    name = models.CharField("việc", max_length=60)
    day = models.DateField("ngày")
    host = models.CharField("máy", max_length=120)
    began_at = models.DateTimeField("bắt đầu lúc")
    done_at = models.DateTimeField("xong lúc", null=True)

    class Meta:
        app_label = "cchc"
        verbose_name = "lượt chạy định kỳ"
        verbose_name_plural = "lượt chạy định kỳ"
        constraints = [
            models.UniqueConstraint(fields=["name", "day"], name="a_job_runs_once_a_day")
        ]

    def __str__(self):
        return f"{self.name} {self.day:%d/%m/%Y} ({self.host})"


def run_once(
    name: str, day: date, *, host: str, now: Callable[[], datetime], work: Callable[[], None]
) -> ScheduledRun | None:
    """Do `work` unless it was done, or is being done, for this day: then the other's run is returned.
    What `work` raises is raised again, and the day is free."""
    with one_at_a_time("scheduled run"):
        runs = ScheduledRun.objects.filter(name=name, day=day)
        runs.filter(done_at=None, began_at__lt=now() - LONGEST).delete()
        if other := runs.first():
            return other
        mine = runs.create(name=name, day=day, host=host, began_at=now())
    mine_still = ScheduledRun.objects.filter(pk=mine.pk)
    try:
        work()
    except BaseException:
        mine_still.delete()
        raise
    mine_still.update(done_at=now())
    return None
