# The txcb process on its way to a server: nobody there, servers that misbehave, logins. Run by cli_test.py.
# SPDX-License-Identifier: Apache-2.0
import os
import pty
import signal
import subprocess
import termios

from cli_process import NO_SERVER, CliTest, environment
from cli_servers import PATIENCE, LoginServer, Memcached, ScriptedServer, answer_only_version, wait_until_closed


class Connecting(CliTest):
    url = NO_SERVER

    def serve(self, talk):
        server = ScriptedServer(talk)
        self.addCleanup(server.stop)
        return server.url

    def test_nobody_there_is_three_for_every_verb(self):
        refused = "the connection could not be established; node 127.0.0.1:1; cause: Connection refused"
        for verb in (["get", "k"], ["set", "k", "v"], ["add", "k", "v"], ["replace", "k", "v"], ["rm", "k"],
                     ["touch", "k"], ["incr", "k"], ["decr", "k"], ["lock", "k"], ["unlock", "k", "1"], ["stats"],
                     ["ping"], ["version"]):
            with self.subTest(verb=verb):
                self.assertEqual(self.fail_with(3, refused, *verb), b"")
                self.assertEqual(self.fail_with(3, refused, *verb, "--json").decode(),
                                 f'{{"error":"CONNECT_ERROR","message":"{refused}","rc":24}}\n')

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

    def test_the_password_may_be_in_the_command_line(self):
        login = ["-u", "me", "-P", "open sesame", "--allow-plain"]
        self.assertEqual(self.succeed("get", *login, "k"), b"me\n")
        self.assertEqual(self.server.logins, [b"PLAIN\0me\0open sesame"])

    def test_the_login_may_be_in_the_environment(self):
        variables = {"TXCB_USER": "me", "TXCB_PASSWORD": "open sesame"}
        self.assertEqual(self.succeed("get", "--allow-plain", "k", **variables), b"me\n")
        self.assertEqual(self.succeed("get", "--allow-plain", "-u", "you", "k", **variables), b"you\n")
        self.assertEqual(self.server.logins, [b"PLAIN\0me\0open sesame", b"PLAIN\0you\0open sesame"])

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

        process = subprocess.Popen([self.program, "get", *self.login, "k"], stdin=slave, stderr=slave,
                                   stdout=subprocess.PIPE, env=environment(self.url), preexec_fn=take_terminal)
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
