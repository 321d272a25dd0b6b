"""When backups were made: rows of the audit trail, which every host of the site sees. What such a row
tells of is the trail's last row of that moment: the backup holds everything up to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc import audit
from cchc.models import AuditEvent

MADE, FAILED, RESTORED = "backup_made", "backup_failed", "backup_restored"
STALE_AFTER = timedelta(hours=26)


@dataclass(frozen=True)
class Standing:
    """The last good backup, and what became of the last try when it was not good."""

    made_at: datetime | None
    failed_at: datetime | None
    why: str

    def stale(self, now: datetime) -> bool:
        return self.made_at is None or now - self.made_at > STALE_AFTER


def note(verb: str, *, at: datetime, **detail):
    last = AuditEvent.objects.order_by("pk").last() or AuditEvent(pk=0)
    audit.record(by=None, verb=verb, target=last, at=at, **detail)


def standing() -> Standing:
    rows = AuditEvent.objects.filter(target_type="auditevent").order_by("-at")  # few, and indexed
    made = rows.filter(verb=MADE).values_list("at", flat=True).first()
    failed, detail = rows.filter(verb=FAILED).values_list("at", "detail").first() or (None, {})
    if failed and made and failed < made:
        failed = None
    return Standing(made, failed, detail.get("why", "") if failed else "")
