from reports.models.issuing import Report, ReportAct, ReportFile, ReportTemplate
from reports.models.periods import OutlineVersion, PeriodKind, PeriodRule, ReportPeriod
from reports.models.writing import Passage, Section, SectionRequest, StatisticValue

__all__ = [
    "OutlineVersion",
    "Passage",
    "PeriodKind",
    "PeriodRule",
    "Report",
    "ReportAct",
    "ReportFile",
    "ReportPeriod",
    "ReportTemplate",
    "Section",
    "SectionRequest",
    "StatisticValue",
]
