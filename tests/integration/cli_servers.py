# What the tests of the txcb process talk to: a real memcached, and a small server that misbehaves on demand.
# SPDX-License-Identifier: Apache-2.0
import os
import pwd
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 20  # seconds; only what has gone wrong waits so long


class Memcached:
    """A memcached of its own, on a port of 127.0.0.1 that the kernel chose."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        user = []
        if os.geteuid() == 0:
            user = ["-u", "nobody"]
            os.chown(self.folder, pwd.getpwnam("nobody").pw_uid, -1)
        told = Path(self.folder) / "port"
        self.process = subprocess.Popen(
            ["memcached", "-l", "127.0.0.1", "-p", "-1", "-U", "0", "-t", "1", *user],
            env={**os.environ, "MEMCACHED_PORT_FILENAME": str(told)},
        )
        end = time.monotonic() + PATIENCE
        while not told.is_file():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError("memcached did not come up")
            time.sleep(0.01)
        self.node = "127.0.0.1:" + told.read_text().split("TCP INET: ")[1].split()[0]
        self.url = "memcached://" + self.node

    def talk(self, line):
        """Says a line of the text protocol; the answer, to be read."""
        host, port = self.node.split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            connection.sendall(line + b"\r\n")
            return connection.makefile("rb")

    def ask(self, line):
        """The first line of the answer."""
        with self.talk(line) as answer:
            return answer.readline().rstrip(b"\r\n")

    def store(self, key, value):
        """Stores with flags 0 and without an end."""
        stored = self.ask(b"set %s 0 0 %d\r\n%s" % (key.encode(), len(value), value))
        assert stored == b"STORED", stored

    def fetch(self, key):
        """(flags, value) of a key."""
        with self.talk(b"get " + key.encode()) as answer:
            word, _, flags, size = answer.readline().split()
            assert word == b"VALUE", word
            return int(flags), answer.read(int(size))

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


VERSION, SET, SASL_LIST_MECHS, SASL_AUTH = 0x0B, 0x01, 0x20, 0x21
AUTH_ERROR = 0x20


class ScriptedServer:
    """Accepts connections one by one and gives each to `talk(connection)`."""

    def __init__(self, talk):
        self.talk = talk
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "memcached://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return  # stopped
            with connection:
                connection.settimeout(PATIENCE)
                try:
                    self.talk(connection)
                except OSError:
                    pass  # the client went first

    def stop(self):
        # Closing alone does not wake up accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("the client closed")
        data += part
    return data


def read_request(connection):
    """(opcode, opaque, body) of the next request."""
    header = read_exactly(connection, 24)
    _, opcode, _, _, _, _, size, opaque, _ = struct.unpack(">BBHBBHIIQ", header)
    return opcode, opaque, read_exactly(connection, size)


def respond(connection, opcode, opaque, body=b"", status=0, extras=0):
    connection.sendall(struct.pack(">BBHBBHIIQ", 0x81, opcode, 0, extras, 0, status, len(body), opaque, 0) + body)


def answer_only_version(then):
    """A server that comes up and does `then(connection)` at the first operation."""

    def talk(connection):
        while True:
            opcode, opaque, _ = read_request(connection)
            if opcode != VERSION:
                return then(connection)
            respond(connection, opcode, opaque, b"1.0")

    return talk


def wait_until_closed(connection):
    while connection.recv(4096):
        pass


class LoginServer(ScriptedServer):
    """Takes SASL PLAIN with one password, answers every GET with the user's name, and keeps the body of a SET."""

    def __init__(self, password):
        super().__init__(self.converse)
        self.password = password
        self.logins = []
        self.stored = []

    def converse(self, connection):
        user = b""
        while True:
            opcode, opaque, body = read_request(connection)
            if opcode == VERSION:
                respond(connection, opcode, opaque, b"1.0")
            elif opcode == SASL_LIST_MECHS:
                respond(connection, opcode, opaque, b"PLAIN")
            elif opcode == SASL_AUTH:
                self.logins.append(body)
                user, password = body.split(b"\0")[1:]
                if password == self.password:
                    respond(connection, opcode, opaque, b"Authenticated")
                else:
                    respond(connection, opcode, opaque, b"Auth failure", status=AUTH_ERROR)
            elif opcode == SET:
                self.stored.append(body[8:])
                respond(connection, opcode, opaque)
            else:
                respond(connection, opcode, opaque, struct.pack(">I", 0) + user, extras=4)
