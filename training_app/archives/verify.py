"""Verify a sealed package: no database, no network, nothing written to disk.

What is wrong is said line by line, each line beginning with a word of its own:

ALTERED    a file, or the container, is not what it was
MISSING    a listed or required file is not there
UNLISTED   something is there that no manifest names
PATH       a name that would lead out of the package, or occurs twice
ALGORITHM  no SHA-256 manifest, or a way of packing that is not allowed
LOG        an entry is not proven to be in the signed log, or proofs were left out
SIGNATURE  the checkpoint is not signed by the right key
CONTENT    the payload is not what the log says was sealed
FORK       the log does not continue an older checkpoint
BOMB       the package would grow beyond all reason

Without a key from outside a whole forgery signed with another key cannot be seen: a key that travels in the package
proves nothing. Without an older checkpoint from outside, neither can a log that was rewritten with the stolen key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from training_app.archives import merkle, notes
from training_app.archives.unzipping import (
    Report,
    Unreadable,
    check_container,
    is_safe,
    read_package,
    without_top_folder,
)

SEALED = "archives.ClassSealed"
_LARGEST_PACKAGE = 2 * 1024**3 - 1
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_REQUIRED = (
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "README.txt",
    "log/checkpoint",
    "log/log.pub.pem",
    "log/proofs.jsonl",
)
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_OLDER = "anchor/older-checkpoints/"


def verify_file(path: Path, *, key: bytes | None = None, checkpoints: Iterable[str] = ()) -> Report:
    """Verify a package on disk; ``key`` is a PEM file's content, ``checkpoints`` are heads kept elsewhere."""
    if path.stat().st_size > _LARGEST_PACKAGE:
        report = Report()
        report.add("BOMB", f"the package has more than {_LARGEST_PACKAGE} bytes")
        return report
    return verify(path.read_bytes(), key=key, checkpoints=checkpoints)


def verify(package: bytes, *, key: bytes | None = None, checkpoints: Iterable[str] = ()) -> Report:
    """Verify a package in memory."""
    report = Report()
    try:
        files = read_package(package, report)
    except Unreadable as problem:
        report.add(problem.code, problem.what)
        return report
    bag = without_top_folder(files, report)
    report.files = len(bag)
    _check_names(bag, report)
    _check_manifests(bag, report)
    _check_log(bag, report, key=key, checkpoints=list(checkpoints))
    if report.is_sound:
        check_container(package, files, report)
    return report


# --- the bag -----------------------------------------------------------------------------------------------------


def _check_names(bag: Mapping[str, bytes], report: Report) -> None:
    for name in _REQUIRED:
        if name not in bag:
            if name == "manifest-sha256.txt" and any(_is_manifest(other) for other in bag):
                report.add("ALGORITHM", "there is no SHA-256 manifest of the payload")
            elif name == "tagmanifest-sha256.txt" and any(other.startswith("tagmanifest-") for other in bag):
                report.add("ALGORITHM", "there is no SHA-256 manifest of the tag files")
            else:
                report.add("MISSING", name)
    if "fetch.txt" in bag:
        report.add("UNLISTED", "fetch.txt: nothing may be fetched from elsewhere")
    if bag.get("bagit.txt", _DECLARATION) != _DECLARATION:
        report.add("ALTERED", "bagit.txt does not declare BagIt 1.0 in UTF-8")


def _is_manifest(name: str) -> bool:
    return name.startswith("manifest-") and name.endswith(".txt")


def _check_manifests(bag: Mapping[str, bytes], report: Report) -> None:
    payload = _manifest(bag, "manifest-sha256.txt", report)
    tags = _manifest(bag, "tagmanifest-sha256.txt", report)
    if payload is not None:
        _compare(bag, payload, [name for name in bag if name.startswith("data/")], report)
        if any(not name.startswith("data/") for name in payload):
            report.add("PATH", "the manifest of the payload names a file outside data/")
        _check_sum(bag, report)
    if tags is not None:
        others = [name for name in bag if not name.startswith("data/") and not name.startswith("tagmanifest-")]
        _compare(bag, tags, others, report)
    for name in bag:
        if name.startswith("tagmanifest-") and name != "tagmanifest-sha256.txt":
            report.add("ALGORITHM", f"{name} is no manifest of ours")


