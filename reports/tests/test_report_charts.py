"""The charts say the same in words as in bars, and need no colour, style or script."""

from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from reports.rastering import pngs_of
from reports.report_charts import area_chart, bucket_chart, year_chart
from reports.sample import sample_report


@pytest.fixture(scope="module")
def sample():
    return sample_report()


@pytest.mark.parametrize("make", [bucket_chart, area_chart, year_chart])
def test_a_chart_says_the_same_in_words_and_uses_only_plain_attributes(sample, make):
    chart = make(sample)
    svg = etree.fromstring(chart.svg)
    assert svg.get("role") == "img"
    title, description = svg[0], svg[1]
    assert svg.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == chart.title and description.text == chart.description
    for element in svg.iter():
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "7" in texts or "28" in texts


def test_a_chart_keeps_within_its_frame_and_escapes_words(sample):
    (group,) = sample.by_area
    hostile = replace(group, title="<b>&\"' một lĩnh vực có tên rất dài để phải xuống dòng " * 2)
    chart = area_chart(replace(sample, by_area=(hostile,)))
    svg = etree.fromstring(chart.svg)
    for element in svg.iter("{http://www.w3.org/2000/svg}rect"):
        if element.get("x"):
            assert float(element.get("x")) + float(element.get("width")) <= chart.width
            assert float(element.get("y")) + float(element.get("height")) <= chart.height


def test_without_a_year_before_the_chart_has_one_bar_for_each_bucket(sample):
    figures = tuple(replace(line, last_year=None) for line in sample.figures)
    alone = bucket_chart(replace(sample, figures=figures, last_year=None))
    assert "cùng kỳ" not in alone.alternative
    assert bucket_chart(replace(sample, figures=())) is None
    assert area_chart(replace(sample, by_area=())) is None


def test_for_word_the_charts_are_sharp_pictures_of_the_same_shapes(sample):
    charts = [bucket_chart(sample), area_chart(sample), year_chart(sample)]
    pictures = [Image.open(BytesIO(png)) for png in pngs_of(charts)]
    assert len(pictures) == 3 and len({picture.tobytes() for picture in pictures}) == 3
    for chart, picture in zip(charts, pictures, strict=True):
        assert picture.format == "PNG"
        assert picture.width == pytest.approx(165 / 25.4 * 200, abs=2)
        assert picture.width / picture.height == pytest.approx(chart.width / chart.height, rel=0.01)
