# Holds rows.txt to its word and makes docs/conformance.md of it: conformance.py [--write | test program...].
# SPDX-License-Identifier: Apache-2.0
"""A row answers to one test of the original: with tests of ours, with the issue that will bring it, or with the reason
why it has no meaning in C++, which is open to few. A row that is missing, names a test that does not exist or takes a
reason that is not open to it is a finding, and so is a document that is not what rows.txt says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "docs/conformance.md"

# The original's files, in its order, and how many tests each has: a row that vanishes is missed.
COUNTS = {
    "admin_t": 6, "append_t": 5, "arithmetic_t": 5, "badargs_t": 7, "connection_t": 9, "couchbase_t": 1,
    "delete_t": 7, "design_t": 2, "dupkeys_t": 1, "empty_key_t": 1, "encodings_t": 9, "endure_t": 4, "excextra_t": 2,
    "format_t": 4, "get_t": 7, "iops_t": 2, "itemsyntax_t": 1, "itertypes_t": 3, "itmops_t": 7, "lock_t": 7,
    "lockmode_t": 3, "misc_t": 10, "observe_t": 3, "pipeline_t": 7, "querystrings_t": 11, "results_t": 2, "rget_t": 2,
    "set_converters_t": 2, "set_t": 7, "stats_t": 3, "touch_t": 3, "transcoder_t": 8, "verinfo_t": 1,
    "view_iterator_t": 15, "view_t": 5, "txcouchbase test_txconn": 5, "txcouchbase test_ops": 5,
    "txcouchbase test_views": 5,
}
LATER = {"cluster", "views"}
MAY_HAVE_NO_MEANING = {"lockmode_t", "iops_t", "pipeline_t", "verinfo_t"}

TEST = re.compile(r"^(?:TYPED_)?TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)", re.M)
ASSERT = re.compile(r'"(\w+): ')


class Row:
    def __init__(self, file, test, demand, answer):
        self.file, self.test, self.demand, self.answer = file, test, demand, answer
        kind, _, rest = answer.partition(": ")
        self.kind = {"later": "later", "no meaning": "no meaning"}.get(kind, "covered")
        self.reason = rest if self.kind != "covered" else ""
        tests, _, refused = answer.partition("; refused: ")
        self.tests = tests.split(", ") if self.kind == "covered" else []
        self.refused = refused.split(", ") if refused else []


def read_rows(text):
    """The rows of rows.txt, and what is wrong with its lines."""
    rows, findings, file = [], [], None
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            file = line.strip("[]")
            continue
        parts = [part.strip() for part in line.split(" | ")]
        if file is None or len(parts) != 3 or not all(parts):
            findings.append(f"rows.txt:{number}: is neither a [file] nor 'test | demand | answer'")
            continue
        rows.append(Row(file, *parts))
    return rows, findings


def tests_of(root):
    """Every test of ours by its name, "Suite.Test"."""
    found = set()
    for path in sorted((root / "tests").rglob("*_test.cpp")):
        found |= {f"{suite}.{name}" for suite, name in TEST.findall(path.read_text(encoding="utf-8"))}
    return found


def tests_listed(text):
    """The same, as a built test program lists them: "Suite/Type.", and below it "  Name  # parameters"."""
    found, suite = set(), None
    for line in text.splitlines():
        if line.startswith("  "):
            found.add(f"{suite}.{line.split()[0].split('/')[0]}")
        else:
            suite = line.split("/")[0].split(".")[0]
    return found


def tests_in(programs):
    """What they have in all: a test whose file is there, but in none of them, would not run."""
    found = set()
    for program in programs:
        done = subprocess.run([program, "--gtest_list_tests"], check=True, capture_output=True, text=True)
        found |= tests_listed(done.stdout)
    return found


def asserts_of(root):
    text = (root / "tests/conformance/static_asserts.cpp").read_text(encoding="utf-8")
    return set(ASSERT.findall(text))


def count_findings(rows):
    files = list(dict.fromkeys(row.file for row in rows))
    if files != list(COUNTS):
        yield "rows.txt: the files are not those of the original, in its order"
    for file, count in COUNTS.items():
        names = [row.test for row in rows if row.file == file]
        if len(names) != count or len(set(names)) != count:
            yield f"rows.txt: [{file}] has {len(set(names))} tests in {len(names)} rows; the original has {count}"


def row_findings(row, tests, asserts):
    where = f"rows.txt: {row.file} {row.test}"
    for name in row.tests:
        if name not in tests:
            yield f"{where}: there is no test {name}"
    for name in row.refused:
        if name not in asserts:
            yield f"{where}: static_asserts.cpp refuses nothing as {name}"
    if row.kind == "later" and row.reason not in LATER:
        yield f"{where}: later is the issue of {' or '.join(sorted(LATER))}, not {row.reason!r}"
    if row.kind == "no meaning" and row.file not in MAY_HAVE_NO_MEANING and "pickle" not in row.test:
        yield f"{where}: that it has no meaning is open to {', '.join(sorted(MAY_HAVE_NO_MEANING))} and pickles only"


def findings(rows, tests, asserts):
    yield from count_findings(rows)
    for row in rows:
        yield from row_findings(row, tests, asserts)


def cell(row):
    if row.kind == "no meaning":
        return f"no meaning: {row.reason}"
    if row.kind == "later":
        return f"later ({row.reason})"
    refused = f"; does not compile: {', '.join(f'`{name}`' for name in row.refused)}" if row.refused else ""
    return ", ".join(f"`{name}`" for name in row.tests) + refused


def document(rows):
    count = {kind: sum(row.kind == kind for row in rows) for kind in ("covered", "later", "no meaning")}
    lines = [
        "# Conformance",
        "",
        "What each test of the original (Python, release 1.2, and its txcouchbase) demands, and which test of ours",
        "proves it. Made by `./dev format` of `tests/conformance/rows.txt`; `./dev test` fails when a row is missing,",
        "names a test that does not exist, or when this page is not what the rows say. What the original refuses at",
        "run time and the compiler refuses here is an assert of `tests/conformance/static_asserts.cpp`.",
        "",
        "| covered | later | no meaning in C++ | all |",
        "|---|---|---|---|",
        f"| {count['covered']} | {count['later']} | {count['no meaning']} | {len(rows)} |",
    ]
    file = None
    for row in rows:
        if row.file != file:
            file = row.file
            lines += ["", f"## {file}", "", "| the original's test | what it demands | ours |", "|---|---|---|"]
        lines.append(f"| {row.test} | {row.demand} | {cell(row)} |")
    return "\n".join(lines) + "\n"


def main(arguments):
    rows, found = read_rows((ROOT / "tests/conformance/rows.txt").read_text(encoding="utf-8"))
    writes = arguments == ["--write"]
    tests = tests_of(ROOT) if writes or not arguments else tests_in(arguments)
    found += findings(rows, tests, asserts_of(ROOT))
    path = ROOT / DOCUMENT
    if writes:
        path.write_text(document(rows), encoding="utf-8")
    elif not path.is_file() or path.read_text(encoding="utf-8") != document(rows):
        found.append(f"{DOCUMENT}: is not what rows.txt says; ./dev format writes it")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