def _manifest(bag: Mapping[str, bytes], name: str, report: Report) -> dict[str, str] | None:
    """The digests a manifest gives; None when there is none."""
    if name not in bag:
        return None
    try:
        text = bag[name].decode("utf-8")
    except UnicodeDecodeError:
        report.add("ALTERED", f"{name} is no UTF-8")
        return {}
    listed: dict[str, str] = {}
    if not text.endswith("\n"):
        report.add("ALTERED", f"{name} is cut off")
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        found = _MANIFEST_LINE.fullmatch(line)
        if found is None:
            report.add("ALTERED", f"{name}, line {number} is no line of a manifest")
            continue
        path = _decoded(found[2])
        if not is_safe(path):
            report.add("PATH", f"{name} names {path!r}")
        elif path in listed:
            report.add("PATH", f"{name} names {path} twice")
        else:
            listed[path] = found[1]
    return listed


def _decoded(path: str) -> str:
    """A path as RFC 8493 writes it in manifests."""
    return path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _compare(bag: Mapping[str, bytes], listed: Mapping[str, str], present: Sequence[str], report: Report) -> None:
    for name, digest in listed.items():
        if name not in bag:
            report.add("MISSING", name)
        elif hashlib.sha256(bag[name]).hexdigest() != digest:
            report.add("ALTERED", name)
    for name in present:
        if name not in listed:
            report.add("UNLISTED", name)


def _check_sum(bag: Mapping[str, bytes], report: Report) -> None:
    sizes = [len(content) for name, content in bag.items() if name.startswith("data/")]
    said = re.search(rb"^Payload-Oxum: ([0-9]+)\.([0-9]+)$", bag.get("bag-info.txt", b""), re.MULTILINE)
    if said is None or (int(said[1]), int(said[2])) != (sum(sizes), len(sizes)):
        report.add("ALTERED", "the payload has not the size that bag-info.txt says")


# --- the log -----------------------------------------------------------------------------------------------------


def _check_log(bag: Mapping[str, bytes], report: Report, *, key: bytes | None, checkpoints: Sequence[str]) -> None:
    note = notes.read(bag.get("log/checkpoint", b"").decode("utf-8", "replace"))
    if note is None:
        report.add("SIGNATURE", "log/checkpoint is no signed checkpoint")
        return
    report.origin, report.log_size = note.checkpoint.origin, note.checkpoint.size
    public = _public_key(bag, report, key=key)
    if public is not None:
        report.fingerprint = notes.fingerprint(public)
        if not notes.is_signed_by(note, public):
            report.add("SIGNATURE", "the checkpoint is not signed by this key")
    entries = _entries(bag, note.checkpoint, report)
    report.entries = len(entries)
    _check_content(bag, entries, report)
    _check_older(bag, note.checkpoint, report, public=public, outside=checkpoints)


def _public_key(bag: Mapping[str, bytes], report: Report, *, key: bytes | None) -> Ed25519PublicKey | None:
    own = notes.read_public_pem(bag.get("log/log.pub.pem", b""))
    if own is None:
        report.add("SIGNATURE", "log/log.pub.pem holds no Ed25519 key")
    if key is None:
        return own
    report.key_was_given = True
    pinned = notes.read_public_pem(key)
    if pinned is None:
        report.add("SIGNATURE", "the key given is no Ed25519 public key")
        return own
    if own is not None and notes.public_pem(own) != notes.public_pem(pinned):
        report.add("SIGNATURE", "the package carries another key than the one given")
    return pinned


def _entries(bag: Mapping[str, bytes], head: notes.Checkpoint, report: Report) -> list[dict[str, Any]]:
    """The log entries in the package that are proven to be in the log, in its order."""
    proven: list[dict[str, Any]] = []
    before = 0
    for number, line in enumerate(_lines(bag, "log/proofs.jsonl", report), 1):
        try:
            proof = _strict_json(line)
            seq, entry = int(proof["seq"]), proof["entry"]
            path = [bytes.fromhex(step) for step in proof["proof"]]
            leaf = merkle.leaf_hash(canonical(entry))
        except (ValueError, KeyError, TypeError, RecursionError):
            report.add("LOG", f"proofs.jsonl, line {number} cannot be read")
            continue
        if proof.get("leaf") != leaf.hex() or any(len(step) != 32 for step in path):
            report.add("LOG", f"entry {seq} is not the one that was logged")
            continue
        if merkle.root_from_inclusion(index=seq - 1, size=head.size, leaf=leaf, path=path) != head.root:
            report.add("LOG", f"entry {seq} is not proven to be in the log")
            continue
        if seq <= before:
            report.add("LOG", f"entry {seq} is out of order")
        before = seq
        proven.append({**entry, "_seq": seq, "_leaf": leaf.hex()})
    return proven


