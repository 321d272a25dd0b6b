"""The plan's whole text, verbatim, in the order of the paper."""

from dataclasses import dataclass

from tasks.models import Plan


@dataclass(frozen=True)
class Item:
    """A numbered item of a section, with the bullets below it."""

    anchor: str
    number: int
    title: str
    text: str
    bullets: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """`code` as the plan has it, even where it is used twice; `anchor` is ours and unique."""

    anchor: str
    code: str
    title: str
    items: tuple[Item, ...]
    closing: str


@dataclass(frozen=True)
class PlanText:
    issuer: str
    number: str
    date: str
    kind: str
    subject: str
    preamble: str
    sections: tuple[Section, ...]
    appendix_lines: tuple[str, ...]
    recipients: tuple[str, ...]
    signer_title: str
    signer: str


@dataclass(frozen=True)
class Citation:
    """How a page names the plan under words taken from it."""

    number: str
    date: str
    blank: bool  # the source leaves number and day open


def cite(plan: Plan) -> Citation:
    number = plan.number or plan.frame.get("number_template", "").removeprefix("Số:").strip()
    date = f"ngày {plan.issued_on:%d/%m/%Y}" if plan.issued_on else plan.date_text
    return Citation(number, date, blank=not (plan.number and plan.issued_on))


def read_plan_text(plan: Plan) -> PlanText:
    """Two queries: areas and their solutions."""
    frame, citation = plan.frame, cite(plan)
    return PlanText(
        issuer=plan.issuer,
        number=citation.number,
        date=citation.date,
        kind=frame.get("doc_type", "KẾ HOẠCH"),
        subject=plan.subject,
        preamble=frame.get("preamble", ""),
        sections=tuple(_sections(plan, frame)),
        appendix_lines=appendix_lines(plan),
        recipients=tuple(frame.get("recipients", ())),
        signer_title=plan.signer_title,
        signer=plan.signer,
    )


def appendix_lines(plan: Plan) -> tuple[str, ...]:
    """The heading of the appendix."""
    return tuple(plan.frame.get("appendix", {}).get("title_lines", ()))


def _sections(plan, frame):
    for key, anchor in (
        ("section_I", "muc-I"),
        ("section_II", "muc-II"),
        ("section_III", "muc-III"),
        ("section_IV", "to-chuc-thuc-hien"),
    ):
        part = frame.get(key)
        if part is None:
            continue
        items = _areas(plan) if key == "section_III" else _items(part, anchor)
        closing = part.get("closing") or part.get("closing_note") or ""
        yield Section(anchor, part["code"], part["title"], tuple(items), closing)


def _items(part, anchor):
    for item in part.get("items", ()):
        yield Item(
            anchor=f"{anchor}-{item['number']}",
            number=item["number"],
            title=item.get("title", ""),
            text=item.get("text", ""),
            bullets=tuple(item.get("bullets", ())),
        )


def _areas(plan):
    for area in plan.areas.prefetch_related("solutions"):
        bullets = tuple(solution.text for solution in area.solutions.all())
        yield Item(f"linh-vuc-{area.number}", area.number, area.title, "", bullets)
