"""Writing what a checked sheet changes: every assignment or none."""

import uuid
from dataclasses import asdict, replace
from datetime import date, datetime

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit
from cchc.models import Unit
from reports.roundtrip import CellChange, Change
from tasks.actions import Stale
from tasks.citing import Citation
from tasks.many_reports import Refused, Report, post_updates
from tasks.models import ProgressUpdate

_SALT = "cchc.sheet-import"
_LONGEST_WAIT = 12 * 3600  # seconds between the preview and the confirmation
_FORMS = uuid.UUID("5b1f1a3e-6a0c-5c7a-9a52-0f5f1c9d2e61")  # name space of the form keys


class ImportRefused(Exception):
    """Nothing was written: `refusals` says why, as (row, code, sentence)."""

    def __init__(self, refusals: list[tuple[int, str, str]]):
        super().__init__("; ".join(f"dòng {row}: {words}" for row, _, words in refusals))
        self.refusals = refusals


class BadToken(Exception):
    """The confirmation isn't of a preview that this person saw today; str() is the sentence."""


def sign(changes: tuple[Change, ...], *, user, file_name: str, sha256: str) -> str:
    """The preview as the confirmation sends it back: what was shown is what will be written."""
    told = [
        asdict(change) | {"citations": [_citation_as_json(c) for c in change.citations]}
        for change in changes
    ]
    payload = {"user": user.pk, "file": file_name, "sha256": sha256, "changes": told}
    return signing.dumps(payload, salt=_SALT, compress=True)


def unsign(token: str, *, user) -> dict:
    """{"changes": [Change], "file": ..., "sha256": ...}; BadToken for anybody else's."""
    try:
        payload = signing.loads(token, salt=_SALT, max_age=_LONGEST_WAIT)
    except signing.SignatureExpired as error:
        raise BadToken("Bản xem trước đã quá 12 giờ; hãy nạp lại tệp.") from error
    except signing.BadSignature as error:
        raise BadToken("Bản xem trước không còn nguyên vẹn; hãy nạp lại tệp.") from error
    if payload["user"] != user.pk:
        raise BadToken("Bản xem trước là của người khác; hãy nạp lại tệp.")
    return payload | {"changes": [_change_from_json(told) for told in payload["changes"]]}


def import_sheet(*, by, at: datetime, token: str) -> tuple[int, int]:
    """Write the confirmed changes in one transaction: (assignments written, of these sent).

    The same confirmation twice writes nothing more. Whatever one row refuses (moved on since, a
    document that contradicts another) takes the others back too: ImportRefused tells of all.
    """
    payload = unsign(token, user=by)
    changes = payload["changes"]
    keys = {
        change.assignment: uuid.uuid5(_FORMS, f"{token}{change.assignment}") for change in changes
    }
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=by.unit_id)  # clicks, one by one
        if not ProgressUpdate.objects.filter(by=by, form_key__in=keys.values()).exists():
            _write(changes, keys, by=by, at=at)
            audit.record(
                by=by,
                verb="sheet_imported",
                target=by.unit,
                at=at,
                file=payload["file"],
                sha256=payload["sha256"],
                assignments=len(changes),
                sent=sum(change.send for change in changes),
                documents=sum(len(change.citations) for change in changes),
            )
    return len(changes), sum(change.send for change in changes)


def _write(changes: list[Change], keys: dict[int, uuid.UUID], *, by, at: datetime):
    reports = [
        Report(
            assignment=change.assignment,
            seen_version=change.seen_version,
            send=change.send,
            words=change.words,
            cite=change.citations,
            form_key=keys[change.assignment],
        )
        for change in changes
    ]
    try:
        post_updates(reports, by=by, at=at)
    except Refused as refusal:
        why = refusal.why
        refused = [change for change in changes if change.assignment in why]
        raise ImportRefused(
            [(change.row, change.code, _words(why[change.assignment])) for change in refused]
        ) from refusal


def _words(refusal: Exception) -> str:
    if isinstance(refusal, Stale):
        return "Đã có cập nhật khác sau khi xem trước; tải tệp mới rồi ghi lại dòng này."
    if isinstance(refusal, PermissionDenied):
        return "Việc này không còn là của đơn vị mình."
    return str(refusal)


def _citation_as_json(citation: Citation) -> dict:
    return asdict(replace(citation, upload=None)) | {"issued_on": citation.issued_on.isoformat()}


def _change_from_json(told: dict) -> Change:
    citations = tuple(
        Citation(
            **cited
            | {
                "issued_on": date.fromisoformat(cited["issued_on"]),
                "products": tuple(cited["products"]),
            }
        )
        for cited in told["citations"]
    )
    cells = tuple(CellChange(**cell) for cell in told["cells"])
    return Change(**told | {"citations": citations, "cells": cells})
