"""A poor line with its own handshakes: TCP and TLS cost round trips here, which a browser's throttle leaves out.

What arrives waits half the latency, then leaves at the line's speed, each direction for itself; the first byte of a new
connection waits a whole latency more, for the SYN and its answer. The far end takes off TLS and asks the server.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HERE = "127.0.0.1"
_CHUNK = 4_096


@contextmanager
def poor_line(port: int, *, latency_s: float, bytes_per_s: int, folder: Path) -> Iterator[int]:
    """Lead a new port to the server's over TLS and the line; gives the new port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        opening = _open(port, latency_s=latency_s, bytes_per_s=bytes_per_s, folder=folder)
        yield asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=5) if others else None


async def _open(port: int, *, latency_s: float, bytes_per_s: int, folder: Path) -> int:
    async def far(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(reader, writer, port, 0, 0)

    async def near(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(latency_s)  # SYN there, SYN-ACK back
        await _join(reader, writer, end.sockets[0].getsockname()[1], latency_s / 2, bytes_per_s)

    end = await asyncio.start_server(far, _HERE, 0, ssl=_tls(folder))
    front = await asyncio.start_server(near, _HERE, 0)
    return int(front.sockets[0].getsockname()[1])


async def _join(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, delay: float, bytes_per_s: int
) -> None:
    there, back = await asyncio.open_connection(_HERE, port)
    with suppress(asyncio.CancelledError):  # the run is over; a browser leaves its connections open
        await asyncio.gather(_carry(reader, back, delay, bytes_per_s), _carry(there, writer, delay, bytes_per_s))


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float, bytes_per_s: int) -> None:
    """Bytes under way do not wait for each other's delay, only for the line to be free."""
    loop = asyncio.get_running_loop()
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                target.close()
                return
            target.write(data)

    arriving = asyncio.ensure_future(arrive())
    free_at = 0.0
    while True:
        try:
            data = await source.read(_CHUNK)
        except OSError:
            data = b""
        free_at = max(free_at, loop.time()) + (len(data) / bytes_per_s if bytes_per_s else 0)
        under_way.put_nowait((free_at + delay, data))
        if not data:
            break
    await arriving


def _tls(folder: Path) -> ssl.SSLContext:
    """A certificate for this run; browsers are told not to mind who signed it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HERE)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = folder / "line.pem"
    written.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(written)
    return context
