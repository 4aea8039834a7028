"""From files to a sealed package: manifests, log, checkpoint, ZIP. Pure; the database is asked elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training_app.archives import container, merkle, notes
from training_app.archives.verify import canonical


@dataclass(frozen=True)
class LogLine:
    """A numbered entry of the audit trail: its number, its leaf (hex), what was sealed."""

    seq: int
    leaf: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """A finished package."""

    data: bytes
    checkpoint: str
    files: int


def manifest(payload: Mapping[str, bytes]) -> bytes:
    """The manifest of a set of files, sorted by name."""
    lines = [f"{hashlib.sha256(payload[name]).hexdigest()}  {_encoded(name)}\n" for name in sorted(payload)]
    return "".join(lines).encode()


def seal(
    *,
    folder: str,
    payload: Mapping[str, bytes],
    about: Mapping[str, str],
    readme: str,
    checks: str,
    leaves: Sequence[str],
    entries: Sequence[LogLine],
    older: Sequence[str],
    key: Ed25519PrivateKey,
    day: date,
) -> Sealed:
    """Make the package.

    ``leaves`` are all leaves of the log in order, ``entries`` those about the class, ``older`` the checkpoints of
    earlier packages.
    """
    tree = merkle.Tree([bytes.fromhex(leaf) for leaf in leaves])
    origin = notes.origin_of(key.public_key())
    checkpoint = notes.sign(notes.Checkpoint(origin, tree.size, tree.root()), key)
    tags: dict[str, bytes] = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info(payload, about, day),
        "manifest-sha256.txt": manifest(payload),
        "README.txt": readme.encode(),
        "四性检测.txt": checks.encode(),
        "log/checkpoint": checkpoint.encode(),
        "log/log.pub.pem": notes.public_pem(key.public_key()).encode(),
        "log/proofs.jsonl": b"".join(_proof(tree, entry) for entry in entries),
        "log/consistency.jsonl": _consistency(tree, older),
    }
    for number, text in enumerate(older, 1):
        tags[f"anchor/older-checkpoints/{number:05d}"] = text.encode()
    tags["tagmanifest-sha256.txt"] = manifest(tags)
    bag = {**{name: tags[name] for name in sorted(tags)}, **{name: payload[name] for name in sorted(payload)}}
    return Sealed(
        container.pack({f"{folder}/{name}": content for name, content in bag.items()}), checkpoint, len(payload)
    )


def _proof(tree: merkle.Tree, entry: LogLine) -> bytes:
    path = [step.hex() for step in tree.inclusion(entry.seq - 1)]
    return canonical({"seq": entry.seq, "leaf": entry.leaf, "entry": entry.document, "proof": path}) + b"\n"


def _consistency(tree: merkle.Tree, older: Sequence[str]) -> bytes:
    sizes = sorted({note.checkpoint.size for note in map(notes.read, older) if note is not None})
    lines = [
        canonical({"from": size, "to": tree.size, "proof": [step.hex() for step in tree.consistency(size)]}) + b"\n"
        for size in sizes
        if 0 < size < tree.size
    ]
    return b"".join(lines)


def _info(payload: Mapping[str, bytes], about: Mapping[str, str], day: date) -> bytes:
    size = sum(len(content) for content in payload.values())
    fields = {
        **about,
        "Bagging-Date": day.isoformat(),
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Bag-Software-Agent": "Zhixing",
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields.items()).encode()


def _encoded(name: str) -> str:
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def four_checks(payload: Mapping[str, bytes], *, people: int, certificates: Sequence[str]) -> str:
    """四性检测: what was checked on the payload before it was sealed, one line a check."""
    jsons = {name: content for name, content in payload.items() if name.endswith(".json")}
    pdfs = {name: content for name, content in payload.items() if name.endswith(".pdf")}
    records = [name for name in jsons if name.startswith("data/trainees/")]
    serials = [number for number in certificates if "〔" in number]
    lines = [
        ("真实性", "每个文件的SHA-256值写入清单，清单的摘要写入审计日志并签名", True),
        ("真实性", f"学员记录与名册一致（{len(records)}份，名册{people}人）", len(records) == people),
        ("完整性", f"载荷文件{len(payload)}个，全部列入清单", bool(payload)),
        ("完整性", f"结业证书编号无重号（{len(serials)}个）", len(set(serials)) == len(serials)),
        ("可用性", f"JSON文件可解析（{len(jsons)}个）", all(_parses(content) for content in jsons.values())),
        ("可用性", f"PDF文件可识别（{len(pdfs)}个）", all(content.startswith(b"%PDF-") for content in pdfs.values())),
        ("可用性", "封装采用ZIP存储方式，不压缩、不加密", True),
        (
            "安全性",
            "不含宏和可执行文件",
            not any(name.lower().endswith((".exe", ".js", ".docm", ".xlsm", ".bat")) for name in payload),
        ),
    ]
    return "四性检测（封装时）\n\n" + "".join(
        f"{name}\t{'通过' if passed else '未通过'}\t{what}\n" for name, what, passed in lines
    )


def _parses(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def readme(*, name: str, folder: str, fingerprint: str) -> str:
    """How to verify the package with public tools, to lie in it."""
    text = (Path(__file__).parent / "documents" / "package_readme.txt").read_text(encoding="utf-8")
    return text.format(name=name, folder=folder, fingerprint=fingerprint)
