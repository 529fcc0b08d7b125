# Configures (and with --build builds and runs) a project that embeds us, and looks at what reached it.
# SPDX-License-Identifier: Apache-2.0
"""consumer_test.py <C++ compiler> [--build]

The project wants no TLS: that is the only build without it."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPILER = sys.argv[1]
BUILD = "--build" in sys.argv[2:]


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout


class EmbeddedByAddSubdirectory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.build = Path(folder.name)
        run("cmake", "-G", "Ninja", "-S", str(HERE / "add_subdirectory"), "-B", folder.name,
            f"-DTXCOUCHBASE={HERE.parents[1]}", f"-DCMAKE_CXX_COMPILER={COMPILER}",
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DTXCB_TLS=OFF")
        commands = json.loads((cls.build / "compile_commands.json").read_text(encoding="utf-8"))
        cls.commands = {entry["file"]: entry["command"] for entry in commands}

    def test_no_warning_flag_of_ours_reaches_the_consumers_code(self):
        self.assertNotIn("-W", self.commands[str(HERE / "add_subdirectory" / "main.cpp")])

    def test_our_warnings_are_no_errors_in_somebody_elses_build(self):
        self.assertEqual([], [name for name, command in self.commands.items() if "-Werror" in command])

    def test_only_the_library_comes_along(self):
        rooms = {Path(name).relative_to(HERE.parents[1]).parts[0] for name in self.commands}
        self.assertEqual({"protocol", "net", "views", "client", "tests"} & rooms, rooms)
        self.assertEqual([], [name for name in self.commands if name.endswith("_test.cpp")])
        self.assertIn("Total Tests: 0", run("ctest", "--test-dir", str(self.build), "-N"))

    @unittest.skipUnless(BUILD, "needs --build")
    def test_it_builds_links_and_runs(self):
        run("cmake", "--build", str(self.build), "--target", "consumer")
        self.assertIn("refused: ", run(str(self.build / "consumer")))
        self.assertNotIn("libssl", run("ldd", str(self.build / "consumer")))
        self.assertIn("was built without it", run(str(self.build / "consumer"), "couchbases://127.0.0.1"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--verbose"])
