"""Figures of the benchmarks beside their aims."""

from __future__ import annotations

from bench import aims


def test_a_figure_is_met_only_under_its_limit():
    assert aims.Figure("a", value=2.99, limit=3).met == "yes"
    assert aims.Figure("a", value=3.0, limit=3).met == "**no** (3)"
    assert aims.Figure("a", value=9.0).met == ""


def test_rows_go_under_their_own_table(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# Measured\n\n| a |\n|---|\n| 1 |\n\n## Other\n\nWords.\n\n| b |\n|---|\n| 2 |\n")

    aims.keep(page, ["| 3 |"], title="# Measured", head=())
    aims.keep(page, ["| 4 |"], title="## Other", head=())
    aims.keep(page, ["| 5 |"], title="## New", head=("| c |", "|---|"))
    aims.keep(page, ["| 6 |"], title="## New", head=("| c |", "|---|"))

    assert page.read_text().split("\n") == [
        *("# Measured", "", "| a |", "|---|", "| 1 |", "| 3 |", ""),
        *("## Other", "", "Words.", "", "| b |", "|---|", "| 2 |", "| 4 |", ""),
        *("## New", "", "| c |", "|---|", "| 5 |", "| 6 |", ""),
    ]


def test_memory_counts_the_child_that_reads_as_well():
    lines = {"seconds": 2.0, "cpu_seconds": 2.0}
    ours = {**lines, "memory_mb": 300, "child_mb": 120}
    found = {
        "people": 10,
        "openpyxl": lines,
        "check": ours,
        "import": ours,
        "again": ours,
        "ratio": {"check": 0.9, "import": 3.1, "again": 2.0},
        "cpu_ratio": {"check": 0.9, "import": 3.1, "again": 2.0},
    }

    met = [each.met for each in aims.of_import("sqlite", found)]

    assert met == ["", "yes", "**no** (3.1)", "", "**no** (420)"]
