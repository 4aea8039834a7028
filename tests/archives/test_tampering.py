"""Fourteen kinds of tampering (SECURITY 4.3), random bytes, bombs: what a stranger with the package can find out."""

import io
import json
import random
import stat
import struct
import zipfile
import zlib

import bagit
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.archives.sealed_class import changed, complete, files_of, pack, rebuilt, seal, two_people
from training_app.archives import keys, merkle, notes, packaging
from training_app.archives.commands import archive
from training_app.archives.verify import SEALED, canonical, digest_of_leaves, verify
from training_app.core import clock


@pytest.fixture(scope="module")
def sealed(request, tmp_path_factory):
    """One sealed class: its package, its key, and an older checkpoint kept outside. Made once, on SQLite."""
    import shutil

    from tests.conftest import settings_for
    from training_app import create_app
    from training_app.core.actor import acting_as, system
    from training_app.core.db import db

    folder = tmp_path_factory.mktemp("sealed")
    shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "test.db")
    app = create_app(settings_for(f"sqlite:///{folder / 'test.db'}", folder))
    with app.app_context(), acting_as(system("test")):
        people = two_people()
        older = files_of(seal(complete("BC2026000", name="知行学堂第5期"), *people))["log/checkpoint"].decode()
        package = seal(complete(), *people)
        key = keys.signing_key()
        db.session.remove()
        db.engine.dispose()
    return package, key, older


@pytest.fixture
def package(sealed):
    return sealed[0]


@pytest.fixture
def files(sealed):
    return files_of(sealed[0])


def codes(package, **known) -> set[str]:
    return {problem.code for problem in verify(package, **known).problems}


def test_clean_package_is_sound(sealed):
    package, key, older = sealed
    pem = notes.public_pem(key.public_key()).encode()

    assert verify(package).problems == []
    report = verify(package, key=pem, checkpoints=[older])
    assert report.problems == []
    assert report.entries > 10


def test_package_packed_anew_by_others_is_sound_too(files):
    assert codes(pack(files)) == set()
    assert codes(pack(files, compress=zipfile.ZIP_STORED)) == set()


def test_library_of_congress_accepts_the_bag(package, tmp_path):
    with zipfile.ZipFile(io.BytesIO(package)) as archive_file:
        archive_file.extractall(tmp_path)
    (top,) = tmp_path.iterdir()

    assert bagit.Bag(str(top)).validate()
    assert (top / "data/documents/01-学员名册.pdf").read_bytes().startswith(b"%PDF")


def entry_changed(files):
    return changed(files, "log/proofs.jsonl", lambda raw: raw.replace(b'"completed":true', b'"completed":false', 1))


def test_01_entry_changed(files):
    assert codes(pack(entry_changed(files))) >= {"ALTERED", "LOG"}


def test_02_entry_changed_and_manifests_rebuilt(files):
    assert codes(pack(rebuilt(entry_changed(files)))) >= {"LOG"}


def payload_changed(files):
    return changed(files, "data/results.csv", lambda raw: raw.replace(b"exam_failed", b"met", 1))


def test_03_payload_changed(files):
    assert codes(pack(payload_changed(files))) >= {"ALTERED"}


def test_04_payload_changed_and_manifests_rebuilt(files):
    assert codes(pack(rebuilt(payload_changed(files)))) == {"CONTENT"}


def test_05_payload_removed(files):
    files.pop("data/roster.csv")
    assert codes(pack(files)) >= {"MISSING"}


def test_06_extra_file(files):
    files["data/extra.txt"] = b"something"
    assert codes(pack(files)) >= {"UNLISTED"}
    files.pop("data/extra.txt")
    files["extra.txt"] = b"something"
    assert codes(pack(files)) == {"UNLISTED"}


