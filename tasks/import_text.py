"""A plan on its way in, as the linter reads it."""

from tasks.plan_import.linting import PlanText, TargetText, TaskText
from tasks.plan_words import CELLS

OUTSIDE = "none"  # a name that is no unit of the office: its words stay in the cell, without a slot


def plan_text_of(state) -> PlanText:
    """As the linter reads it. No query."""
    plan = state.plan
    targets = [target for target in state.targets if not target.is_dropped]
    return PlanText(
        first_year=plan.first_year,
        last_year=plan.last_year,
        section_codes=state.body.section_codes,
        areas=tuple((a.appendix_code, a.title, a.appendix_title) for a in state.areas),
        tasks=tuple(_task_text(row, state) for row in state.tasks),
        targets=tuple(TargetText(t.read.code, t.text, t.read.lead_in) for t in targets),
    )


def _task_text(row, state) -> TaskText:
    def parties(found):
        decided = (p for p in found if p.kind not in ("", OUTSIDE))
        units = state.units
        return tuple(
            (p.kind, units[p.unit_id].code if p.unit_id in units else "", p.text) for p in decided
        )

    words = row.words
    return TaskText(
        code=row.code,
        group=row.read.group or state.area(row.area).appendix_code,
        number=row.number,
        **{cell: getattr(words, cell) for cell in CELLS},
        rule_text=words.rule_text,
        products=tuple((product.text, product.is_measure) for product in words.products),
        lead=parties(words.leads),
        collab=parties(words.collabs),
        unread=tuple(p.text for p in (*words.leads, *words.collabs) if p.kind in ("", OUTSIDE)),
    )
