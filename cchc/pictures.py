"""What a picture says of itself, read from its header without decoding anything."""

import struct
from typing import IO

LARGEST_SIDE = 20_000  # pixels
LARGEST_AREA = 120_000_000  # pixels; the largest sensors of telephones have 108 million
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZE = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOFn: the frame's header
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


class NotAPicture(Exception):
    """The bytes are no whole picture of the kind that they say they are."""


def png_size(source: IO[bytes]) -> tuple[int, int]:
    """Width and height. Walks all chunks: IHDR first, IEND last, nothing behind it."""
    source.seek(0, 2)
    end = source.tell()
    source.seek(0)
    if source.read(8) != _PNG:
        raise NotAPicture
    size, place = None, 8
    while True:
        source.seek(place)
        head = source.read(8)
        if len(head) < 8:
            raise NotAPicture
        length, kind = struct.unpack(">I4s", head)
        if size is None:
            if kind != b"IHDR" or length != 13:
                raise NotAPicture
            size = struct.unpack(">II", source.read(8))
        place += 12 + length
        if place > end:
            raise NotAPicture
        if kind == b"IEND":
            break
    if place != end or 0 in size:
        raise NotAPicture
    return size


def jpeg_size(source: IO[bytes]) -> tuple[int, int]:
    """Width and height, from the first frame's header. Telephones write more behind a picture's end,
    so that is not looked at."""
    source.seek(0)
    if source.read(2) != b"\xff\xd8":
        raise NotAPicture
    while True:
        mark = source.read(1)
        if mark != b"\xff":
            raise NotAPicture
        while mark == b"\xff":
            mark = source.read(1)
        code = mark[0] if mark else 0
        if code in _JPEG_BARE:
            continue
        length = int.from_bytes(source.read(2), "big")
        if code in (0, 0xD8, 0xD9, 0xDA) or length < 2:
            raise NotAPicture
        if code in _JPEG_SIZE:
            height, width = struct.unpack(">xHH", source.read(5).ljust(5, b"\0"))
            if 0 in (width, height):
                raise NotAPicture
            return width, height
        source.seek(length - 2, 1)


def too_large(size: tuple[int, int]) -> bool:
    """Whoever opens it would need gigabytes."""
    return max(size) > LARGEST_SIDE or size[0] * size[1] > LARGEST_AREA
