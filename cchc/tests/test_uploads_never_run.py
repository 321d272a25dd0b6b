"""A file that somebody uploaded, brought into a page of ours as a script or a frame, in a real
Chromium: it is never run, whatever type it was stored under."""

import os
from io import BytesIO

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

import conftest
from cchc import files
from cchc.models import StoredFile
from conftest import at
from tasks.models import Document
from tasks.tests.story import citation, report

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
SCRIPT = b"window.top.document.documentElement.dataset.ran = 'yes'"
PAGE = b"<!doctype html><script>" + SCRIPT + b"</script>"
STORED = sorted({*files.TYPES, "text/html", "text/javascript", "image/svg+xml"})
BRING_IN = """async ([address, tag]) => {
  const brought = document.createElement(tag);
  const over = new Promise(end => { brought.onload = brought.onerror = end; setTimeout(end, 700); });
  brought.src = address; document.body.append(brought); await over;
  return document.documentElement.dataset.ran || "no";
}"""


@pytest.mark.one_engine
def test_what_was_uploaded_never_runs_as_ours(
    transactional_db, live_server, browser, assignment_of, request, monkeypatch
):
    conftest.prepare()
    minh = request.getfixturevalue("minh")
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    report(assignment_of("I.2/2024"), minh, at(2024, 3, 1), cite=(citation(upload=upload),))
    client = Client()
    client.force_login(minh)
    key = client.cookies[site.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url)
    cookie = {"name": site.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto("/them/")
    address, ran = f"/van-ban/{Document.objects.get().pk}/tep/", {}
    for stored_as in STORED:
        for tag, content in (("script", SCRIPT), ("iframe", PAGE)):
            sha256, size = files.keep(BytesIO(content))
            StoredFile.objects.update(sha256=sha256, size=size, content_type=stored_as)
            ran[stored_as, tag] = page.evaluate(BRING_IN, [f"{address}?{stored_as}-{tag}", tag])
    # The page itself would let a script of its own host run: it is the answer that disarms the file.
    armed = lambda stored: HttpResponse(SCRIPT, content_type="text/javascript")  # noqa: E731
    monkeypatch.setattr(files, "send", armed)
    assert page.evaluate(BRING_IN, [f"{address}?armed", "script"]) == "yes"
    context.close()
    assert set(ran.values()) == {"no"}, ran
