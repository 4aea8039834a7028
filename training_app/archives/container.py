"""The ZIP around a package: stored, no times, no extras, so that every byte follows from the content."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

_UTF8 = 0x0800
_DAY = 0x0021  # 1980-01-01, the ZIP format's zero
_REGULAR_FILE = 0o100644 << 16
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, in this order."""
    body, directory = bytearray(), bytearray()
    for name, content in files.items():
        path = name.encode()
        checksum, offset = zlib.crc32(content), len(body)
        body += _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, 0, _DAY, checksum, len(content), len(content), len(path), 0)
        body += path + content
        directory += _CENTRAL.pack(
            b"PK\x01\x02",
            0x0314,
            20,
            _UTF8,
            0,
            0,
            _DAY,
            checksum,
            len(content),
            len(content),
            len(path),
            0,
            0,
            0,
            0,
            _REGULAR_FILE,
            offset,
        )
        directory += path
    count = len(files)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)
