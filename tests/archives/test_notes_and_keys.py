"""Checkpoints are signed notes that openssl verifies; the key lies beside the database, for its owner only."""

import base64
import shutil
import stat
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training_app.archives import keys, notes


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def note(key):
    return notes.sign(notes.Checkpoint(notes.origin_of(key.public_key()), 1234, b"\x07" * 32), key)


def test_note_is_read_back_and_signed_by_its_key_only(key, note):
    read = notes.read(note)

    assert read is not None
    assert (read.checkpoint.size, read.checkpoint.root) == (1234, b"\x07" * 32)
    assert notes.is_signed_by(read, key.public_key())
    assert not notes.is_signed_by(read, Ed25519PrivateKey.generate().public_key())


def test_no_byte_of_a_note_can_change_unseen(key, note):
    raw = note.encode()
    for at in range(len(raw)):
        for bit in (1, 16, 128):
            other = bytearray(raw)
            other[at] ^= bit
            read = notes.read(other.decode("utf-8", "replace"))
            assert read is None or not notes.is_signed_by(read, key.public_key()), at


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_openssl_verifies_the_signature_as_the_readme_says(key, note, tmp_path):
    text, signed = note.split("\n\n")
    (tmp_path / "text").write_bytes((text + "\n").encode())
    (tmp_path / "sig").write_bytes(base64.b64decode(signed.split(" ")[2])[4:])
    (tmp_path / "key.pem").write_text(notes.public_pem(key.public_key()))

    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text", "-sigfile", "sig"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Signature Verified Successfully" in done.stdout + done.stderr


def test_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "instance" / "log-signing-key.pem"
    keys.configure(path)

    first = notes.public_pem(keys.signing_key().public_key())

    assert notes.public_pem(keys.signing_key().public_key()) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]
