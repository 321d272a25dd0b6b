"""What the report's templates need: dates as Nghị định 30/2020/NĐ-CP writes them, its appendices,
its charts."""

from django import template

from reports import attachments, prose, report_charts

register = template.Library()
register.filter("prose_date", prose.prose_date)
register.simple_tag(attachments.by_kind, name="report_attachments")


@register.simple_tag
def report_chart(report, name, font=""):
    """The SVG of "buckets", "areas" or "years"; nothing where there is none to draw."""
    return report_charts.charts_of(report, font)[name] or ""
