# The txcb process on a real memcached and on servers that misbehave: every verb, every exit code.
# SPDX-License-Identifier: Apache-2.0
"""Usage: cli_test.py TXCB [unittest's arguments]"""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import unittest

from cli_servers import PATIENCE, LoginServer, Memcached, ScriptedServer, answer_only_version, wait_until_closed

TXCB = sys.argv.pop(1) if __name__ == "__main__" else None
ANY_BYTES = bytes(range(256))
NO_SERVER = "memcached://127.0.0.1:1"


def environment(url):
    return {**{name: value for name, value in os.environ.items() if name != "TXCB_CONNECT"}, "TXCB_CONNECT": url}


class CliTest(unittest.TestCase):
    url = None

    def run_txcb(self, *arguments, stdin=b"", stdout=subprocess.PIPE):
        return subprocess.run([TXCB, *arguments], input=stdin, stdout=stdout, stderr=subprocess.PIPE, timeout=PATIENCE,
                              env=environment(self.url), check=False)

    def succeed(self, *arguments, stdin=b""):
        """What it prints; nothing may be complained about."""
        ran = self.run_txcb(*arguments, stdin=stdin)
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
            (["--format=json"], ' {"b": null, "a": [1, true]} ', '{"a":[1,true],"b":null}', 0x02000000),
            (["--format=json"], "18446744073709551615", "18446744073709551615", 0x02000000),
            (["--format=json"], "-9223372036854775808", "-9223372036854775808", 0x02000000),
        ):
            with self.subTest(options=options, value=value):
                self.succeed("set", *options, "--", "k", value)
                described = self.described("k")
                self.assertEqual((described["value"], described["flags"]), (stored, flags))

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

    def test_a_time_to_live_over_30_days_is_no_date(self):
        days_40 = 40 * 24 * 3600
        self.succeed("set", "k", "v", "--ttl", str(days_40))
        left = int(self.server.ask(b"mg k t").removeprefix(b"HD t"))
        # memcached's clock ticks once a second: what it counts from may be a second old.
        self.assertTrue(days_40 - 10 <= left <= days_40 + 1, left)

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


class Rm(OnMemcached):
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


class Connecting(CliTest):
    url = NO_SERVER

    def serve(self, talk):
        server = ScriptedServer(talk)
        self.addCleanup(server.stop)
        return server.url

    def test_nobody_there_is_three_for_every_verb(self):
        for verb in (["get", "k"], ["set", "k", "v"], ["rm", "k"], ["incr", "k"], ["stats"], ["version"]):
            self.assertEqual(self.fail_with(3, "node 127.0.0.1:1; cause: Connection refused", *verb), b"")

    def test_a_name_that_does_not_resolve_is_three(self):
        self.fail_with(3, "does not resolve", "get", "-U", "memcached://nobody.invalid", "k")

    def test_the_option_goes_before_the_environment(self):
        server = Memcached()
        self.addCleanup(server.stop)
        self.assertIn(server.node.encode(), self.succeed("version", "--connect", server.url))

    def test_a_server_that_speaks_something_else_is_three(self):
        def speak_http(connection):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            wait_until_closed(connection)

        self.fail_with(3, "does not speak the memcached binary protocol", "get", "-U", self.serve(speak_http), "k")

    def test_a_server_that_says_nothing_is_three_after_the_timeout(self):
        url = self.serve(wait_until_closed)
        self.fail_with(3, "no answer came before the deadline", "get", "-U", url, "--timeout", "100", "k")

    def test_an_operation_without_an_answer_is_two_after_the_timeout(self):
        url = self.serve(answer_only_version(wait_until_closed))
        self.fail_with(2, "no answer came before the deadline", "get", "-U", url, "--timeout", "100", "k")

    def test_a_server_that_goes_away_in_mid_operation_is_two(self):
        url = self.serve(answer_only_version(lambda connection: None))
        self.fail_with(2, "the connection was lost", "get", "-U", url, "k")

    def test_a_wrong_command_line_asks_no_server(self):
        self.fail_with(64, "a key has 1 to 250 bytes", "rm", "k", "")
        self.fail_with(64, "there is no option '--now'", "rm", "k", "--now")


class Login(CliTest):
    login = ["-u", "me", "-P", "-", "--allow-plain"]

    def setUp(self):
        self.server = LoginServer(b"open sesame")
        self.addCleanup(self.server.stop)
        self.url = self.server.url

    def test_the_password_is_a_line_of_standard_input(self):
        self.assertEqual(self.succeed("get", *self.login, "k", stdin=b"open sesame\n"), b"me\n")
        self.assertEqual(self.server.logins, [b"PLAIN\0me\0open sesame"])

    def test_a_value_follows_the_password(self):
        self.succeed("set", *self.login, "k", "-", stdin=b"open sesame\nfirst\nsecond\n")
        self.assertEqual(self.server.stored, [b"kfirst\nsecond\n"])

    def test_a_wrong_password_is_three(self):
        self.fail_with(3, "the server refused the credentials", "get", *self.login, "k", stdin=b"open barley\n")

    def test_a_password_does_not_travel_in_clear_unasked(self):
        self.fail_with(3, "allow_plain", "get", *self.login[:-1], "k", stdin=b"open sesame\n")
        self.assertEqual(self.server.logins, [])

    def test_a_password_that_never_comes_is_usage(self):
        self.fail_with(64, "ended before there was a password", "get", *self.login, "k")

    def test_a_password_in_the_command_line_is_refused_and_not_repeated(self):
        for spelled in (["-P", "open sesame"], ["-Popen sesame"]):
            ran = self.run_txcb("get", "-u", "me", *spelled, "k")
            self.assertEqual(ran.returncode, 64)
            self.assertNotIn(b"sesame", ran.stderr)

    def test_a_terminal_is_asked_and_does_not_show_it(self):
        master, process = self.start_on_terminal()
        self.read_prompt(master)
        os.write(master, b"open sesame\n")
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, out), (0, b"me\n"))
        shown = os.read(master, 1000)
        self.assertEqual(shown, b"\r\n")
        self.assertTrue(self.echoes(master))

    def test_whoever_interrupts_the_question_gets_the_terminal_back_as_it_was(self):
        master, process = self.start_on_terminal()
        self.read_prompt(master)
        os.write(master, b"\x03")
        self.assertEqual(process.wait(PATIENCE), -signal.SIGINT)
        self.assertTrue(self.echoes(master))

    def start_on_terminal(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)  # kept open, so that the terminal outlives the process

        def take_terminal():
            os.setsid()
            os.close(os.open(os.ttyname(0), os.O_RDWR))  # the first terminal a session opens is its own: ^C works

        process = subprocess.Popen([TXCB, "get", *self.login, "k"], stdin=slave, stderr=slave, stdout=subprocess.PIPE,
                                   env=environment(self.url), preexec_fn=take_terminal)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return master, process

    def read_prompt(self, master):
        shown = b""
        while not shown.endswith(b"Password: "):
            shown += os.read(master, 1000)
        self.assertEqual(shown, b"Password: ")
        self.assertFalse(self.echoes(master))

    def echoes(self, terminal):
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


if __name__ == "__main__":
    unittest.main(verbosity=1)
