"""Accounts that nobody has used for 45 days are switched off (TCVN 14423:2026). Run once a day.

The last administrators stay, however idle: somebody must be able to switch accounts on again.
"""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from cchc import audit, clock
from cchc.models import AuditEvent, User

DAYS = 45


def switch_off_idle(*, at, days: int = DAYS) -> list[str]:
    """The names of who was switched off. Who never signed in counts from the day they joined; an
    account that an administrator has set right since (switched on again, a new password) is spared.
    """
    limit = at - timedelta(days=days)
    used = Coalesce("last_login", "joined_on")
    set_right = AuditEvent.objects.filter(
        target_type="user", target_id=OuterRef("pk"), by__isnull=False, at__gte=limit
    )
    with transaction.atomic():
        active = User.objects.select_for_update().filter(is_active=True).annotate(used=used)
        idle = list(active.filter(~Exists(set_right), used__lt=limit).order_by("username"))
        administrators = active.filter(role=User.Role.ADMINISTRATOR)
        if not administrators.exclude(pk__in=[user.pk for user in idle]).exists():
            idle = [user for user in idle if not user.is_administrator]
        for user in idle:
            User.objects.filter(pk=user.pk).update(is_active=False)
            audit.record(by=None, verb="idle_disabled", target=user, at=at, days=days)
    return [user.username for user in idle]


class Command(BaseCommand):
    help = "Ngừng các tài khoản không đăng nhập trong 45 ngày."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=DAYS)

    def handle(self, *args, **options):
        names = switch_off_idle(at=clock.now(), days=options["days"])
        told = f": {', '.join(names)}" if names else ""
        self.stdout.write(f"Đã ngừng {len(names)} tài khoản{told}.")
