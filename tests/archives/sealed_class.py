"""A sealed class, and ways to tamper with its package."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping

from tests.results.class_with_scores import Taught, person, teach
from training_app.archives.services import items, sealing
from training_app.core.actor import Actor, acting_as
from training_app.results import api as results


def complete(code: str = "BC2026001", **values: object) -> Taught:
    """A class whose archive lacks nothing."""
    taught = teach(code, **values)
    taught.attend(李云={0: "leave_personal"})
    taught.score(普学珍={"score": 40})
    results.decide_results(taught.class_id)
    results.issue_certificates(taught.class_id)
    items.add_item(taught.class_id, kind="paper", title="试卷和答案", data=b"%PDF-1.7\n%%EOF\n", file_name="试卷.pdf")
    for kind in ("reflections", "evaluation"):
        items.waive(taught.class_id, kind=kind, reason="本期未组织，不作要求")
    items.store_summary(taught.class_id, text="一、基本情况\n办班情况良好。")
    return taught


def seal(taught: Taught, first: Actor, second: Actor, *, reason: str = "") -> bytes:
    """Two people seal it; the package's bytes."""
    with acting_as(first):
        sealing.propose_seal(taught.class_id, reason=reason)
    with acting_as(second):
        package = sealing.approve_seal(taught.class_id, base_url="https://peixun.example.org")
        return sealing.take_package(taught.class_id, package.number)[1]


def two_people() -> tuple[Actor, Actor]:
    """Who proposes and who approves."""
    return person("proposer", "org_dept"), person("approver", "org_dept")


def files_of(package: bytes) -> dict[str, bytes]:
    """The bag's files, by their names inside the bag."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def pack(files: Mapping[str, bytes], *, top: str = "BC2026001-1", compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The files as another program packs them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        for name, content in files.items():
            archive.writestr(f"{top}/{name}", content)
    return out.getvalue()


def rebuilt(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with manifests and sum made to fit, as somebody would who knows BagIt."""
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    files = dict(files)
    files["manifest-sha256.txt"] = _manifest(payload)
    info = [line for line in files["bag-info.txt"].decode().splitlines() if not line.startswith("Payload-Oxum")]
    info.append(f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}")
    files["bag-info.txt"] = ("\n".join(info) + "\n").encode()
    tags = {
        name: content for name, content in files.items() if name not in payload and name != "tagmanifest-sha256.txt"
    }
    files["tagmanifest-sha256.txt"] = _manifest(tags)
    return files


def changed(files: Mapping[str, bytes], name: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """The files with one of them changed."""
    assert change(files[name]) != files[name]
    return {**files, name: change(files[name])}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
