# That the checker of rows.txt finds what is wrong with one.
# SPDX-License-Identifier: Apache-2.0
import unittest

import conformance
from conformance import ROOT, Row


def faults(row):
    return list(conformance.row_findings(row, {"Suite.Test"}, {"keys_are_text"}))


class Checker(unittest.TestCase):
    def setUp(self):
        self.rows, broken = conformance.read_rows((ROOT / "tests/conformance/rows.txt").read_text(encoding="utf-8"))
        self.assertEqual([], broken)

    def test_the_rows_of_the_repository_are_those_of_the_original(self):
        self.assertEqual([], list(conformance.count_findings(self.rows)))
        self.assertEqual(187, len(self.rows))

    def test_a_missing_row_is_found(self):
        for gone in (0, 50, 186):
            rows = self.rows[:gone] + self.rows[gone + 1:]
            self.assertEqual(1, len(list(conformance.count_findings(rows))))

    def test_a_row_that_is_there_twice_is_found(self):
        self.assertEqual(1, len(list(conformance.count_findings(self.rows[:1] + self.rows[:1] + self.rows[2:]))))

    def test_files_out_of_order_are_found(self):
        self.assertTrue(list(conformance.count_findings(self.rows[6:] + self.rows[:6])))

    def test_a_line_that_is_no_row_is_found(self):
        for line in ("test | demand", "test | demand | ", "nonsense"):
            self.assertEqual(1, len(conformance.read_rows("[append_t]\n" + line)[1]))

    def test_tests_and_asserts_must_exist(self):
        self.assertEqual([], faults(Row("get_t", "t", "d", "Suite.Test; refused: keys_are_text")))
        self.assertEqual(1, len(faults(Row("get_t", "t", "d", "Suite.Test, Suite.Gone"))))
        self.assertEqual(1, len(faults(Row("get_t", "t", "d", "Suite.Test; refused: nobody"))))

    def test_what_a_program_lists_is_understood(self):
        listed = "Running main()\nSuite.\n  Test\n  Other  # GetParam() = 1\nTyped/0.  # TypeParam = int\n  Both/1\n"
        self.assertEqual({"Suite.Test", "Suite.Other", "Typed.Both"}, conformance.tests_listed(listed))

    def test_tests_of_the_cluster_client_are_found_in_the_sources(self):
        self.assertIn("OriginalLock.AListOfResultsUnlocks", conformance.tests_of(ROOT))

    def test_later_names_an_issue(self):
        self.assertEqual([], faults(Row("lock_t", "t", "d", "later: cluster")))
        self.assertEqual(1, len(faults(Row("lock_t", "t", "d", "later: some day"))))

    def test_few_may_have_no_meaning(self):
        self.assertEqual([], faults(Row("pipeline_t", "t", "d", "no meaning: why")))
        self.assertEqual([], faults(Row("set_converters_t", "test_pickle_conversions", "d", "no meaning: why")))
        self.assertEqual(1, len(faults(Row("get_t", "t", "d", "no meaning: why"))))

    def test_the_document_counts(self):
        rows = [Row("get_t", "a", "d", "Suite.Test"), Row("get_t", "b", "d", "later: views")]
        self.assertIn("| 1 | 1 | 0 | 2 |", conformance.document(rows))


if __name__ == "__main__":
    unittest.main()
