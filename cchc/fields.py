"""Form fields that speak as the office writes."""

import calendar
import re
from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError

from cchc import clock, secrecy
from cchc.templatetags.cchc import dmy
from cchc.text import clean, clean_lines

_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{1,4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class TypedField(forms.CharField):
    """What a person types about work bears no mark of secrecy (cchc/secrecy.py). `kept` False: it is
    only searched for."""

    def __init__(self, *, kept: bool = True, **kwargs):
        super().__init__(**kwargs)
        if kept:
            self.validators.append(secrecy.refuse)


class LineField(TypedField):
    """One line of text, cleaned as it is stored, and only then measured."""

    def to_python(self, value) -> str:
        return clean(super().to_python(value))


class LinesField(TypedField):
    """Like LineField, for a text of several lines."""

    def to_python(self, value) -> str:
        return clean_lines(super().to_python(value))


class VietnameseDateField(forms.DateField):
    """A day typed as 16/12/2024 (also 16-12-2024, 16.12.2024 and 2024-12-16, as machines write).

    Django's own answer to every mistake is "nhập một ngày hợp lệ"; this one says what is wrong.
    With `not_after_today` a day that has not come yet is refused.
    """

    default_error_messages = {
        "required": "Chưa ghi ngày.",
        "invalid": "Viết ngày như 16/12/2024.",
        "short_year": "Viết đủ bốn chữ số của năm, như 16/12/2024.",
        "no_month": "Không có tháng %(month)s.",
        "no_day": "%(month)s không có ngày %(day)s.",
        "future": "Ngày %(day)s ở sau hôm nay; chỉ ghi ngày đã qua hoặc hôm nay.",
    }

    def __init__(self, *, not_after_today: bool = False, **kwargs):
        self.not_after_today = not_after_today
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                format="%d/%m/%Y",
                attrs={
                    "inputmode": "numeric",
                    "placeholder": "dd/mm/yyyy",
                    "class": "form-control num",
                    "autocomplete": "off",
                },
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return self._read(str(value).strip())

    def validate(self, value):
        super().validate(value)
        if value and self.not_after_today and value > clock.today():
            self._refuse("future", day=dmy(value))

    def _read(self, text: str) -> date | None:
        if not text:
            return None
        if found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        elif found := _DAY_FIRST.fullmatch(text):
            if len(found[3]) < 4:
                self._refuse("short_year")
            day, month, year = (int(part) for part in found.groups())
        else:
            self._refuse("invalid")
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            self._refuse("invalid")
        if not 1 <= month <= 12:
            self._refuse("no_month", month=month)
        if not 1 <= day <= calendar.monthrange(year, month)[1]:
            named = f"Tháng {month} năm {year}" if (day, month) == (29, 2) else f"Tháng {month}"
            self._refuse("no_day", month=named, day=day)
        return date(year, month, day)

    def _refuse(self, code: str, **params):
        raise ValidationError(self.error_messages[code], code=code, params=params)
