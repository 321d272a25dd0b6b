"""Pages leave in gzip; files and streams as they are."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from cchc.middleware import PageGZipMiddleware

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}
TEXT = "Kế hoạch cải cách hành chính. " * 100


def sent(response):
    return PageGZipMiddleware(lambda request: response)(RequestFactory().get("/", **GZIP))


def test_a_page_is_compressed_for_who_can_read_it(client, quang, opened):
    client.force_login(quang)
    plain, packed = client.get("/ke-hoach/"), client.get("/ke-hoach/", **GZIP)
    assert not plain.has_header("Content-Encoding") and packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 4
    assert "Kế hoạch CCHC" in gzip.decompress(packed.content).decode()


def test_the_padding_against_breach_is_on():
    assert len({len(sent(HttpResponse(TEXT)).content) for _ in range(20)}) > 1


@pytest.mark.parametrize("kind", ["application/pdf", "application/vnd.ms-excel", "image/png"])
def test_a_file_keeps_its_bytes(kind):
    response = sent(HttpResponse(TEXT, content_type=kind))
    assert response.content.decode() == TEXT and not response.has_header("Content-Encoding")


def test_a_stream_is_not_held_back():
    made = []

    def lines():
        for n in range(3):
            made.append(n)
            yield f"{TEXT}{n}\n"

    response = sent(StreamingHttpResponse(lines(), content_type="text/csv"))
    parts = iter(response)
    assert next(parts).decode() == f"{TEXT}0\n" and made == [0], (
        "the first leaves before the second"
    )
    assert not response.has_header("Content-Encoding")
