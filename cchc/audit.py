"""The audit trail."""

from datetime import datetime

from cchc.models import AuditEvent


def record(*, by, verb: str, target, at: datetime, **detail) -> AuditEvent:
    """One row; call it inside the transaction of the write that it tells of.

    `detail` takes plain JSON values: what changed, from what to what, and why.
    """
    return AuditEvent.objects.create(
        at=at,
        by=by,
        verb=verb,
        target_type=target._meta.model_name,
        target_id=target.pk,
        detail=detail,
    )
