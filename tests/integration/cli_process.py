# Runs the txcb process and looks at what it prints and how it ends.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

from cli_servers import PATIENCE

NO_SERVER = "memcached://127.0.0.1:1"


def environment(url, **more):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TXCB_")}
    return {**inherited, "TXCB_CONNECT": url, **more}


class CliTest(unittest.TestCase):
    program = None  # the path of txcb
    url = None

    def run_txcb(self, *arguments, stdin=b"", stdout=subprocess.PIPE, **variables):
        return subprocess.run([self.program, *arguments], input=stdin, stdout=stdout, stderr=subprocess.PIPE,
                              timeout=PATIENCE, env=environment(self.url, **variables), check=False)

    def succeed(self, *arguments, stdin=b"", **variables):
        """What it prints; nothing may be complained about."""
        ran = self.run_txcb(*arguments, stdin=stdin, **variables)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))
        return ran.stdout

    def fail_with(self, code, words, *arguments, stdin=b""):
        """What it prints, failing with the code and one sentence that holds the words."""
        ran = self.run_txcb(*arguments, stdin=stdin)
        said = ran.stderr.decode()
        self.assertEqual(ran.returncode, code, said)
        self.assertEqual(said.count("\n"), 1, said)
        self.assertTrue(said.startswith(f"txcb {arguments[0]}: "), said)
        self.assertIn(words, said)
        return ran.stdout
