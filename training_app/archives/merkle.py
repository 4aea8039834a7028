"""The Merkle tree of RFC 6962 over hashes of leaves: root, inclusion and consistency, made and verified.

Pure: bytes in, bytes out. Leaves arrive hashed (SHA-256 over a zero byte and the entry).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree over given leaf hashes; a last node without a neighbour rises unchanged, as the RFC's recursion has it."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Hash all levels once."""
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            above = [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            if len(below) % 2:
                above.append(below[-1])
            self._levels.append(above)

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._levels[0])

    def root(self) -> bytes:
        """The hash over everything."""
        return self._levels[-1][0] if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """The path that proves leaf ``index`` is in the tree."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            neighbour = index ^ 1
            if neighbour < len(level):
                path.append(level[neighbour])
            index //= 2
        return path

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that this tree begins with the first ``old_size`` leaves of itself."""
        if not 0 < old_size <= self.size:
            raise IndexError(old_size)
        return self._subproof(old_size, 0, self.size, whole=True)

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        size = end - start
        if old == size:
            return [] if whole else [self._range(start, end)]
        split = _split(size)
        if old <= split:
            return [*self._subproof(old, start, start + split, whole=whole), self._range(start + split, end)]
        return [
            *self._subproof(old - split, start + split, end, whole=False),
            self._range(start, start + split),
        ]

    def _range(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0 and start % size == 0:
            return self._levels[size.bit_length() - 1][start // size]
        split = _split(size)
        return node_hash(self._range(start, start + split), self._range(start + split, end))


def root_from_inclusion(*, index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to (RFC 9162, 2.1.3.2); None when the path has the wrong length."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(step, found)
            if not place & 1:
                while place and not place & 1:
                    place >>= 1
                    last >>= 1
        else:
            found = node_hash(found, step)
        place >>= 1
        last >>= 1
    return found if last == 0 else None


def extends(*, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        return old_root == new_root and not proof
    if not 0 < old_size < new_size or not proof:
        return False
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old_found = new_found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_found = node_hash(step, old_found)
            new_found = node_hash(step, new_found)
            if not place & 1:
                while place and not place & 1:
                    place >>= 1
                    last >>= 1
        else:
            new_found = node_hash(new_found, step)
        place >>= 1
        last >>= 1
    return last == 0 and old_found == old_root and new_found == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
