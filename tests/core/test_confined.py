"""Work on strangers' files in a child: its limits hold, its end is told, the server goes on."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from training_app.core import confined
from training_app.core.confined import MEGABYTE, Limits, LostError
from training_app.core.spreadsheets.guards import Unreadable
from training_app.core.spreadsheets.importers import parse_file
from training_app.core.spreadsheets.reading import in_child, read_book
from training_app.core.spreadsheets.workbooks import parse_book
from training_app.imports.registry import FILE_IMPORTERS

COUNTY = Path(__file__).parent.parent / "data" / "county"
PIECES = "training_app.core.spreadsheets.workbooks:pieces"
_QUESTIONS = next(each for each in FILE_IMPORTERS if each.kind == "questions")
TABLE = "姓名,单位\n张三,县委\n".encode()


def workbook(rows: int, columns: int = 20) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range(rows):
        sheet.append([f"{row}行{column}列" for column in range(columns)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def long_book() -> bytes:
    return workbook(6_000)


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def at_work(nursery: int, read: Callable[[], object]) -> tuple[threading.Thread, int]:
    """A thread that reads, and the child that works for it just now; begun anew if it was over before it was seen."""
    for _time in range(20):
        reader = threading.Thread(target=read)
        reader.start()
        while reader.is_alive():
            if found := children_of(nursery):
                return reader, found[0]
            time.sleep(0.002)
    raise AssertionError("no child was seen at work")


def idle_nursery() -> int:
    """A nursery without a child of an earlier test that is still on its way out."""
    read_book(TABLE)
    pid = confined.nursery_pid()
    assert pid is not None
    until = time.monotonic() + 30
    while children_of(pid) and time.monotonic() < until:
        time.sleep(0.005)
    return pid


@pytest.mark.parametrize("path", sorted(COUNTY.glob("*.[xc][ls]*")), ids=lambda path: path.name)
def test_a_file_comes_back_from_the_child_as_it_was_read_there(path):
    data = path.read_bytes()

    assert read_book(data) == parse_book(data)


def test_the_nursery_knows_parsers_but_neither_flask_nor_the_database():
    modules = ["training_app.core.confined_child", "training_app.core.spreadsheets.workbooks"]
    modules += [each.parse.partition(":")[0] for each in FILE_IMPORTERS]
    modules += [each.claims.partition(":")[0] for each in FILE_IMPORTERS]
    asked = f"import importlib, sys; [importlib.import_module(m) for m in {modules!r}]; print('\\n'.join(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()

    assert "python_calamine" in loaded
    heavy = {"flask", "sqlalchemy", "flask_sqlalchemy", "pydantic", "cryptography", "training_app.settings"}
    assert heavy & set(loaded) == set()


def test_the_nursery_inherits_no_secret_and_no_descriptor(monkeypatch):
    read_book(TABLE)
    pid = confined.nursery_pid()

    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    names = {each.partition(b"=")[0] for each in environment if each}
    assert names == {b"PYTHONPATH", b"PYTHONUTF8", b"LANG"}
    links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    assert {link.partition(":")[0] for link in links} <= {"/dev/null", "socket", "pipe"}
    assert len([link for link in links if link.startswith("socket")]) == 1


def test_a_child_that_wants_more_memory_than_it_may_have_is_stopped(long_book):
    with pytest.raises(Unreadable) as refused:
        read_book(long_book, Limits(memory=12 * MEGABYTE))

    assert refused.value.code == "too_big"
    assert read_book(TABLE).format == "csv"


def test_a_child_that_takes_too_long_is_stopped(long_book):
    with pytest.raises(Unreadable) as refused:
        read_book(long_book, Limits(wall_seconds=0.05))

    assert refused.value.code == "too_slow"
    assert read_book(TABLE).format == "csv"


def test_a_child_that_works_too_long_is_stopped():
    text = "a" + " " * 300_000 + "b"  # tidying blanks around line breaks looks through all of them from each
    question = f"<question type='essay'><questiontext><text><![CDATA[<p>{text}</p>]]></text></questiontext></question>"

    with pytest.raises(Unreadable) as refused:
        in_child(_QUESTIONS.parse, "x", f"<quiz>{question}</quiz>".encode(), Limits(cpu_seconds=1))

    used = confined.last_used()
    assert refused.value.code == "too_slow"
    assert used is not None
    assert used.cpu_seconds < 4


def test_an_answer_too_long_for_the_server_is_not_taken(long_book):
    with pytest.raises(Unreadable) as refused:
        read_book(long_book, Limits(answer=100_000))

    assert refused.value.code == "too_big"


def test_a_child_killed_at_work_is_told_and_the_next_one_works(long_book):
    pid = idle_nursery()
    outcome: list[str] = []

    def read() -> None:
        try:
            read_book(long_book)
            outcome.append("read")
        except Unreadable as error:
            outcome.append(error.code)

    reader, child = at_work(pid, read)
    os.kill(child, signal.SIGSEGV)
    reader.join(timeout=60)

    assert outcome[-1] == "damaged"
    assert confined.nursery_pid() == pid
    assert read_book(TABLE).format == "csv"


def test_a_nursery_that_died_is_replaced_even_under_a_running_call(long_book):
    first = idle_nursery()
    books: list[int] = []
    reader, _child = at_work(first, lambda: books.append(len(read_book(long_book).grids[0].rows)))
    os.kill(first, signal.SIGKILL)
    reader.join(timeout=60)

    assert books[-1] == 6_000
    assert confined.nursery_pid() not in (None, first)


def test_many_threads_are_served_a_few_at_a_time():
    books = [workbook(50 + n) for n in range(8)]
    lengths: dict[int, int] = {}

    def read(n: int) -> None:
        lengths[n] = len(read_book(books[n]).grids[0].rows)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    assert lengths == {n: 50 + n for n in range(8)}


def test_a_forked_server_process_gets_a_nursery_of_its_own():
    read_book(TABLE)
    first = confined.nursery_pid()
    heard, told = os.pipe()

    child = os.fork()
    if child == 0:
        try:
            own = read_book(TABLE).format == "csv" and confined.nursery_pid() not in (None, first)
            os.write(told, b"own" if own else b"shared")
            confined._nursery.stop()
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert os.read(heard, 10) == b"own"
    os.close(heard)
    os.close(told)
    assert confined.nursery_pid() == first
    assert read_book(TABLE).format == "csv"


def test_the_nursery_ends_with_its_server_even_when_that_is_killed():
    program = (
        "from training_app.core import confined\n"
        "from training_app.core.spreadsheets.reading import read_book\n"
        "read_book(b'a,b\\n1,2\\n'); print(confined.nursery_pid(), flush=True); input()"
    )
    server = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    assert Path(f"/proc/{pid}").exists()

    server.kill()
    server.communicate()

    until = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_only_functions_of_the_house_can_be_called():
    with pytest.raises(LostError) as lost:
        confined.call("os:system", "true", b"")

    assert lost.value.why == "crashed"


def test_a_parsers_own_fault_is_told_as_a_damaged_file():
    questions = _QUESTIONS
    broken = type(questions)(**{**vars(questions), "parse": "training_app.core.spreadsheets.workbooks:column_number"})

    with pytest.raises(Unreadable) as refused:
        parse_file(broken, "x", b"x")

    assert refused.value.code == "damaged"
