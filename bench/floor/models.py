from django.conf import settings
from django.db import models


class Unit(models.Model):
    name = models.CharField(max_length=120)

    def __str__(self):
        return self.name


class Task(models.Model):
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    description = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT)
    status = models.CharField(max_length=12)
    priority = models.SmallIntegerField()
    start = models.DateField()
    due = models.DateField()
    progress = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=200)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["due", "id"], name="floor_due"),
            models.Index(fields=["unit", "status"], name="floor_unit_status"),  # covers the counts
        ]

    def __str__(self):
        return self.code


class Update(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="updates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    note = models.TextField()
    progress = models.PositiveSmallIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.note


class UnitStat(models.Model):
    """How many tasks of a unit have a status, kept right by whoever writes a task."""

    unit = models.ForeignKey(Unit, models.CASCADE)
    status = models.CharField(max_length=12)
    n = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "status"], name="floor_stat")]

    def __str__(self):
        return f"{self.unit_id} {self.status}: {self.n}"
