"""Reading a package's ZIP under limits, without a byte reaching the disk; and what verification reports."""

from __future__ import annotations

import io
import itertools
import re
import stat
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from training_app.archives import container

_LARGEST_TOTAL = 2 * 1024**3
_MOST_FILES = 20_000
_HIGHEST_RATIO = 200
_SMALL = 1024 * 1024
_FEW_BYTES = 64
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    code: str
    what: str

    def __str__(self) -> str:
        """The line that is printed."""
        return f"{self.code}: {self.what}"


@dataclass
class Report:
    """What verification found: problems, and what was looked at."""

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    entries: int = 0
    origin: str = ""
    log_size: int = 0
    fingerprint: str = ""
    key_was_given: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def add(self, code: str, what: str) -> None:
        """Note a problem once."""
        problem = Problem(code, what)
        if problem not in self.problems:
            self.problems.append(problem)


class Unreadable(Exception):
    """The package cannot be read any further."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code, self.what = code, what


def read_package(package: bytes, report: Report) -> dict[str, bytes]:
    """The files in the package by name, read under limits; odd names are reported, not used."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            members = archive.infolist()
            _check_limits(members, len(package))
            files: dict[str, bytes] = {}
            budget = _LARGEST_TOTAL
            for member in members:
                _check_member(member, files, report)
                content = _content(archive, member, budget)
                budget -= len(content)
                if member.is_dir() and not content:
                    continue
                if stat.S_ISLNK(member.external_attr >> 16):
                    report.add("UNLISTED", f"{member.filename} is a symbolic link")
                    continue
                files[member.filename] = content
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        OverflowError,
    ) as error:
        raise Unreadable("ALTERED", f"the package cannot be read as a ZIP: {error}") from error
    except Exception as error:  # zlib.error and others that broken data bring about
        raise Unreadable("ALTERED", f"the package cannot be read: {type(error).__name__}") from error
    return files


def _check_limits(members: Sequence[zipfile.ZipInfo], length: int) -> None:
    if len(members) > _MOST_FILES:
        raise Unreadable("BOMB", f"{len(members)} files are more than {_MOST_FILES}")
    if sum(member.file_size for member in members) > _LARGEST_TOTAL:
        raise Unreadable("BOMB", f"unpacked it would have more than {_LARGEST_TOTAL} bytes")
    taken = sorted((member.header_offset, member.header_offset + member.compress_size) for member in members)
    if any(end > start for (_, end), (start, _) in itertools.pairwise(taken)):
        raise Unreadable("BOMB", "files overlap inside the package")
    if taken and taken[-1][1] > length:
        raise Unreadable("ALTERED", "the package is cut off")
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("ALGORITHM", f"{member.filename} is packed in a way that is not allowed")
        if member.flag_bits & 0x1:
            raise Unreadable("ALGORITHM", f"{member.filename} is encrypted")
        if member.file_size > _SMALL and member.file_size > member.compress_size * _HIGHEST_RATIO:
            raise Unreadable("BOMB", f"{member.filename} would grow {_HIGHEST_RATIO}-fold or more")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> bytes:
    with archive.open(member) as stream:
        content = stream.read(min(member.file_size, budget) + 1)
    if len(content) > member.file_size:
        raise Unreadable("BOMB", f"{member.filename} is longer than it says")
    if len(content) < member.file_size:
        raise Unreadable("ALTERED", f"{member.filename} is cut off")
    return content


def _check_member(member: zipfile.ZipInfo, seen: Mapping[str, bytes], report: Report) -> None:
    name = member.filename
    if name in seen:
        report.add("PATH", f"{name} occurs twice")
    if not is_safe(name.rstrip("/")):
        report.add("PATH", f"{name!r} would lead out of the package")


def is_safe(name: str) -> bool:
    """Whether a name stays inside the package on every system."""
    if not name or name.startswith("/") or "\\" in name or _DRIVE.match(name):
        return False
    if any(ord(c) < 32 or ord(c) == 127 for c in name):
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


def check_container(package: bytes, files: Mapping[str, bytes], report: Report) -> None:
    """A package as we made it follows byte by byte from its files; one packed anew by others does not and need not.

    A handful of differing bytes is no new packing, but tampering or a failing disk.
    """
    expected = container.pack(files)
    if len(expected) != len(package):
        return
    differing = sum(a != b for a, b in zip(expected, package, strict=True))
    if 0 < differing <= _FEW_BYTES:
        report.add("ALTERED", f"the container differs in {differing} bytes")


def without_top_folder(files: Mapping[str, bytes], report: Report) -> dict[str, bytes]:
    """The bag's files by their name inside the bag."""
    tops = {name.split("/", 1)[0] for name in files if name.endswith("/bagit.txt") and name.count("/") == 1}
    if "bagit.txt" in files or not tops:
        return dict(files)
    top = min(tops)
    bag = {}
    for name, content in files.items():
        if name.startswith(f"{top}/"):
            bag[name.removeprefix(f"{top}/")] = content
        else:
            report.add("UNLISTED", f"{name} lies beside the bag")
    return bag
