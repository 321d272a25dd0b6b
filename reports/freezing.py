"""A report's plain values as JSON and back: what is kept of it from its submission on."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from reports.building import PeriodReport
from reports.models import Report


def freeze(report: PeriodReport) -> dict:
    """Without what people left out: that is not part of the report."""
    sections = tuple(replace(s, paragraphs=tuple(s.printed)) for s in report.sections)
    return _plain(replace(report, sections=sections))


def thaw(kept: dict) -> PeriodReport:
    """The same values again; freeze(thaw(kept)) is `kept`."""
    return _value(PeriodReport, kept)


def frozen_report(report: Report) -> PeriodReport:
    """A submitted, approved or issued report as it was frozen, with where it stands now."""
    return replace(thaw(report.snapshot), status=report.status)


def _plain(value):
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _value(kind, kept):
    if kept is None:
        return None
    if isinstance(kind, UnionType):  # "date | None"
        kind = next(option for option in get_args(kind) if option is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item) for item in kept)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _value(hints[name], value) for name, value in kept.items()})
    return date.fromisoformat(kept) if kind is date else kept
