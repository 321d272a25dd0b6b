"""How much of a request is read. What is too much as a whole is refused before any of it is read;
of one file that is too big only the measure is taken, so that the form can say so beside the words
that were typed. nginx has the same limit for the whole (client_max_body_size)."""

from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from cchc.errors import answer


class RequestLimit:
    """A body without an announced length ("chunked") is refused as well: Django reads none of it,
    and nginx, which takes the whole in first, always announces it. One that is longer than announced
    is read as far as announced."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if (
            "HTTP_TRANSFER_ENCODING" in request.META
            or not (announced.isascii() and announced.isdigit())
            or int(announced) > settings.MAX_REQUEST_BYTES
        ):
            return answer(request, 413)
        return self.get_response(request)


class MeasureBigFiles(FileUploadHandler):
    """First in line: what of a file goes beyond the limit reaches no memory and no disk. It arrives
    at the form as an empty file of its real size, which cchc.uploads refuses with a sentence."""

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start + len(raw_data) <= settings.MAX_UPLOAD_BYTES else None

    def file_complete(self, file_size):
        if file_size <= settings.MAX_UPLOAD_BYTES:
            return None  # the handlers behind have it
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)