def _lines(bag: Mapping[str, bytes], name: str, report: Report) -> list[str]:
    if name not in bag:
        return []
    try:
        text = bag[name].decode("utf-8")
    except UnicodeDecodeError:
        report.add("LOG", f"{name} is no UTF-8")
        return []
    if text and not text.endswith("\n"):
        report.add("LOG", f"{name} is cut off")
    return text.removesuffix("\n").split("\n") if text else []


def _check_content(bag: Mapping[str, bytes], entries: Sequence[Mapping[str, Any]], report: Report) -> None:
    """Hold the payload against what the log says was sealed, and the results against their own entries."""
    sealing = [entry for entry in entries if entry.get("kind") == SEALED]
    if not sealing:
        report.add("LOG", "the entry of the sealing is not there")
        return
    seal = sealing[-1]
    said = seal["body"] if isinstance(seal.get("body"), dict) else {}
    if hashlib.sha256(bag.get("manifest-sha256.txt", b"")).hexdigest() != said.get("manifest"):
        report.add("CONTENT", "the payload is not the one that was sealed")
    earlier = [entry["_leaf"] for entry in entries if entry["_seq"] < seal["_seq"]]
    if digest_of_leaves(earlier) != said.get("entries_digest") or len(earlier) != said.get("entries"):
        report.add("LOG", "entries about this class were left out or added")
    _check_results(bag, entries, report)


def _check_results(bag: Mapping[str, bytes], entries: Sequence[Mapping[str, Any]], report: Report) -> None:
    logged: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if entry.get("kind") == "results.ResultDecided":
            logged[str(entry["subject"][1])] = entry["body"]
    try:
        rows = json.loads(bag.get("data/results.json", b"[]"))
        for row in rows:
            body = logged.get(str(row["enrollment_id"]))
            if row["version"] and (
                body is None
                or (body["version"], body["completed"], body["reason"], body["total"])
                != (row["version"], row["completed"], row["reason"], row["total"])
            ):
                report.add("CONTENT", f"the result of enrollment {row['enrollment_id']} is not the one decided")
    except (ValueError, KeyError, TypeError):
        report.add("CONTENT", "data/results.json cannot be read")


def _check_older(
    bag: Mapping[str, bytes],
    head: notes.Checkpoint,
    report: Report,
    *,
    public: Ed25519PublicKey | None,
    outside: Sequence[str],
) -> None:
    """Hold the head against older heads: those in the package, and those kept elsewhere."""
    proofs: dict[int, list[bytes]] = {}
    for line in _lines(bag, "log/consistency.jsonl", report):
        try:
            proof = _strict_json(line)
            proofs[int(proof["from"])] = [bytes.fromhex(step) for step in proof["proof"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            report.add("LOG", "consistency.jsonl cannot be read")
    texts = [(name, content.decode("utf-8", "replace")) for name, content in bag.items() if name.startswith(_OLDER)]
    texts += [(f"checkpoint {number} given", text) for number, text in enumerate(outside, 1)]
    for name, text in texts:
        note = notes.read(text)
        if note is None or (public is not None and not notes.is_signed_by(note, public)):
            report.add("SIGNATURE", f"{name} is not signed by this key")
            continue
        old = note.checkpoint
        if old.size > head.size:
            report.add(
                "FORK", f"{name} (size {old.size}) is ahead of the log: it was cut, or the checkpoint is not older"
            )
        elif old.size == 0:
            continue
        elif not merkle.extends(
            old_size=old.size,
            new_size=head.size,
            old_root=old.root,
            new_root=head.root,
            proof=[] if old.size == head.size else proofs.get(old.size, []),
        ):
            report.add("FORK", f"the log does not continue {name} (size {old.size})")


def digest_of_leaves(leaves: Sequence[str]) -> str:
    """One digest over the leaves of a class's entries, in order."""
    return hashlib.sha256("".join(f"{leaf}\n" for leaf in leaves).encode()).hexdigest()


def canonical(entry: object) -> bytes:
    """The bytes of an entry that its leaf is computed over: sorted keys, no spaces, UTF-8, no floats."""
    _refuse_floats(entry)
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("a float has no one spelling")  # noqa: TRY004 - a value read from a file
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_floats(inner)


def _strict_json(line: str) -> dict[str, Any]:
    """One line as we write it; another spelling of the same is refused, so that no byte can change unseen."""
    value = json.loads(line, object_pairs_hook=_unique)
    if not isinstance(value, dict) or canonical(value).decode() != line:
        raise ValueError("not written as we write it")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
