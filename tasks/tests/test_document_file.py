"""Files of documents: a download for those who may read the document, else it isn't there."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import at
from tasks import actions
from tasks.citing import Citation
from tasks.models import Document

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def the_day():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


def cite(assignment, by, number, upload=None):
    actions.post_update(
        assignment=assignment,
        by=by,
        at=at(2024, 3, 5),
        seen_version=assignment.version,
        send=False,
        result="Đã làm.",
        cite=(Citation(number, date(2024, 2, 19), "Kế hoạch", "Văn phòng", upload=upload),),
    )
    return Document.objects.get(number=number)


@pytest.fixture
def document(assignment_of, minh):
    upload = SimpleUploadedFile("Kế hoạch.pdf", PDF, "application/pdf")
    return cite(assignment_of("I.2/2024"), minh, "14/KH-VP", upload)


def fetch(client, user, document):
    client.force_login(user)
    return client.get(f"/van-ban/{document.pk}/tep/")


@pytest.mark.parametrize("role", ["minh", "hung", "thu", "quang"])
def test_the_unit_the_coordinator_and_leaders_get_the_file(client, request, document, role):
    response = fetch(client, request.getfixturevalue(role), document)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", ["hoa", "lan"])
def test_for_another_unit_it_does_not_exist(client, request, document, role):
    assert fetch(client, request.getfixturevalue(role), document).status_code == 404


def test_the_administrator_is_refused(client, an, document):
    assert fetch(client, an, document).status_code == 403


def test_a_stranger_is_sent_to_login(client, document):
    assert client.get(f"/van-ban/{document.pk}/tep/").status_code == 302


def test_a_document_without_a_file_or_that_is_not_there_is_404(client, minh, assignment_of):
    bare = cite(assignment_of("I.2/2024"), minh, "15/KH-VP")
    assert fetch(client, minh, bare).status_code == 404
    assert client.get("/van-ban/999999/tep/").status_code == 404


def test_posting_is_refused(client, minh, document):
    client.force_login(minh)
    assert client.post(f"/van-ban/{document.pk}/tep/").status_code == 405
