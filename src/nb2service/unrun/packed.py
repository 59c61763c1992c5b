"""Packed: the bytes of a pickle, however joblib has compressed it."""

import bz2
import gzip
import lzma
import zlib
from pathlib import Path

_PACKED = (
    (b"\x1f\x8b", gzip.decompress),
    (b"BZh", bz2.decompress),
    (b"\xfd7zXZ", lzma.decompress),
    (b"\x5d\x00", lzma.decompress),
    (b"\x78", zlib.decompress),
)


def unpacked(file: Path) -> bytes:
    """The bytes of a file; those inside of it, if it is compressed."""
    data = file.read_bytes()
    for begins, decompress in _PACKED:
        if data.startswith(begins):
            try:
                return decompress(data)
            except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
                return data
    return data
