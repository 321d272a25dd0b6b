"""Reads what the units wrote, once for a whole file."""

from django.db.models import Q

from cchc.clock import local_day
from cchc.text import clean
from reports.prose import one_paragraph
from reports.words import SILENCE, Cited, Words
from tasks.buckets import Row
from tasks.models import Assignment, Evidence, ProgressUpdate
from tasks.workflow import Act, State


class Reading:
    """The words behind the ledger's rows. Two queries, whatever the number of rows.

    The same assignment as at two days may have two reports behind it: rows say which.
    """

    def __init__(self, rows: list[Row], hidden: frozenset[int] = frozenset()):
        """`hidden` are assignments whose words this reader may not see: they are not read."""
        rows = [row for row in rows if row.assignment_id not in hidden]
        reports = {row.last_report_id for row in rows if row.last_report_id}
        stopped = {row.assignment_id for row in rows if row.state == State.STOPPED}
        updates = list(
            ProgressUpdate.objects.filter(
                Q(pk__in=reports) | Q(act=Act.STOP, assignment__in=stopped)
            )
        )
        documents = _documents(updates)
        self._reports: dict[int, Words] = {}
        self._stops: dict[int, Words] = {}
        for update in updates:
            words = _words(update, documents.get(update.pk, {}))
            if update.act == Act.STOP:
                self._stops[update.assignment_id] = words
            else:
                self._reports[update.pk] = words

    def on(self, row: Row) -> Words:
        if row.state == State.STOPPED:
            return self._stops.get(row.assignment_id, SILENCE)
        return self._reports.get(row.last_report_id, SILENCE)


def hidden_from(user, rows: list[Row]) -> frozenset[int]:
    """The assignments among `rows` whose words this person may not read. One query."""
    ids = frozenset(row.assignment_id for row in rows)
    visible = Assignment.objects.visible_to(user).filter(pk__in=ids)
    return ids - frozenset(visible.values_list("pk", flat=True))


def _documents(updates) -> dict[int, dict[tuple, Cited]]:
    """By act, its documents in the order of the products, each once."""
    found: dict[int, dict[tuple, Cited]] = {}
    proofs = (
        Evidence.objects.filter(update__in=[update.pk for update in updates])
        .select_related("document")
        .order_by("product__position", "document__issued_on", "pk")
    )
    for proof in proofs:
        cited = _cited(proof.document)
        found.setdefault(proof.update_id, {}).setdefault((cited.key, cited.issued_on), cited)
    return found


def _words(update, documents) -> Words:
    return Words(
        result=one_paragraph(update.result),
        difficulty=one_paragraph(update.difficulty),
        proposal=one_paragraph(update.proposal),
        reason=one_paragraph(update.reason),
        recorded_on=local_day(update.recorded_at),
        documents=tuple(documents.values()),
    )


def _cited(document) -> Cited:
    return Cited(
        key=document.key,
        number=clean(document.number),
        issued_on=document.issued_on,
        kind=clean(document.kind),
        summary=clean(document.summary),
        issuer=clean(document.issuer),
    )
