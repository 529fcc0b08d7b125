# The txcb-cluster command as a process: start, commands, accidents of its nodes' processes, the end.
# SPDX-License-Identifier: Apache-2.0
"""Usage: command_test.py TXCB-CLUSTER [unittest's arguments]"""

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zlib
from pathlib import Path

PATIENCE = 20  # seconds; only what has gone wrong waits so long
PROGRAM = ""


def children(pid):
    """The processes that this one has started, in the order of their numbers."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


class Running:
    """A txcb-cluster that has said where it is."""

    def __init__(self, *arguments):
        self.temporary = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": self.temporary},
        )
        self.said = {}
        while "control" not in self.said:
            line = self.process.stdout.readline().decode()
            if not line:
                raise AssertionError(self.process.stderr.read().decode())
            word, rest = line.split(maxsplit=1)
            self.said[word] = rest.strip()

    def ctl(self, *words, password=None):
        variables = {**os.environ, **({"TXCB_CLUSTER_PASSWORD": password} if password else {})}
        return subprocess.run(
            [PROGRAM, "ctl", "--at", self.said["control"], *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=variables,
        )

    def do(self, *words):
        ran = self.ctl(*words)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def status(self, node):
        return self.do("state")["nodes"][node]["status"]

    def control_address(self):
        return "127.0.0.1", int(self.said["control"].rsplit(":", 1)[1].split("/")[0])

    def nodes(self):
        return children(self.process.pid)

    def end(self, number=signal.SIGINT):
        """The exit code, and what was left in the folder for temporary files."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        left = os.listdir(self.temporary)
        if not left:
            os.rmdir(self.temporary)
        return code, left


def vbucket_of(key):
    return (zlib.crc32(key) >> 16 & 0x7FFF) % 64


class Kv:
    """As much of the key-value protocol as it takes to see whether a document is there."""

    SASL_AUTH, SELECT_BUCKET, SET, GET, GET_REPLICA = 0x21, 0x89, 0x01, 0x00, 0x83

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.ask(self.SASL_AUTH, b"PLAIN", b"\0Administrator\0password")
        self.ask(self.SELECT_BUCKET, b"default")

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError("the node closed")
            data += part
        return data

    def ask(self, opcode, key, value=b"", extras=b""):
        """(status, value)"""
        vbucket = 0 if opcode in (self.SASL_AUTH, self.SELECT_BUCKET) else vbucket_of(key)
        body = extras + key + value
        head = struct.pack(">BBHBBHIIQ", 0x80, opcode, len(key), len(extras), 0, vbucket, len(body), 0, 0)
        self.socket.sendall(head + body)
        _, _, key_size, extras_size, _, status, size, _, _ = struct.unpack(">BBHBBHIIQ", self.read(24))
        return status, self.read(size)[extras_size + key_size :]

    def set(self, key, value):
        return self.ask(self.SET, key, value, bytes(8))[0]

    def get(self, key):
        return self.ask(self.GET, key)

    def get_replica(self, key):
        return self.ask(self.GET_REPLICA, key)


class CommandTest(unittest.TestCase):
    def start(self, *arguments):
        running = Running(*arguments)
        self.addCleanup(lambda: running.process.poll() is None and running.process.kill())
        return running

    def connect(self, cluster, node):
        kv = Kv(cluster.do("state")["nodes"][node]["ports"]["kv"])
        self.addCleanup(kv.socket.close)
        return kv

    def assert_ends_well(self, running, number=signal.SIGINT):
        self.assertEqual(running.end(number), (0, []))

    def assert_refused(self, ran, words, code=2):
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (code, "", f"txcb-cluster ctl: {words}\n"))


