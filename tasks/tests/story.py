"""Short words for what happens to an assignment, for the tests."""

from datetime import date

from conftest import at
from tasks import actions
from tasks.citing import Citation
from tasks.models import Assignment


def fresh(assignment) -> Assignment:
    found = Assignment.objects.select_related("task__plan__coordinator", "unit")
    return found.get(pk=assignment.pk)


def citation(number="14/KH-VP", on=date(2024, 2, 19), products=(), **other) -> Citation:
    words = {
        "summary": "Hoạt động kiểm soát thủ tục hành chính năm 2024",
        "issuer": "Văn phòng UBND tỉnh",
        "kind": "Kế hoạch",
        "signer": "Trần Đình Quang",
    }
    return Citation(number=number, issued_on=on, products=tuple(products), **words | other)


def all_products(assignment) -> tuple[int, ...]:
    return tuple(assignment.task.products.values_list("pk", flat=True))


def report(assignment, by, when=None, result="Đã xây dựng dự thảo.", **other):
    """The unit saves what it did, without sending."""
    now = fresh(assignment)
    told = {"seen_version": now.version, "send": False, "result": result} | other
    return actions.post_update(assignment=now, by=by, at=when or at(assignment.year, 2, 1), **told)


def send(assignment, by, on=date(2024, 2, 19), when=None, **other):
    """The unit cites one document for everything that was expected, and sends."""
    cited = citation(on=on, products=all_products(assignment))
    return report(
        assignment,
        by,
        when or at(on.year, on.month, on.day, 15),
        **{"send": True, "result": "Đã ban hành.", "cite": (cited,)} | other,
    )


def verify(assignment, by, when=None):
    now = fresh(assignment)
    return actions.verify(
        assignment=now, by=by, at=when or at(now.year, 12, 31), seen_version=now.version
    )


def give_back(assignment, by, when, reason="Thiếu danh mục văn bản."):
    now = fresh(assignment)
    return actions.return_to_unit(
        assignment=now, by=by, at=when, seen_version=now.version, reason=reason
    )