def test_07_symbolic_link(files):
    out = io.BytesIO(pack(files))
    with zipfile.ZipFile(out, "a") as archive_file:
        link = zipfile.ZipInfo("BC2026001-1/data/link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive_file.writestr(link, "/etc/passwd")
    assert codes(out.getvalue()) >= {"UNLISTED"}


def test_08_last_entries_dropped_and_manifests_rebuilt(files):
    cut = changed(files, "log/proofs.jsonl", lambda raw: b"".join(raw.splitlines(keepends=True)[:-5]))
    assert codes(pack(rebuilt(cut))) >= {"LOG"}
    first = changed(files, "log/proofs.jsonl", lambda raw: b"".join(raw.splitlines(keepends=True)[3:]))
    assert codes(pack(rebuilt(first))) >= {"LOG"}


def test_09_manifest_leads_out_of_the_package(files):
    out = changed(files, "manifest-sha256.txt", lambda raw: raw + b"0" * 64 + b"  ../../etc/passwd\n")
    assert codes(pack(out)) >= {"PATH"}
    files["../../outside"] = b"x"
    assert codes(pack(files)) >= {"PATH"}


def test_10_fetch_txt(files):
    files["fetch.txt"] = b"https://example.org/x - data/x\n"
    assert codes(pack(rebuilt(files))) >= {"UNLISTED"}


def test_11_only_an_md5_manifest(files):
    import hashlib

    payload = {n: c for n, c in files.items() if n.startswith("data/")}
    files["manifest-md5.txt"] = "".join(
        f"{hashlib.md5(c, usedforsecurity=False).hexdigest()}  {n}\n" for n, c in payload.items()
    ).encode()
    files.pop("manifest-sha256.txt")
    assert codes(pack(files)) >= {"ALGORITHM"}


def rewritten(files, key, *, forge=True):
    """The whole log anew, signed by ``key``: a failed exam becomes a passed one, and everything is made to fit."""
    payload = {n: c for n, c in files.items() if n.startswith("data/")}
    rows = json.loads(payload["data/results.json"])
    entries = [json.loads(line)["entry"] for line in files["log/proofs.jsonl"].decode().splitlines()]
    if forge:
        for row in rows:
            row.update(completed=True, reason="met")
        for entry in entries:
            if entry["kind"] == "results.ResultDecided":
                entry["body"].update(completed=True, reason="met")
    payload["data/results.json"] = (json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    leaves = [merkle.leaf_hash(canonical(entry)).hex() for entry in entries[:-1]]
    import hashlib

    assert entries[-1]["kind"] == SEALED
    entries[-1]["body"].update(
        manifest=hashlib.sha256(packaging.manifest(payload)).hexdigest(),
        entries=len(leaves),
        entries_digest=digest_of_leaves(leaves),
    )
    leaves.append(merkle.leaf_hash(canonical(entries[-1])).hex())
    lines = [packaging.LogLine(n, leaf, e) for n, (leaf, e) in enumerate(zip(leaves, entries, strict=True), 1)]
    return packaging.seal(
        folder="BC2026001-1",
        payload=payload,
        about={},
        readme="x",
        checks="x",
        leaves=leaves,
        entries=lines,
        older=[],
        key=key,
        day=clock.today(),
    ).data


def test_12_log_rewritten_with_another_key(sealed, files):
    _package, key, _older = sealed
    forged = rewritten(files, Ed25519PrivateKey.generate())

    assert codes(forged) == set()  # a key that travels in the package proves nothing: the manual says so
    assert "SIGNATURE" in codes(forged, key=notes.public_pem(key.public_key()).encode())


def test_13_log_rewritten_with_the_stolen_key(sealed, files):
    _package, key, older = sealed
    forged = rewritten(files, key)
    pem = notes.public_pem(key.public_key()).encode()

    assert codes(forged, key=pem) == set()  # without a head kept outside it cannot be seen
    assert codes(forged, key=pem, checkpoints=[older]) == {"FORK"}


def test_14_log_cut_and_signed_anew(sealed, files):
    """The older head no longer fits: its proof of continuation is not there, or leads elsewhere."""
    _package, key, older = sealed
    cut = rewritten(files, key, forge=False)
    pem = notes.public_pem(key.public_key()).encode()

    assert codes(cut, key=pem) == set()
    assert codes(cut, key=pem, checkpoints=[older]) == {"FORK"}


def test_older_checkpoint_in_the_package_is_held_against_the_log(files):
    (name,) = [n for n in files if n.startswith("anchor/older-checkpoints/")]
    proof = changed(
        files, "log/consistency.jsonl", lambda raw: raw.replace(b'"proof":["', b'"proof":["' + b"00" * 32 + b'","', 1)
    )
    assert codes(pack(rebuilt(proof))) == {"FORK"}
    stranger = Ed25519PrivateKey.generate()
    files[name] = notes.sign(notes.Checkpoint(notes.origin_of(stranger.public_key()), 5, b"\1" * 32), stranger).encode()
    assert codes(pack(rebuilt(files))) == {"SIGNATURE"}


def test_result_that_was_not_decided_is_seen_even_where_the_seal_fits(sealed, files):
    """Somebody with the key changes the results before sealing, but not the entries of their decision."""
    _package, key, _older = sealed
    rows = json.loads(files["data/results.json"])
    rows[0]["total"] = "99"
    files["data/results.json"] = (json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    assert codes(rewritten(files, key, forge=False)) == {"CONTENT"}


def test_any_random_byte_changed_is_noticed(package):
    """A thousand times one byte, anywhere: in headers, names, the directory, or content."""
    rng = random.Random(20260521)  # noqa: S311 - the same bytes in every run
    missed = []
    for _ in range(1000):
        at = rng.randrange(len(package))
        other = bytearray(package)
        other[at] ^= rng.randrange(1, 256)
        if verify(bytes(other)).is_sound:
            missed.append(at)
    assert missed == []


def test_every_byte_of_the_directory_counts(package):
    """The end of the file, where a ZIP has its directory, byte by byte."""
    start = struct.unpack("<I", package[-6:-2])[0]
    for at in range(start, len(package), 3):
        other = bytearray(package)
        other[at] ^= 0x20
        assert not verify(bytes(other)).is_sound, at


@pytest.mark.parametrize("length", [0, 1, 21, 22, 1000])
def test_cut_off_package_is_said_to_be_so(package, length):
    assert codes(package[:length]) == {"ALTERED"}
    assert not verify(package[:-1]).is_sound


def test_bombs_are_not_unpacked(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive_file:
        archive_file.writestr("BC2026001-1/data/zeros", b"\0" * 50_000_000)
    assert codes(out.getvalue()) == {"BOMB"}

    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive_file:
        for number in range(20_001):
            archive_file.writestr(f"x/{number}", b"")
    assert codes(many.getvalue()) == {"BOMB"}


def test_header_that_lies_about_the_length_is_not_believed():
    raw = zlib.compress(b"\0" * 5_000_000)[2:-4]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive_file:
        archive_file.writestr("x/data/zeros", b"\0" * 5_000_000)
    lying = out.getvalue().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1000))
    assert raw
    assert codes(lying) <= {"BOMB", "ALTERED"}
    assert not verify(lying).is_sound


def test_encrypted_or_oddly_packed_files_are_refused(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive_file:
        archive_file.writestr("x/bagit.txt", b"x" * 1000)
    assert codes(out.getvalue()) == {"ALGORITHM"}


def test_command_says_ok_or_line_by_line_what_is_wrong(sealed, files, tmp_path):
    package, key, older = sealed
    (tmp_path / "good.zip").write_bytes(package)
    (tmp_path / "bad.zip").write_bytes(pack(payload_changed(files)))
    (tmp_path / "key.pem").write_text(notes.public_pem(key.public_key()))
    (tmp_path / "other.pem").write_text(notes.public_pem(Ed25519PrivateKey.generate().public_key()))
    (tmp_path / "older").write_text(older)
    run = CliRunner().invoke

    good = run(
        archive,
        [
            "verify",
            str(tmp_path / "good.zip"),
            "--key",
            str(tmp_path / "key.pem"),
            "--checkpoint",
            str(tmp_path / "older"),
        ],
    )
    bad = run(archive, ["verify", str(tmp_path / "bad.zip")])
    wrong_key = run(archive, ["verify", str(tmp_path / "good.zip"), "--key", str(tmp_path / "other.pem")])

    assert (good.exit_code, good.stdout) == (0, "OK\n")
    assert bad.exit_code == 1
    assert "ALTERED: data/results.csv" in bad.stdout.splitlines()
    assert wrong_key.exit_code == 1
    assert all(line.startswith("SIGNATURE: ") for line in wrong_key.stdout.splitlines())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.zip", "good.zip", "key.pem", "older", "other.pem"]
