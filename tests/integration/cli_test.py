# The txcb process on a real memcached and on servers that misbehave: every verb, every exit code.
# SPDX-License-Identifier: Apache-2.0
"""Usage: cli_test.py TXCB [unittest's arguments]"""

import json
import subprocess
import sys
import tempfile
import unittest

from cli_connecting import Connecting, Login  # unittest runs what it finds in this file
from cli_process import NO_SERVER, CliTest
from cli_servers import Memcached

ANY_BYTES = bytes(range(256))


class OnMemcached(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Memcached()
        cls.addClassCleanup(cls.server.stop)
        cls.url = cls.server.url

    def setUp(self):
        self.assertEqual(self.server.ask(b"flush_all"), b"OK")

    def described(self, key):
        return json.loads(self.succeed("get", "--json", key))

    def meta(self, key, *flags):
        """What the server itself tells of a key, as a dictionary by flag; None when there is no such key."""
        words = self.server.ask(" ".join(("mg", key, *flags)).encode()).decode().split()
        return {word[0]: word[1:] for word in words[1:]} if words[0] == "HD" else None

    def assert_lives(self, key, seconds):
        # memcached's clock ticks once a second: what it counts from may be a second old.
        left = int(self.meta(key, "t")["t"])
        self.assertTrue(seconds - 10 <= left <= seconds + 1, left)


class Get(OnMemcached):
    def test_prints_values_in_the_order_of_the_keys(self):
        for key in "abc":
            self.succeed("set", key, "value of " + key)
        self.assertEqual(self.succeed("get", "c", "a", "b", "a"), b"value of c\nvalue of a\nvalue of b\nvalue of a\n")

    def test_any_bytes_go_out_as_they_are(self):
        self.succeed("set", "k", "-", stdin=ANY_BYTES)
        self.assertEqual(self.succeed("get", "k"), ANY_BYTES + b"\n")
        self.assertEqual(self.succeed("get", "-n", "k"), ANY_BYTES)
        self.assertEqual(self.succeed("get", "--no-newline", "k", "k"), ANY_BYTES + ANY_BYTES)

    def test_an_empty_value_is_an_empty_line(self):
        self.succeed("set", "k", "")
        self.assertEqual(self.succeed("get", "k"), b"\n")

    def test_json_tells_of_a_missing_key_too(self):
        self.server.store("k", b"v")
        out = self.fail_with(1, 'there is no "nothing" on the server', "get", "--json", "nothing", "k")
        cas = self.meta("k", "c")["c"]
        self.assertEqual(out.decode(),
                         '{"error":"KEY_ENOENT","key":"nothing",'
                         '"message":"there is no \\"nothing\\" on the server","rc":13}\n'
                         f'{{"cas":"{cas}","flags":0,"key":"k","value":"v"}}\n')

    def test_an_explanation_follows_the_sentence(self):
        ran = self.run_txcb("get", "--explain", "nothing")
        self.assertEqual(ran.returncode, 1)
        said = ran.stderr.decode()
        expected = ('txcb get: there is no "nothing" on the server\n'
                    "KEY_ENOENT: the key does not exist (server status KEY_ENOENT)\n"
                    "  outcome     the server answered\n"
                    "  operation   GET\n"
                    '  key         "nothing" (7 bytes)\n'
                    f"  node        {self.server.node}\n"
                    '  server says "Not found"\n')
        self.assertEqual(said[:len(expected)], expected)
        self.assertRegex(said, r"\n +\+[0-9.]+ ms  ended\n$")

    def test_a_missing_key_is_named_and_the_others_are_printed(self):
        self.succeed("set", "k", "v")
        out = self.fail_with(1, 'there is no "nothing" on the server', "get", "k", "nothing", "k")
        self.assertEqual(out, b"v\nv\n")

    def test_json_is_an_object_a_line(self):
        self.succeed("set", "k", 'say "ä"')
        self.succeed("set", "l", "-", stdin=b"\xff\0")
        first, second = [json.loads(line) for line in self.succeed("get", "--json", "k", "l").splitlines()]
        self.assertRegex(first.pop("cas"), "^[1-9][0-9]*$")
        self.assertRegex(second.pop("cas"), "^[1-9][0-9]*$")
        self.assertEqual(first, {"key": "k", "value": 'say "ä"', "flags": 0x04000004})
        self.assertEqual(second, {"key": "l", "value_hex": "ff00", "flags": 0x03000002})

    def test_json_shows_a_key_that_is_no_text_in_hexadecimal(self):
        self.succeed("set", b"\xff", "v")
        self.assertEqual(self.described(b"\xff")["key_hex"], "ff")

    def test_keys_of_250_bytes_work(self):
        longest = "k" * 250
        self.succeed("set", longest, "v")
        self.assertEqual(self.succeed("get", longest), b"v\n")
        self.fail_with(64, "a key has 1 to 250 bytes", "get", longest + "k")

    def test_more_keys_than_are_asked_for_at_a_time(self):
        keys = [f"k{number}" for number in range(250)]
        for key in keys[::50]:
            self.succeed("set", key, key)
        ran = self.run_txcb("get", *keys)
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(ran.stdout.decode().split(), keys[::50])
        self.assertEqual(ran.stderr.count(b"\n"), 245)

    def test_an_error_moves_no_cursor(self):
        self.fail_with(1, 'there is no "?[31m" on', "get", "\x1b[31m")

    def test_an_output_that_is_full_is_an_error(self):
        self.succeed("set", "k", "v")
        with open("/dev/full", "wb") as full:
            ran = self.run_txcb("get", "k", stdout=full)
        self.assertEqual((ran.returncode, ran.stderr), (74, b"txcb get: standard output cannot be written\n"))


class Set(OnMemcached):
    def test_standard_input_is_stored_to_its_last_byte(self):
        for value in (b"", b"line\n", ANY_BYTES, b"x" * 1_000_000):
            self.succeed("set", "k", "-", stdin=value)
            self.assertEqual(self.succeed("get", "-n", "k"), value)

    def test_the_format_goes_with_the_value(self):
        for options, value, stored, flags in (
            ([], "text", "text", 0x04000004),
            ([], "42", "42", 0x04000004),
            (["--format", "utf8"], "text", "text", 0x04000004),
            (["--format", "bytes"], "text", "text", 0x03000002),
            (["--format=json"], '"text"', '"text"', 0x02000000),
            (["--format=json"], "18446744073709551615", "18446744073709551615", 0x02000000),
            (["--format=json"], "-9223372036854775808", "-9223372036854775808", 0x02000000),
        ):
            with self.subTest(options=options, value=value):
                self.succeed("set", *options, "--", "k", value)
                described = self.described("k")
                self.assertEqual((described["value"], described["flags"]), (stored, flags))

    def test_json_is_stored_byte_for_byte(self):
        for document in (b' {"b": null, "a": [1, true]}\n', b"123456789012345678901234567890", b'{"a": 1, "a": 2}',
                         b"[-0, 1E2, 1.10]", b'"\\u00e4 \xc3\xa4"'):
            with self.subTest(document=document):
                self.succeed("set", "--format=json", "k", "-", stdin=document)
                self.assertEqual(self.server.fetch("k"), (0x02000000, document))

    def test_a_file_is_stored_to_its_last_byte(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(ANY_BYTES)
            file.flush()
            self.succeed("set", "--file", file.name, "k")
            self.assertEqual(self.server.fetch("k"), (0x03000002, ANY_BYTES))
            self.succeed("set", "k", "-f", file.name, "--json", "--format", "bytes")
        self.fail_with(74, f'file "{file.name}" cannot be read', "set", "-f", file.name, "k")

    def test_json_has_the_cas(self):
        out = self.succeed("set", "--json", "k", "v").decode()
        self.assertEqual(out, '{"cas":"%s","key":"k"}\n' % self.meta("k", "c")["c"])

    def test_a_value_may_look_like_a_number_or_follow_two_dashes(self):
        self.succeed("set", "k", "-5")
        self.assertEqual(self.succeed("get", "k"), b"-5\n")
        self.succeed("set", "--", "k", "--ttl")
        self.assertEqual(self.succeed("get", "k"), b"--ttl\n")

    def test_the_time_to_live_is_set(self):
        self.succeed("set", "k", "v")
        self.assertEqual(self.server.ask(b"mg k t"), b"HD t-1")
        self.succeed("set", "k", "v", "--ttl", "1000")
        self.assertIn(self.server.ask(b"mg k t"), [b"HD t1000", b"HD t999"])

    def test_a_time_to_live_has_units(self):
        for text, seconds in (("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86_400)):
            self.succeed("set", "k", "v", "--ttl", text)
            self.assert_lives("k", seconds)

    def test_a_time_to_live_over_30_days_is_no_date(self):
        self.succeed("set", "k", "v", "--ttl", "40d")
        self.assert_lives("k", 40 * 24 * 3600)

    def test_a_time_to_live_beyond_32_bits_of_date_is_usage(self):
        self.fail_with(64, "the ttl", "set", "k", "v", "--ttl", "4294967295")

    def test_a_cas_must_match(self):
        self.succeed("set", "k", "v")
        cas = self.described("k")["cas"]
        self.succeed("set", "k", "w", "--cas", cas)
        self.fail_with(2, "its CAS has changed", "set", "k", "x", "--cas", cas)
        self.assertEqual(self.succeed("get", "k"), b"w\n")
        self.fail_with(1, 'there is no "l"', "set", "l", "x", "--cas", cas)

    def test_a_value_over_the_servers_limit_is_the_servers_error(self):
        self.fail_with(2, "larger than the server accepts", "set", "k", "-", stdin=b"x" * 1_100_000)


class AddAndReplace(OnMemcached):
    def test_add_stores_what_is_not_there(self):
        out = self.succeed("add", "--json", "--ttl", "1h", "k", "v").decode()
        self.assertEqual(out, '{"cas":"%s","key":"k"}\n' % self.meta("k", "c")["c"])
        self.assertEqual(self.server.fetch("k"), (0x04000004, b"v"))
        self.assert_lives("k", 3600)
        self.fail_with(2, "the key exists already", "add", "k", "w")
        self.assertEqual(self.server.fetch("k"), (0x04000004, b"v"))

    def test_replace_stores_what_is_there(self):
        self.fail_with(1, 'there is no "k"', "replace", "k", "v")
        self.assertIsNone(self.meta("k"))
        self.server.store("k", b"old")
        cas = self.meta("k", "c")["c"]
        self.succeed("replace", "--cas", cas, "k", "-", stdin=b"new")
        self.assertEqual(self.server.fetch("k"), (0x04000004, b"new"))
        self.fail_with(2, "its CAS has changed", "replace", "--cas", cas, "k", "newest")
        out = self.succeed("replace", "--json", "k", "newest").decode()
        self.assertEqual(out, '{"cas":"%s","key":"k"}\n' % self.meta("k", "c")["c"])

    def test_json_tells_of_a_refusal(self):
        self.server.store("k", b"v")
        said = json.loads(self.fail_with(2, "exists already", "add", "--json", "k", "w"))
        message = said.pop("message")
        self.assertTrue(message.startswith("the key exists already"), message)
        self.assertEqual(said, {"error": "KEY_EEXISTS", "key": "k", "rc": 12})


class Touch(OnMemcached):
    def test_sets_how_long_every_key_lives(self):
        for key in "abc":
            self.server.store(key, b"v")
        self.assertEqual(self.succeed("touch", "--ttl", "2h", "a", "c"), b"")
        self.assert_lives("a", 7200)
        self.assertEqual(self.meta("b", "t"), {"t": "-1"})
        self.assert_lives("c", 7200)
        self.succeed("touch", "a")
        self.assertEqual(self.meta("a", "t"), {"t": "-1"})

    def test_a_missing_key_is_named_and_the_others_are_set(self):
        self.server.store("k", b"v")
        self.fail_with(1, 'there is no "nothing"', "touch", "--ttl", "60", "nothing", "k")
        self.assert_lives("k", 60)

    def test_json_is_an_object_for_each_key(self):
        self.server.store("k", b"v")
        out = self.succeed("touch", "--json", "k").decode()
        self.assertEqual(out, '{"cas":"%s","key":"k"}\n' % self.meta("k", "c")["c"])


class Lock(OnMemcached):
    words = "the server does not support the operation"

    def test_memcached_has_no_locks(self):
        self.server.store("k", b"v")
        self.assertEqual(self.fail_with(2, self.words, "lock", "--ttl", "10", "k"), b"")
        self.assertEqual(self.fail_with(2, self.words, "unlock", "k", "5"), b"")
        self.fail_with(2, "memcached has no locks", "lock", "k")

    def test_json_says_so_too(self):
        for arguments in (["lock", "k"], ["unlock", "k", "5"]):
            said = json.loads(self.fail_with(2, self.words, *arguments, "--json"))
            self.assertTrue(said.pop("message").startswith(self.words))
            self.assertEqual(said, {"error": "NOT_SUPPORTED", "key": "k", "rc": 19})


class Rm(OnMemcached):
    def test_json_is_an_object_for_each_key(self):
        self.server.store("k", b"v")
        self.assertEqual(self.succeed("rm", "--json", "k"), b'{"cas":"0","key":"k"}\n')

    def test_removes_every_key(self):
        for key in "abc":
            self.succeed("set", key, "v")
        self.assertEqual(self.succeed("rm", "a", "c"), b"")
        self.assertEqual(self.server.ask(b"mg a"), b"EN")
        self.assertEqual(self.server.ask(b"mg b"), b"HD")
        self.assertEqual(self.server.ask(b"mg c"), b"EN")

    def test_a_missing_key_is_named_and_the_others_are_removed(self):
        self.succeed("set", "k", "v")
        self.fail_with(1, 'there is no "nothing"', "rm", "nothing", "k")
        self.assertEqual(self.server.ask(b"mg k"), b"EN")


class Incr(OnMemcached):
    def test_counts_up_and_down_and_not_below_zero(self):
        self.assertEqual(self.succeed("incr", "c", "--initial", "5"), b"5\n")
        self.assertEqual(self.succeed("incr", "c", "--initial", "5"), b"6\n")
        self.assertEqual(self.succeed("incr", "c"), b"7\n")
        self.assertEqual(self.succeed("incr", "c", "10"), b"17\n")
        self.assertEqual(self.succeed("incr", "c", "0"), b"17\n")
        self.assertEqual(self.succeed("incr", "c", "-2"), b"15\n")
        self.assertEqual(self.succeed("incr", "c", "-16"), b"0\n")

    def test_decr_is_the_other_way(self):
        self.assertEqual(self.succeed("decr", "c", "--initial", "5"), b"5\n")
        self.assertEqual(self.succeed("decr", "c"), b"4\n")
        self.assertEqual(self.succeed("decr", "c", "-10"), b"14\n")
        self.assertEqual(self.succeed("decr", "c", "15"), b"0\n")
        self.assertEqual(self.server.fetch("c")[1].strip(), b"0")
        self.fail_with(1, 'there is no "d"', "decr", "d")

    def test_a_new_counter_may_have_an_end(self):
        self.succeed("incr", "c", "--initial", "5", "--ttl", "1h")
        self.assert_lives("c", 3600)

    def test_json_has_the_value_as_text(self):
        for verb, value in (("incr", "18446744073709551615"), ("decr", "18446744073709551614")):
            out = self.succeed(verb, "--json", "--initial", "18446744073709551615", "c").decode()
            self.assertEqual(out, '{"cas":"%s","key":"c","value":"%s"}\n' % (self.meta("c", "c")["c"], value))

    def test_numbers_have_64_bits(self):
        most = 2**64 - 1
        self.assertEqual(self.succeed("incr", "c", "--initial", str(most)), b"%d\n" % most)
        self.assertEqual(self.succeed("incr", "c", "2"), b"1\n")
        self.assertEqual(self.succeed("incr", "c", str(most - 1)), b"%d\n" % most)
        self.assertEqual(self.succeed("incr", "c", str(-most)), b"0\n")

    def test_a_missing_counter_is_not_made(self):
        self.assertEqual(self.fail_with(1, 'there is no "c"', "incr", "c"), b"")
        self.assertEqual(self.fail_with(1, 'there is no "c"', "incr", "c", "-1"), b"")
        self.assertEqual(self.server.ask(b"mg c"), b"EN")

    def test_a_value_that_is_no_number_is_the_servers_error(self):
        self.succeed("set", "c", "many")
        self.fail_with(2, "not a number", "incr", "c")


class Nodes(OnMemcached):
    def test_version_is_a_line_for_every_server(self):
        said = self.server.ask(b"version").removeprefix(b"VERSION ").decode()
        self.assertEqual(self.succeed("version").decode(), f"{self.server.node} {said}\n")
        other = Memcached()
        self.addCleanup(other.stop)
        expected = sorted(f"{node} {said}" for node in (self.server.node, other.node))
        lines = self.succeed("version", "-U", f"{self.url},{other.node}").decode().splitlines()
        self.assertEqual(sorted(lines), expected)

    def test_stats_are_lines_of_server_name_and_value(self):
        self.succeed("set", "k", "v")
        lines = [line.split(" ") for line in self.succeed("stats").decode().splitlines()]
        self.assertTrue(all(line[0] == self.server.node for line in lines))
        self.assertIn([self.server.node, "curr_items", "1"], lines)
        self.assertEqual(lines, sorted(lines))

    def test_stats_of_a_group(self):
        self.assertIn(f"{self.server.node} num_threads 1\n".encode(), self.succeed("stats", "settings"))
        self.fail_with(1, 'there is no "nosuch"', "stats", "nosuch")

    def test_stats_of_several_groups(self):
        self.succeed("set", "k", "v")
        out = self.succeed("stats", "settings", "items")
        for line in (b"num_threads 1", b"items:1:number 1"):
            self.assertIn(self.server.node.encode() + b" " + line + b"\n", out)

    def test_json_is_an_object_for_each_node_or_statistic(self):
        node = self.server.node
        said = self.server.ask(b"version").removeprefix(b"VERSION ").decode()
        self.assertEqual(self.succeed("version", "--json").decode(), f'{{"node":"{node}","version":"{said}"}}\n')
        lines = self.succeed("stats", "--json", "settings").decode().splitlines()
        self.assertIn(f'{{"name":"num_threads","node":"{node}","value":"1"}}', lines)
        self.assertRegex(self.succeed("ping", "--json").decode(), rf'^{{"microseconds":[0-9]+,"node":"{node}"}}\n$')

    def test_ping_is_a_line_for_every_server(self):
        other = Memcached()
        self.addCleanup(other.stop)
        lines = self.succeed("ping", "-U", f"{self.url},{other.node}").decode().splitlines()
        self.assertEqual(sorted(line.split()[0] for line in lines), sorted([self.server.node, other.node]))
        for line in lines:
            self.assertRegex(line, r"^[0-9.:]+ [0-9]+\.[0-9]{3} ms$")


class Offline(OnMemcached):
    def test_hash_names_the_server_that_keeps_a_key(self):
        other = Memcached()
        self.addCleanup(other.stop)
        servers = {server.node: server for server in (self.server, other)}
        url = f"{self.url},{other.node}"
        keys = [f"key {number}".replace(" ", "-") for number in range(20)]
        for key in keys:
            self.succeed("set", "-U", url, key, key)
        for line in self.succeed("hash", "--json", "-U", url, *keys).splitlines():
            told = json.loads(line)
            self.assertEqual(servers[told["node"]].fetch(told["key"])[1].decode(), told["key"])

    def test_hash_and_strerror_ask_no_server(self):
        self.assertEqual(self.succeed("hash", "foo", TXCB_CONNECT=NO_SERVER), b"foo 115 0x8c736521 127.0.0.1:1\n")
        self.assertIn(b"KEY_ENOENT", self.succeed("strerror", "13", TXCB_CONNECT=NO_SERVER))
        self.fail_with(1, "there is no code", "strerror", "NOSUCH")


if __name__ == "__main__":
    CliTest.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
