"""The files' bytes in a bucket of an S3-compatible server, for offices with several machines."""

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from storages.backends.s3 import S3Storage

from cchc.stores import CHUNK, Away, Kept

IN_MEMORY = 2 * 1024 * 1024  # bytes; what is bigger waits in a temporary file
FOLDER = "ev/"


class Bucket:
    """An object appears whole or not at all, so there is nothing to stage."""

    def __init__(self, url: str, endpoint: str, region: str, key: str, secret: str):
        place = urlsplit(url)
        if place.scheme != "s3" or not place.netloc:
            raise ValueError("FILE_STORE_URL: s3://bucket or s3://bucket/folder")
        self.storage = S3Storage(
            bucket_name=place.netloc,
            location=place.path.strip("/"),
            endpoint_url=endpoint or None,
            region_name=region or None,
            access_key=key or None,
            secret_key=secret or None,
            max_memory_size=IN_MEMORY,
            client_config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path" if endpoint else "auto"},
                # The newer checksums are unknown to many servers that are not Amazon's.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def entries(self) -> Iterator[Kept]:
        before = "/".join(filter(None, (self.storage.location, FOLDER)))
        with _told():
            for found in self.storage.bucket.objects.filter(Prefix=before):
                yield Kept(found.key.rsplit("/", 1)[-1], found.size, found.last_modified)

    def find(self, sha256: str) -> Kept | None:
        with _told():
            try:
                found = self.storage.bucket.Object(self._key(sha256))
                return Kept(sha256, found.content_length, found.last_modified)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    return None
                raise

    def open(self, sha256: str) -> IO[bytes]:
        with _told():
            opened = self.storage.open(_name(sha256))  # FileNotFoundError when it is not there
            opened.file  # noqa: B018 (the download; later it would fail in the middle of an answer)
            return opened

    def put(self, source: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as held:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += held.write(chunk)
            held.seek(0)
            with _told():
                self.storage.save(_name(digest.hexdigest()), File(held))
        return digest.hexdigest(), size

    def remove(self, sha256: str) -> None:
        with _told():
            self.storage.delete(_name(sha256))

    def staged(self) -> Iterator[Kept]:
        return iter(())

    def remove_staged(self, name: str) -> None:
        pass

    def _key(self, sha256: str) -> str:
        return "/".join(filter(None, (self.storage.location, _name(sha256))))


def _name(sha256: str) -> str:
    return f"{FOLDER}{sha256[:2]}/{sha256}"


@contextmanager
def _told():
    try:
        yield
    except FileNotFoundError:
        raise
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise Away(f"The file store does not answer: {error}") from error


def bucket() -> Bucket:
    """This thread's: what boto3 calls a resource is not for several at once."""
    return _bucket(
        threading.get_ident(),
        settings.FILE_STORE_URL,
        settings.FILE_STORE_ENDPOINT,
        settings.FILE_STORE_REGION,
        settings.FILE_STORE_KEY_ID,
        settings.FILE_STORE_SECRET,
    )


@lru_cache(maxsize=32)  # its connections live from one request to the next
def _bucket(thread: int, *place: str) -> Bucket:
    return Bucket(*place)