class Serving(CommandTest):
    def test_says_where_it_is_and_ends_with_ctrl_c(self):
        cluster = self.start("--nodes", "3", "--user", "me:my:secret")
        self.assertRegex(cluster.said["connection"], r"^couchbase://127\.0\.0\.1:\d+(,127\.0\.0\.1:\d+){2}$")
        self.assertEqual((cluster.said["user"], cluster.said["password"]), ("me", "my:secret"))
        state = json.loads(cluster.ctl("-U", "me", "state", password="my:secret").stdout)
        self.assertEqual([node["status"] for node in state["nodes"]], ["running"] * 3)
        self.assertEqual([bucket["name"] for bucket in state["buckets"]], ["default"])
        self.assert_ends_well(cluster)

    def test_buckets_are_what_the_command_line_says(self):
        cluster = self.start("--bucket", "a:replicas=0,vbuckets=16", "--bucket", "b", "--replicas", "2",
                             "--bucket", "m:type=memcached")
        buckets = {bucket["name"]: bucket for bucket in cluster.do("state")["buckets"]}
        self.assertEqual((buckets["a"]["replicas"], buckets["a"]["vbuckets"]), (0, 16))
        self.assertEqual((buckets["b"]["replicas"], buckets["b"]["vbuckets"]), (2, 64))
        self.assertEqual(buckets["m"]["type"], "memcached")
        self.assert_ends_well(cluster, signal.SIGTERM)

    def test_the_ca_is_in_a_file_as_long_as_it_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "ca.pem"
            cluster = self.start("--tls", "--ca-file", str(file))
            self.assertTrue(file.read_text().startswith("-----BEGIN CERTIFICATE-----"))
            self.assertTrue(cluster.said["TLS"].startswith("couchbases://127.0.0.1:"))
            self.assert_ends_well(cluster)
            self.assertFalse(file.exists())

    def test_a_sample_is_there_from_the_beginning(self):
        cluster = self.start("--sample", "beer-sample", "--nodes", "2")
        url = cluster.said["REST"].split(",")[0] + "/pools/default/buckets/beer-sample"
        login = base64.b64encode(b"Administrator:password").decode()
        request = urllib.request.Request(url, headers={"Authorization": "Basic " + login})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            self.assertEqual(json.load(answer)["name"], "beer-sample")
        self.assert_ends_well(cluster)

    def test_a_scenario_runs_in_its_order(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump([{"at_ms": 0, "do": "kill", "node": 1}, {"do": "fail_over", "node": 1},
                       {"at_ms": 20, "do": "create_bucket", "name": "late"}], file)
            file.flush()
            cluster = self.start("--nodes", "2", "--scenario", file.name)
            self.assertTrue(eventually(lambda: len(cluster.do("state")["buckets"]) == 2))
            self.assertEqual(cluster.status(1), "down")
            self.assert_ends_well(cluster)

    def test_a_scenario_that_is_refused_ends_the_program(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump([{"do": "thaw", "node": 0}], file)
            file.flush()
            ran = subprocess.run([PROGRAM, "--scenario", file.name], capture_output=True, text=True,
                                 timeout=PATIENCE)
        self.assertEqual(ran.returncode, 2)
        self.assertEqual(ran.stderr, "txcb-cluster: step 1 of the scenario: node 0 is not frozen\n")

    def test_bad_arguments_are_named(self):
        for arguments, words in [
            (["--nodes", "0"], "--nodes is a number from 1 to 64"),
            (["--bucket", "b:vbuckets=1025"], "--bucket: vbuckets is a number from 1 to 1024"),
            (["ctl", "state"], "--at URL is missing"),
        ]:
            ran = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(ran.returncode, 64)
            self.assertEqual(ran.stderr, f"txcb-cluster: {words}; txcb-cluster --help says what there is\n")
        ran = subprocess.run([PROGRAM, "--scenario", "/nowhere"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((ran.returncode, ran.stderr), (2, "txcb-cluster: /nowhere cannot be read\n"))

    def test_help_fits_a_screen(self):
        ran = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(ran.returncode, 0)
        self.assertLessEqual(len(ran.stdout.splitlines()), 40)
        self.assertLessEqual(max(map(len, ran.stdout.splitlines())), 110)


class Control(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Running("--nodes", "2")
        cls.addClassCleanup(cls.cluster.end)

    def test_refusals_are_told(self):
        self.assert_refused(self.cluster.ctl("kill", "node=7"), "node 7 is not part of the cluster")
        self.assert_refused(self.cluster.ctl('{"do": "dance"}'), 'there is no command "dance"')
        self.assert_refused(self.cluster.ctl("freeze", "node=1", "hard=true"), 'unknown member "hard" of "freeze"')

    def test_who_may_not_command_is_refused(self):
        self.assert_refused(self.cluster.ctl("-P", "wrong", "state"), "wrong user or password")
        self.cluster.do("put_user", "name=reader", "password=12345", "roles=data_reader[default]")
        self.assert_refused(self.cluster.ctl("-U", "reader", "-P", "12345", "state"), "HTTP 403")

    def test_nobody_at_the_url(self):
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            url = "http://127.0.0.1:%d/control" % nobody.getsockname()[1]
        ran = subprocess.run([PROGRAM, "ctl", "--at", url, "state"], capture_output=True, text=True,
                             timeout=PATIENCE)
        self.assert_refused(ran, f"{url}: Connection refused", code=3)

    def test_other_requests_are_refused_and_the_connection_goes_on(self):
        for method, path, status in [("GET", "/control", 401), ("POST", "/other", 404)]:
            request = urllib.request.Request(self.cluster.said["control"].replace("/control", path), method=method)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=PATIENCE)
            self.assertEqual(refused.exception.code, status)
            refused.exception.close()


class ProcessPerNode(CommandTest):
    def start_three(self):
        cluster = self.start("--nodes", "3", "--process-per-node")
        self.assertEqual(len(cluster.nodes()), 3)
        return cluster

    def test_a_node_that_is_killed_is_noticed_and_restarted_with_its_ports(self):
        cluster = self.start_three()
        before = cluster.do("state")["nodes"]
        os.kill(cluster.nodes()[1], signal.SIGKILL)
        self.assertTrue(eventually(lambda: cluster.status(1) == "down"))
        self.assertEqual(len(cluster.nodes()), 2)
        port = before[1]["ports"]["kv"]
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), PATIENCE)
        cluster.do("restart", "node=1")
        self.assertEqual(cluster.status(1), "running")
        self.assertEqual(cluster.do("state")["nodes"][1]["ports"], before[1]["ports"])
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        self.assert_ends_well(cluster)

    def test_what_a_killed_node_had_on_disk_is_there_again(self):
        cluster = self.start("--process-per-node", "--replicas", "0")
        kv = self.connect(cluster, 0)
        for number in range(100):
            self.assertEqual(kv.set(b"key%d" % number, b"value%d" % number), 0)
        cluster.do("settings", "persistence_delay_ms=3600000")
        self.assertEqual(kv.set(b"late", b"value"), 0)
        for _ in range(2):
            os.kill(cluster.nodes()[0], signal.SIGKILL)
            self.assertTrue(eventually(lambda: cluster.status(0) == "down"))
            with self.assertRaises(OSError):
                kv.get(b"key1")
            cluster.do("restart", "node=0")
            kv = self.connect(cluster, 0)
            for number in range(100):
                self.assertEqual(kv.get(b"key%d" % number), (0, b"value%d" % number))
            self.assertEqual(kv.get(b"late")[0], 1)
        self.assert_ends_well(cluster)

    def test_replicas_in_other_processes_take_over(self):
        cluster = self.start_three()
        map_before = cluster.do("state")["buckets"][0]["map"]
        keys = [key for key in (b"key%d" % number for number in range(100)) if map_before[vbucket_of(key)][0] == 1]
        kv, others = self.connect(cluster, 1), [self.connect(cluster, 0), self.connect(cluster, 2)]
        for key in keys:
            self.assertEqual(kv.set(key, b"v" + key), 0)
        for key in keys:
            self.assertTrue(eventually(lambda k=key: (0, b"v" + k) in [other.get_replica(k) for other in others]))
        os.kill(cluster.nodes()[1], signal.SIGKILL)
        cluster.do("fail_over", "node=1")
        for key in keys:
            self.assertIn((0, b"v" + key), [other.get(key) for other in others])
        self.assert_ends_well(cluster)

    def test_a_node_that_is_stopped_is_frozen(self):
        cluster = self.start_three()
        stopped = cluster.nodes()[2]
        os.kill(stopped, signal.SIGSTOP)
        self.assertTrue(eventually(lambda: cluster.status(2) == "frozen"))
        self.assert_refused(cluster.ctl("freeze", "node=2"), "node 2 is frozen")
        os.kill(stopped, signal.SIGCONT)
        self.assertTrue(eventually(lambda: cluster.status(2) == "running"))
        cluster.do("freeze", "node=2")
        self.assertEqual(Path(f"/proc/{stopped}/stat").read_text().rsplit(")", 1)[1].split()[0], "T")
        self.assert_ends_well(cluster)
        self.assertFalse(is_alive(stopped))

    def test_a_node_holds_no_connection_of_the_parent(self):
        cluster = self.start_three()
        login = base64.b64encode(b"Administrator:password").decode()
        with socket.create_connection(cluster.control_address(), PATIENCE) as control:
            body = '{"do": "add_node"}'
            control.sendall(f"POST /control HTTP/1.1\r\nAuthorization: Basic {login}\r\nConnection: close\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answer = b"".join(iter(lambda: control.recv(4096), b""))  # until the end
        self.assertIn(b'{"node":3}', answer)
        self.assert_ends_well(cluster)

    def test_nodes_end_when_the_parent_is_killed(self):
        cluster = self.start_three()
        nodes = cluster.nodes()
        cluster.process.kill()
        cluster.process.wait(PATIENCE)
        self.assertTrue(eventually(lambda: not any(map(is_alive, nodes))))
        cluster.end()

    def test_ctrl_c_of_a_terminal_reaches_all_and_the_parent_ends_them(self):
        cluster = self.start_three()
        for node in cluster.nodes():
            os.kill(node, signal.SIGINT)
        self.assertEqual(cluster.do("state")["nodes"][0]["status"], "running")
        self.assert_ends_well(cluster)

    def test_topology_changes_as_it_does_in_one_process(self):
        cluster = self.start_three()
        cluster.do("load_sample", "bucket=beer-sample")
        self.assertEqual(cluster.do("add_node"), {"node": 3})
        cluster.do("rebalance")
        cluster.do("fail_over", "node=0")
        cluster.do("remove_node", "node=1")
        state = cluster.do("state")
        self.assertEqual([node["node"] for node in state["nodes"]], [0, 2, 3])
        self.assertEqual(len(cluster.nodes()), 3)
        self.assert_ends_well(cluster)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
