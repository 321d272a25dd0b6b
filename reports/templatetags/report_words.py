"""Dates as Nghị định 30/2020/NĐ-CP writes them, for the report's templates."""

from django import template

from reports import prose

register = template.Library()
register.filter("prose_date", prose.prose_date)
