"""What the sign-in keeps. (The person is cchc.models.User.)"""

from django.conf import settings
from django.db import models


class SecondFactor(models.Model):
    """A person's second step: the seed of the codes on their telephone, encrypted, and the digests
    of the recovery codes that are left (two_step.py)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor"
    )
    seed = models.TextField()
    last_step = models.BigIntegerField(default=0)  # of the last code taken: none is taken twice
    recovery = models.JSONField(default=list)
    since = models.DateTimeField()

    def __str__(self):
        return f"{self.user_id} {self.since:%d/%m/%Y}"


class SignInTry(models.Model):
    """A try that has not succeeded: a password at the sign-in or at its change, a code. Counted by
    throttle.py, gone after an hour. `name` is a digest: people type passwords into that box."""

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=64, db_index=True)
    network = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.kind} {self.at:%H:%M:%S}"
