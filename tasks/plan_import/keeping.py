"""What was read from a file as plain JSON values, and back: it is kept as read and never changes."""

from dataclasses import asdict
from datetime import date

from tasks.plan_import.appendix import Appendix, Group, Note, Row
from tasks.plan_import.body import Body, ReadArea, ReadTarget
from tasks.plan_import.products import ReadProduct
from tasks.plan_import.row_kinds import Place


def as_json(appendix: Appendix, body: Body, notes: tuple[str, ...] = ()) -> dict:
    """`notes` are those of the document itself."""
    told = asdict(body)
    told["issued_on"] = body.issued_on and body.issued_on.isoformat()
    return {"appendix": asdict(appendix), "body": told, "notes": list(notes)}


def from_json(read: dict) -> tuple[Appendix, Body]:
    return _appendix(read["appendix"]), _body(read["body"])


def _appendix(told: dict) -> Appendix:
    return Appendix(
        groups=tuple(Group(**g | {"place": Place(**g["place"])}) for g in told["groups"]),
        rows=tuple(_row(row) for row in told["rows"]),
        notes=tuple(Note(**n | {"place": _place(n["place"])}) for n in told["notes"]),
        columns=tuple(told["columns"]),
        tables=tuple(told["tables"]),
        title_lines=tuple(told["title_lines"]),
    )


def _row(told: dict) -> Row:
    products = tuple(ReadProduct(**product) for product in told["products"])
    return Row(**told | {"products": products, "place": Place(**told["place"])})


def _place(told: dict | None) -> Place | None:
    return Place(**told) if told else None


def _body(told: dict) -> Body:
    issued_on = told["issued_on"]
    return Body(
        **told
        | {
            "issued_on": date.fromisoformat(issued_on) if issued_on else None,
            "targets": tuple(ReadTarget(**target) for target in told["targets"]),
            "areas": tuple(
                ReadArea(**area | {"solutions": tuple(area["solutions"])}) for area in told["areas"]
            ),
            "section_codes": tuple(told["section_codes"]),
            "missing": tuple(told["missing"]),
        }
    )
