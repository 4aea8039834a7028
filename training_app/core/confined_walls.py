"""What a child that reads strangers' files may no longer do, as far as this kernel can take it away without root.

Three walls, each put up if the kernel has it: resource limits (always), Landlock (no file but the program's own can be
opened, no TCP, no signals to others), seccomp (no sockets, no programs, no processes, no looking into others). Nobody
relies on one of them alone; ``stand_up`` says which ones stand. See docs/decisions/0014-reading-in-a-child.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
import sys
from pathlib import Path

_SET_PDEATHSIG, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 22, 38
_FILTER = 2
_SIGKILL, _EPERM = 9, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP, _SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals
_ABI_NET, _ABI_SCOPE = 4, 6
_PATH_BENEATH = 1
_SYSTEM = ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/localtime")

# BPF: load a word, jump if equal, jump if greater or equal, give back an answer
_LOAD, _EQUAL, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | _EPERM, 0x80000000
_X32 = 0x40000000
_ARCHITECTURES = {  # audit number; refused calls; calls that may only name this process
    "x86_64": (
        0xC000003E,
        (
            "41 42 43 49 50 53 288 56 57 58 435 59 322 101 310 311 424 425 434 438 161 165 166 248 249 250 272"
            " 298 304 308 321 323"
        ),
        "62 200 234",
    ),
    "aarch64": (
        0xC00000B7,
        (
            "198 199 200 201 202 203 242 220 435 221 281 117 270 271 424 425 434 438 51 40 39 217 218 219 97 241"
            " 265 268 280 282"
        ),
        "129 130 131",
    ),
}


def prepare() -> None:
    """Load what walls are built with; before forking, since a child should load nothing."""
    _libc()


def stand_up() -> tuple[str, ...]:
    """Put up every wall there is, for good; which ones."""
    libc = _libc()
    standing = []
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    libc.prctl(_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return ()
    with contextlib.suppress(OSError):
        if _landlock(libc):
            standing.append("landlock")
    if _seccomp(libc):
        standing.append("seccomp")
    return tuple(standing)


_loaded: dict[str, ctypes.CDLL] = {}


def _libc() -> ctypes.CDLL:
    if "libc" not in _loaded:
        _loaded["libc"] = ctypes.CDLL(None, use_errno=True)
    return _loaded["libc"]


def _readable() -> set[str]:
    """Where the program and its libraries lie: what may be imported late. Not the folder the program lies in."""
    house = Path(__file__).resolve().parents[1]
    places = {str(house), *_SYSTEM, *(str(Path(p) / "lib") for p in (sys.prefix, sys.base_prefix))}
    places |= {str(Path(p).resolve()) for p in sys.path if p and Path(p).resolve() != house.parent}
    return {place for place in places if Path(place).exists()}


def _landlock(libc: ctypes.CDLL) -> bool:
    abi = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if abi < 1:
        return False
    rights = _FILE_RIGHTS[min(abi, max(_FILE_RIGHTS))]
    attributes = struct.pack("=QQQ", rights, _TCP if abi >= _ABI_NET else 0, _SCOPES if abi >= _ABI_SCOPE else 0)
    size = 24 if abi >= _ABI_SCOPE else 16 if abi >= _ABI_NET else 8
    rules = libc.syscall(_CREATE_RULESET, attributes, size, 0)
    if rules < 0:
        return False
    try:
        for place in _readable():
            handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
            try:
                allowed = _EXECUTE | _READ_FILE | (_READ_DIR if Path(place).is_dir() else 0)
                libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", allowed, handle), 0)
            finally:
                os.close(handle)
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _seccomp(libc: ctypes.CDLL) -> bool:
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or sys.byteorder != "little":
        return False
    program = _program(*known, own=os.getpid())
    kept = ctypes.create_string_buffer(program, len(program))
    description = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, description, 0, 0) == 0)


def _program(architecture: int, refused: str, own_only: str, *, own: int) -> bytes:
    """The filter: of another architecture: the end; a refused call: EPERM; a signal to another process: EPERM."""

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    numbers = [int(each) for each in refused.split()]
    watched = [int(each) for each in own_only.split()]
    checks = b""
    left = len(numbers) + len(watched)
    for number in numbers:  # jump forward to "refuse", which stands first behind the checks and the allowing answer
        checks += step(_EQUAL, left, 0, number)
        left -= 1
    for number in watched:
        checks += step(_EQUAL, left + 1, 0, number)
        left -= 1
    return (
        step(_LOAD, 0, 0, 4)
        + step(_EQUAL, 1, 0, architecture)
        + step(_ANSWER, 0, 0, _KILL)
        + step(_LOAD, 0, 0, 0)
        + step(_AT_LEAST, len(numbers) + len(watched) + 1, 0, _X32)
        + checks
        + step(_ANSWER, 0, 0, _ALLOW)
        + step(_ANSWER, 0, 0, _REFUSE)
        + step(_LOAD, 0, 0, 16)  # the first argument: the process meant
        + step(_EQUAL, 0, 1, own)
        + step(_ANSWER, 0, 0, _ALLOW)
        + step(_ANSWER, 0, 0, _REFUSE)
    )
