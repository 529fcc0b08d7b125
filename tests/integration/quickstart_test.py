# The quickstart as a newcomer runs it: on its own cluster, on a memcached, on none, and on one that goes away half-way.
# SPDX-License-Identifier: Apache-2.0
"""Usage: quickstart_test.py QUICKSTART [unittest's arguments]"""

import socket
import struct
import subprocess
import sys
import unittest

from cli_servers import PATIENCE, VERSION, Memcached, ScriptedServer, read_request, respond

QUICKSTART = sys.argv.pop(1) if __name__ == "__main__" else None
GET, INCREMENT, NOT_FOUND = 0x00, 0x05, 0x01
KILLED_AFTER = 5000  # of the 100,000 pipelined gets


def die_half_way(server):
    """Answers what the quickstart asks, and is gone, with its port, in the midst of the gets."""

    def talk(connection):
        gets = 0
        while gets < KILLED_AFTER:
            opcode, opaque, body = read_request(connection)
            gets += opcode == GET
            if opcode == GET and body == b"no such key":
                respond(connection, opcode, opaque, b"Not found", status=NOT_FOUND)
            elif opcode == GET:
                respond(connection, opcode, opaque, struct.pack(">I", 0) + b'"hello"', extras=4)
            elif opcode == INCREMENT:
                respond(connection, opcode, opaque, struct.pack(">Q", 1))
            else:
                respond(connection, opcode, opaque, b"1.0" if opcode == VERSION else b"")
        server[0].stop()

    return talk


class Quickstart(unittest.TestCase):
    def run_on(self, *arguments, stdout=subprocess.PIPE):
        ran = subprocess.run([QUICKSTART, *arguments], stdout=stdout, stderr=subprocess.PIPE, timeout=PATIENCE,
                             check=False)
        return ran.returncode, (ran.stdout or b"").decode(), ran.stderr.decode()

    def assert_failed(self, words, code, said):
        self.assertEqual(code, 1, said)
        lines = said.strip().splitlines()
        self.assertEqual(len(lines), 1, said)
        self.assertTrue(lines[0].startswith("failed: "), said)
        self.assertIn(words, lines[0])


class OnItsOwnCluster(Quickstart):
    def test_says_what_it_does_and_ends_well(self):
        code, shown, said = self.run_on()
        self.assertEqual((code, said), (0, ""))
        for words in ("stored    greeting", "pipelined 100000 gets", "operations per second"):
            self.assertIn(words, shown)


class OnMemcached(Quickstart):
    @classmethod
    def setUpClass(cls):
        cls.server = Memcached()
        cls.addClassCleanup(cls.server.stop)

    def test_says_what_it_does_and_ends_well(self):
        code, shown, said = self.run_on(self.server.url)
        self.assertEqual((code, said), (0, ""))
        for words in ("stored    greeting", "read      greeting = hello, world", "counted   visits", "missed    ",
                      "no such key", "pipelined 100000 gets", "operations per second"):
            self.assertIn(words, shown)

    def test_output_that_goes_nowhere_is_an_error(self):
        with open("/dev/full", "wb") as full:
            code, _, said = self.run_on(self.server.url, stdout=full)
        self.assert_failed("standard output", code, said)


class WithoutMemcached(Quickstart):
    def test_a_refused_port_is_one_sentence_with_the_node(self):
        with socket.socket() as bound:  # bound, but nobody listens
            bound.bind(("127.0.0.1", 0))
            node = "127.0.0.1:%d" % bound.getsockname()[1]
            code, shown, said = self.run_on("memcached://" + node)
        self.assert_failed(node, code, said)
        self.assertEqual(shown, "")

    def test_a_connection_string_that_cannot_be_read_is_one_sentence(self):
        code, _, said = self.run_on("nonsense://x")
        self.assert_failed("", code, said)

    def test_a_server_that_dies_half_way_is_one_sentence_with_the_node(self):
        server = []
        server.append(ScriptedServer(die_half_way(server)))
        code, shown, said = self.run_on(server[0].url)
        self.assert_failed(server[0].url.removeprefix("memcached://"), code, said)
        self.assertIn("counted   visits", shown)
        self.assertNotIn("operations per second", shown)


if __name__ == "__main__":
    unittest.main()
