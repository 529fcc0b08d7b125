# Every name of ours that docs/names.md promises exists in a public header.
# SPDX-License-Identifier: Apache-2.0
"""The second column of each table holds names in backquotes, or `later`, or `none`. What a comment says does not
exist."""

import re
import unittest
from pathlib import Path

from rules import House

ROOT = Path(__file__).resolve().parents[2]


def rows(text):
    """(number, original, ours) of every row of every table."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and not set(cells[0]) <= {"-"} and cells[0] != "original":
            yield number, cells[0], cells[1]


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def names_in(cell):
    return [re.sub(r"<.*>", "", name) for name in re.findall(r"`([^`]+)`", cell)]


class Names(unittest.TestCase):
    def setUp(self):
        house = House(ROOT)
        headers = {own for public in house.public + house.detail for own in house.closure(public)}
        self.words = set()
        for header in headers:
            self.words |= set(re.findall(r"\w+", without_comments(house.read(header))))
        self.text = (ROOT / "docs/names.md").read_text(encoding="utf-8")

    def test_every_name_of_ours_exists_in_a_public_header(self):
        for number, _, ours in rows(self.text):
            for name in names_in(ours):
                self.assertTrue(name in self.words, f"docs/names.md:{number}: `{name}` is in no public header")

    def test_every_row_has_a_name_of_ours_or_says_why_not(self):
        for number, original, ours in rows(self.text):
            self.assertTrue(names_in(ours) or ours in ("later", "none"), f"docs/names.md:{number}: {original}")

    def test_what_is_called_later_does_not_exist_yet(self):
        for number, original, ours in rows(self.text):
            if ours == "later":
                for name in names_in(original):
                    name = re.sub(r"\(.*", "", name).split(".")[-1]
                    self.assertFalse(name in self.words, f"docs/names.md:{number}: `{name}` exists by now")

    def test_there_are_rows(self):
        self.assertGreater(len(list(rows(self.text))), 90)

    def test_a_name_that_does_not_exist_would_be_found(self):
        self.assertFalse("register_defered" in self.words)
        self.assertEqual(without_comments("int a; // b\n/* c\n d */ int e;").split(), ["int", "a;", "int", "e;"])


if __name__ == "__main__":
    unittest.main()
