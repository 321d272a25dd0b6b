"""Chờ xác nhận: what a verifier has to see before saying that the work is done."""

from dataclasses import dataclass
from datetime import date

from tasks.buckets import Bucket, bucket_of
from tasks.models import Assignment, Document, Evidence, Product, ProgressUpdate
from tasks.rules import period_label
from tasks.workflow import Act, State


@dataclass(frozen=True)
class ProductLine:
    text: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class ReviewItem:
    assignment: Assignment
    period: str
    sent: ProgressUpdate
    products: tuple[ProductLine, ...]
    other_documents: tuple[Document, ...]
    verdict: Bucket  # what verifying would make of it
    last_on: date  # of the last product document
    returned_before: int

    @property
    def proven(self) -> bool:
        """Some document was cited; else the day of sending is the day of completion."""
        return bool(self.other_documents) or any(line.documents for line in self.products)


def review_items(assignments: list[Assignment]) -> list[ReviewItem]:
    """Four queries for a page of pending assignments, however many."""
    ids = [assignment.pk for assignment in assignments]
    acts = ProgressUpdate.objects.filter(assignment_id__in=ids).select_related("by")
    sent, returns = {}, {}
    for act in acts.order_by("seq"):
        if act.act == Act.SUBMIT:
            sent[act.assignment_id] = act
        elif act.act == Act.RETURN:
            returns[act.assignment_id] = returns.get(act.assignment_id, 0) + 1
    cited: dict[int, list] = {}
    evidence = Evidence.objects.filter(update__in=[act.pk for act in sent.values()])
    for piece in evidence.select_related("document__file").order_by("document__issued_on", "pk"):
        cited.setdefault(piece.update_id, []).append(piece)
    products: dict[int, list[Product]] = {}
    for product in Product.objects.filter(task__in={a.task_id for a in assignments}):
        products.setdefault(product.task_id, []).append(product)
    return [
        _item(a, sent[a.pk], _asked(a, products), cited, returns.get(a.pk, 0)) for a in assignments
    ]


def _asked(assignment, products) -> list[Product]:
    found = products.get(assignment.task_id, [])
    return [p for p in found if p.is_asked(assignment.due_on, assignment.done_on)]


def _item(assignment, sent, products, cited, returned_before) -> ReviewItem:
    pieces = cited.get(sent.pk, [])
    lines = tuple(
        ProductLine(p.text, tuple(e.document for e in pieces if e.product_id == p.pk))
        for p in products
    )
    return ReviewItem(
        assignment=assignment,
        period=period_label(assignment.year, assignment.period),
        sent=sent,
        products=lines,
        other_documents=tuple(e.document for e in pieces if e.product_id is None),
        verdict=bucket_of(State.DONE, assignment.due_on, sent.done_on, sent.done_on),
        last_on=sent.done_on,
        returned_before=returned_before,
    )
