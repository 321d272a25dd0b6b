from datetime import date

import pytest
import time_machine
from django import forms

from cchc.fields import VietnameseDateField
from conftest import at


def day_of(text, **options):
    return VietnameseDateField(**options).clean(text)


@pytest.mark.parametrize(
    "text",
    ["16/12/2024", " 16/12/2024 ", "16-12-2024", "16.12.2024", "16 / 12 / 2024", "2024-12-16"],
)
def test_the_office_writes_the_day_first_and_machines_the_year(text):
    assert day_of(text) == date(2024, 12, 16)


def test_the_third_of_november_is_not_the_eleventh_of_march():
    assert day_of("03/11/2024") == day_of("3/11/2024") == date(2024, 11, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31/11/2024", "Tháng 11 không có ngày 31."),
        ("2024-11-31", "Tháng 11 không có ngày 31."),
        ("29/02/2023", "Tháng 2 năm 2023 không có ngày 29."),
        ("30/02/2024", "Tháng 2 không có ngày 30."),
        ("00/12/2024", "Tháng 12 không có ngày 0."),
        ("12/16/2024", "Không có tháng 16."),
        ("16/12/24", "Viết đủ bốn chữ số của năm, như 16/12/2024."),
        ("hôm qua", "Viết ngày như 16/12/2024."),
        ("16/12", "Viết ngày như 16/12/2024."),
        ("16/12/0001", "Viết ngày như 16/12/2024."),
        ("१६/१२/२०२४", "Viết ngày như 16/12/2024."),
        ("", "Chưa ghi ngày."),
        ("   ", "Chưa ghi ngày."),
    ],
)
def test_a_mistake_is_told_in_words(text, message):
    with pytest.raises(forms.ValidationError) as refused:
        day_of(text)
    assert refused.value.messages == [message]


@time_machine.travel(at(2024, 12, 16, 0, 30), tick=False)  # still the 15th in UTC
def test_today_is_the_day_in_the_office():
    assert day_of("16/12/2024", not_after_today=True) == date(2024, 12, 16)
    with pytest.raises(forms.ValidationError) as refused:
        day_of("17/12/2024", not_after_today=True)
    assert refused.value.messages == [
        "Ngày 17/12/2024 ở sau hôm nay; chỉ ghi ngày đã qua hoặc hôm nay."
    ]


def test_an_optional_day_may_stay_empty():
    assert day_of("", required=False) is None


def test_the_input_is_a_text_field_that_shows_the_day_as_written():
    class Form(forms.Form):
        day = VietnameseDateField(initial=date(2024, 11, 3))

    html = str(Form()["day"])
    assert 'type="text"' in html and 'value="03/11/2024"' in html
    assert 'inputmode="numeric"' in html and 'placeholder="dd/mm/yyyy"' in html
    assert 'class="form-control num"' in html
    assert 'value="31/11/2024"' in str(Form({"day": "31/11/2024"})["day"])
