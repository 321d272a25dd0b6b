"""A plan on its way in, for the page: every row as read beside what was concluded, what is open, and
the form of the one place that is being corrected."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from cchc.models import StoredFile
from tasks.deadlines import parse
from tasks.import_state import (
    OUTSIDE,
    Gap,
    ImportArea,
    ImportRow,
    ImportState,
    ImportTarget,
)
from tasks.models import Plan, PlanImport
from tasks.models.plan import DeadlineKind
from tasks.pages.plan_edit import SEVERITIES, YearMeaning, meanings
from tasks.plan_import.appendix import Note
from tasks.plan_import.headings import CELLS, TITLES
from tasks.plan_import.linting import Finding
from tasks.plan_import.measuring import KINDS

ROWS_A_PAGE = 20
IMPORTS_SHOWN = 10
MOST_JUMPS = 40
SECTIONS = {
    "dau": "Phần đầu",
    "nhiem-vu": "Nhiệm vụ",
    "linh-vuc": "Lĩnh vực",
    "chi-tieu": "Chỉ tiêu",
    "phat-hien": "Phát hiện về lời văn",
    "ghi": "Ghi thành kế hoạch",
}
_SECTION_OF = {"dau": "dau", "n": "nhiem-vu", "lv": "linh-vuc", "ct": "chi-tieu", "ph": "phat-hien"}
_GENERAL = {"all": "mọi phòng, ban, đơn vị trực thuộc", "chosen": "chọn theo từng việc"}


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int | None
    gaps: int
    is_here: bool


@dataclass(frozen=True)
class HeadLine:
    label: str
    value: str
    read: str


@dataclass(frozen=True)
class PartyLine:
    """`state`: ok, asked (a person must say), outside (kept without a slot)."""

    text: str
    meaning: str
    why: str
    state: str


@dataclass(frozen=True)
class YearWhy:
    year: YearMeaning
    why: str


@dataclass(frozen=True)
class CellLine:
    """A cell: its words in the file, and the words to be written where a person changed them."""

    name: str
    label: str
    read: str
    now: str


@dataclass(frozen=True)
class RowLine:
    row: ImportRow
    area: str
    cells: tuple[CellLine, ...]
    products: tuple
    leads: tuple[PartyLine, ...]
    collabs: tuple[PartyLine, ...]
    kind: str
    sentence: str
    years: tuple[YearWhy, ...]
    notes: tuple[Note, ...]
    gaps: tuple[Gap, ...]
    form: object = None


@dataclass(frozen=True)
class AreaLine:
    area: ImportArea
    place: str
    tasks: int
    gaps: tuple[Gap, ...]
    form: object = None


@dataclass(frozen=True)
class TargetLine:
    target: ImportTarget
    measured: str
    area: str
    form: object = None


@dataclass(frozen=True)
class FindingLine:
    n: int
    finding: Finding
    label: str
    tile: str
    icon: str
    why: str
    place: str  # of the row it is about, ""
    form: object = None


@dataclass(frozen=True)
class ImportPage:
    held: PlanImport
    file: StoredFile
    section: str
    place: str
    tabs: tuple[Tab, ...]
    gaps: tuple[Gap, ...]
    jumps: tuple[Gap, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    findings_left: int
    subject: str
    head: tuple[HeadLine, ...] = ()
    rows: tuple[RowLine, ...] = ()
    page: Page | None = None
    areas: tuple[AreaLine, ...] = ()
    targets: tuple[TargetLine, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    sums: tuple[tuple[int, str], ...] = ()
    next_place: str = ""


def section_of(place: str, wanted: str = "") -> str:
    kind = place.partition("-")[0]
    return _SECTION_OF.get(kind) or (wanted if wanted in SECTIONS else "nhiem-vu")


def read_imports(imports) -> list[PlanImport]:
    """The newest that are not written yet. One query."""
    return list(imports.filter(plan=None).defer("read", "answers").order_by("-pk")[:IMPORTS_SHOWN])


def read_page(state: ImportState, section: str, *, place="", number=1, form=None) -> ImportPage:
    """Nothing is asked of the database: `state` has it all. `number`: the page of the rows."""
    shown = {
        "dau": _head,
        "nhiem-vu": _rows,
        "linh-vuc": _areas,
        "chi-tieu": _targets,
        "phat-hien": _findings,
        "ghi": _sums,
    }[section](state, place=place, number=number, form=form)
    left = sum(not state.why(finding) for finding in state.findings)
    places = {gap.place: gap for gap in reversed(state.gaps)}
    jumps = tuple(sorted(places.values(), key=state.gaps.index))
    return ImportPage(
        held=state.held,
        file=state.held.file,
        section=section,
        place=place,
        tabs=_tabs(state, section, left),
        gaps=state.gaps,
        jumps=jumps[:MOST_JUMPS],
        notes=(
            *state.held.read["notes"],
            *(note.sentence for note in state.appendix.notes if note.place is None),
        ),
        missing=() if state.head_is_corrected else state.body.missing,
        findings_left=left,
        subject=state.head["subject"] or state.held.file.name,
        **shown,
    )


def _tabs(state: ImportState, here: str, left: int) -> tuple[Tab, ...]:
    counts = {
        "nhiem-vu": len(state.tasks),
        "linh-vuc": len(state.areas),
        "chi-tieu": sum(not target.is_dropped for target in state.targets),
        "phat-hien": left,
    }
    return tuple(
        Tab(
            key=key,
            label=label,
            count=counts.get(key),
            gaps=sum(section_of(gap.place) == key for gap in state.gaps),
            is_here=key == here,
        )
        for key, label in SECTIONS.items()
    )


def _head(state: ImportState, *, form, **_) -> dict:
    labels = {f.name: f.verbose_name for f in Plan._meta.fields}
    lines = []
    for name, value in state.head.items():
        if name == "coordinator":
            unit = state.units.get(value)
            lines.append(HeadLine("đơn vị theo dõi, đôn đốc", unit.name if unit else "", ""))
        else:
            lines.append(HeadLine(labels[name], _said(value), _said(_in_file(state, name))))
    return {"head": tuple(lines)}


def _in_file(state: ImportState, name: str):
    return getattr(state.body, name, None)


def _said(value) -> str:
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value or "")


def _rows(state: ImportState, *, place, number, form) -> dict:
    paginator = Paginator(state.rows, ROWS_A_PAGE)
    kind, _, n = place.partition("-")
    if kind == "n" and n.isdecimal():
        number = (int(n) - 1) // ROWS_A_PAGE + 1
    page = paginator.get_page(number)
    lines = (_row_line(row, state, form if row.place == place else None) for row in page)
    return {"rows": tuple(lines), "page": page, "next_place": state.next_place}


def _row_line(row: ImportRow, state: ImportState, form) -> RowLine:
    words = row.words
    deadline = parse(words.rule_text or words.deadline_text)
    sentence, years = meanings(state.plan, words)
    return RowLine(
        row=row,
        area=_area_name(state.area(row.area)),
        cells=tuple(
            CellLine(
                name=cell,
                label=TITLES[cell],
                read=row.read.cells.get(cell, ""),
                now="" if getattr(words, cell) == getattr(row.read, cell) else getattr(words, cell),
            )
            for cell in CELLS
        ),
        products=words.products,
        leads=_party_lines(words.leads, row, state),
        collabs=_party_lines(words.collabs, row, state),
        kind=DeadlineKind(str(deadline.kind)).label,
        sentence=sentence,
        years=tuple(YearWhy(year, deadline.explain(year.year)) for year in years),
        notes=tuple(note for note in state.appendix.notes if note.place == row.read.place),
        gaps=tuple(gap for gap in state.gaps if gap.place == row.place),
        form=form,
    )


def _party_lines(parties, row: ImportRow, state: ImportState) -> tuple[PartyLine, ...]:
    lines = []
    for party in parties:
        if not party.kind:
            question = row.asked.get(party.text)
            why = question.why if question else ""
            lines.append(PartyLine(party.text, "chưa rõ là đơn vị nào", why, "asked"))
        elif party.kind == OUTSIDE:
            lines.append(PartyLine(party.text, "không phải đơn vị của cơ quan", "", "outside"))
        else:
            unit = state.units.get(party.unit_id)
            name = unit.name if unit else _GENERAL.get(party.kind, "")
            lines.append(PartyLine(party.text, name, row.whys.get(party.text, ""), "ok"))
    return tuple(lines)


def _area_name(area: ImportArea) -> str:
    return f"{area.appendix_code or area.number}. {area.appendix_title or area.title}"


def _areas(state: ImportState, *, place, form, **_) -> dict:
    lines = []
    for area in state.areas:
        here = f"lv-{area.number}"
        gaps = tuple(gap for gap in state.gaps if gap.place == here)
        tasks = sum(row.area == area.number for row in state.tasks)
        lines.append(AreaLine(area, here, tasks, gaps, form if here == place else None))
    return {"areas": tuple(lines)}


def _targets(state: ImportState, *, place, form, **_) -> dict:
    lines = []
    for target in state.targets:
        area = _area_name(state.area(target.area)) if target.area else ""
        shown = form if target.place == place else None
        lines.append(TargetLine(target, _measured(target), area, shown))
    return {"targets": tuple(lines)}


def _measured(target: ImportTarget) -> str:
    """Tỷ lệ, ít nhất 80%, năm 2025."""
    said = [KINDS[target.kind][0]]
    value = "" if target.value is None else f"{target.value:f}".replace(".", ",")
    if target.kind == "percentage" and value:
        said.append(f"ít nhất {value}%")
    elif value:
        said.append(f"không quá {value}")
    if target.yearly:
        said.append("từng năm")
    if target.deadline_year:
        said.append(f"đến năm {target.deadline_year}")
    return ", ".join([*said, *filter(None, [target.exclusion])])


def _findings(state: ImportState, *, form, **_) -> dict:
    rows = {row.code: row.place for row in state.tasks}
    return {
        "findings": tuple(
            FindingLine(
                n,
                finding,
                *SEVERITIES[finding.severity.value],
                state.why(finding),
                rows.get(finding.place, ""),
                form if form is not None and _is_of(form, finding) else None,
            )
            for n, finding in enumerate(state.findings, start=1)
        )
    }


def _is_of(form, finding: Finding) -> bool:
    return (form["code"].value(), form["place"].value()) == (finding.code, finding.place)


def _sums(state: ImportState, **_) -> dict:
    targets = sum(not target.is_dropped for target in state.targets)
    return {
        "sums": (
            (len(state.areas), "lĩnh vực"),
            (sum(len(area.solutions) for area in state.areas), "nhiệm vụ, giải pháp"),
            (len(state.tasks), "nhiệm vụ cụ thể"),
            (sum(len(row.words.products) for row in state.tasks), "sản phẩm"),
            (targets, "chỉ tiêu"),
        )
    }
