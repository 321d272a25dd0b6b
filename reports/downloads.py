"""A file made now, as a download that nobody in between keeps."""

from django.http import HttpResponse

from cchc.files import guard

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    return guard(HttpResponse(content, content_type=TYPES[kind]), f"{name}.{kind}")
