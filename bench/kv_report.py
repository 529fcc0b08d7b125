#!/usr/bin/env python3
# Measures `txcb-bench kv` against a memcached of its own, and holds it to the bars.
# SPDX-License-Identifier: Apache-2.0
"""Starts Debian's memcached (-t 1 -R 1000) on a free loopback port and measures txcb-bench against it:

    instructions   user instructions per get, by callgrind: two runs of different length, the difference
    allocations    calls of operator new per get
    system calls   per batch of 100 gets, by strace: the difference of two runs again
    cluster        with --cluster: instructions per get on three nodes of txcb-cluster with 1,024 vBuckets, in clear,
                   and over TLS without those of OpenSSL's libraries and of what these call in libc
    ratio          wall-clock throughput over that of `--front raw`: the median of alternated runs, and their spread

--check fails when a bar is missed (the ratio has none). --quick leaves the wall-clock runs out."""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FRONTS = ("async", "deferred", "coro")
BARS = {
    "instructions": {"async": 800},
    "multi over gets": 1.25,
    "cluster": 1000,
    "TLS over clear": 1.5,
    "allocations": {"async": 0.01, "deferred": 1.01},
    "write": 1.05,
    "read": 2.05,
    "wait": 2.05,
}
BATCH = 100
CALLS = {"write": ("sendmsg", "write", "sendto", "writev"), "read": ("recvmsg", "read", "recvfrom", "readv"),
         "wait": ("epoll_wait", "epoll_pwait", "epoll_pwait2"), "registration": ("epoll_ctl",)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Memcached:
    """A memcached that lives as long as the with block."""

    def __enter__(self):
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        for _ in range(10):
            self.port = free_port()
            self.process = subprocess.Popen(
                ["memcached", "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", "-t", "1", "-R", "1000", *user])
            deadline = time.monotonic() + 5
            while self.process.poll() is None and time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", self.port), 1).close()
                    self.url = f"memcached://127.0.0.1:{self.port}"
                    return self
                except OSError:
                    time.sleep(0.01)
            self.__exit__()
        sys.exit("kv_report.py: memcached does not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Cluster:
    """A txcb-cluster of three nodes that lives as long as the with block."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.ca_file = os.path.join(self.folder.name, "ca.pem")
        self.process = subprocess.Popen(
            [self.program, "--nodes", "3", "--bucket", "default:vbuckets=1024", "--tls", "--ca-file", self.ca_file],
            stdout=subprocess.PIPE, text=True)
        said = [self.process.stdout.readline().split()[1] for _ in range(2)]  # connection, TLS
        self.clear, self.tls = said
        self.login = ["--user", "Administrator", "--password", "password", "--ca-file", self.ca_file]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def kv(binary, server, front, ops, batch=BATCH, login=()):
    return [binary, "kv", "--connect", server, *login, "--front", front, "--batch", str(batch), "--ops", str(ops),
            "--json"]


def run_json(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def instructions(binary, server, front, batch=BATCH, login=()):
    script = [sys.executable, "-B", os.path.join(HERE, "instructions.py"), "--small", "20000", "--large", "60000"]
    run = subprocess.run([*script, *kv(binary, server, front, "{n}", batch, login)], check=True, capture_output=True,
                         text=True)
    return float(run.stdout.split()[0])


OPENSSL = re.compile(r"lib(ssl|crypto)\.")


def split_by_openssl(profile):
    """Of a callgrind profile: the instructions of OpenSSL's libraries, with those of what they call in others'
    libraries (malloc, memcpy, strcmp), and all the rest."""
    names, of_openssl, total = {}, 0, 0
    here, there, is_call = "", "", False

    def resolve(text):  # "(3) /usr/lib/libssl.so.3" defines, "(3)" refers
        number, _, name = text.partition(" ")
        return names.setdefault(number, name)

    for line in profile:
        if line.startswith("ob="):
            here = there = resolve(line[3:].strip())
        elif line.startswith("cob="):
            there = resolve(line[4:].strip())
        elif line.startswith("calls="):
            is_call = True
        elif line[:1] in "0123456789+-*":
            cost = int(line.split()[1])
            if is_call:  # inclusive; what OpenSSL calls back of ours (its streams) stays ours
                if OPENSSL.search(here) and re.search(r"/(libc|ld-linux[^/]*|libm)\.", there):
                    of_openssl += cost
                is_call, there = False, here
            else:
                total += cost
                if OPENSSL.search(here):
                    of_openssl += cost
    return of_openssl, total - of_openssl


def instructions_by_library(binary, server, login, ops):
    with tempfile.NamedTemporaryFile("r") as counted:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={counted.name}",
                        *kv(binary, server, "async", ops, login=login)], check=True, capture_output=True)
        return split_by_openssl(counted)


def instructions_without_openssl(binary, server, login):
    small, large = 20_000, 60_000
    few, many = (instructions_by_library(binary, server, login, ops) for ops in (small, large))
    return tuple((more - less) / (large - small) for less, more in zip(few, many))


def count_calls(binary, server, ops):
    with tempfile.NamedTemporaryFile("r") as summary:
        subprocess.run(["strace", "-f", "-c", "-o", summary.name, *kv(binary, server, "async", ops)], check=True,
                       capture_output=True)
        found = {name: int(count) for count, name in
                 re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$", summary.read(), re.M)}
    return {kind: sum(found.get(name, 0) for name in names) for kind, names in CALLS.items()}


def system_calls(binary, server):
    small, large = 20_000, 60_000
    few, many = count_calls(binary, server, small), count_calls(binary, server, large)
    return {kind: (many[kind] - few[kind]) / ((large - small) / BATCH) for kind in CALLS}


def ratios(binary, server, front, rounds, ops):
    each = []
    for _ in range(rounds):
        raw = run_json(kv(binary, server, "raw", ops))["ops_per_second"]
        each.append(run_json(kv(binary, server, front, ops))["ops_per_second"] / raw)
    return statistics.median(each), min(each), max(each)


class Report:
    def __init__(self):
        self.missed = []

    def line(self, what, figure, bar=None):
        verdict = "" if bar is None else f"   bar {bar:g}" + ("" if figure <= bar else "   MISSED")
        print(f"{what:<46} {figure:10.2f}{verdict}", flush=True)
        if bar is not None and figure > bar:
            self.missed.append(what)


def report_cluster(options, report):
    with Cluster(options.cluster) as server:
        report.line("instructions per get, 3 nodes, 1,024 vBuckets",
                    instructions(options.binary, server.clear, "async", login=server.login), BARS["cluster"])
        _, clear = instructions_without_openssl(options.binary, server.clear, server.login)
        openssl, tls = instructions_without_openssl(options.binary, server.tls, server.login)
        report.line("instructions per get over TLS, OpenSSL's own", openssl)
        report.line("the others, over those in clear", tls / clear, BARS["TLS over clear"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--quick", action="store_true", help="no wall-clock runs")
    parser.add_argument("--cluster", help="the txcb-cluster of a release build")
    parser.add_argument("--rounds", type=int, default=15, help="alternated wall-clock runs (%(default)s)")
    parser.add_argument("--ops", type=int, default=500_000, help="operations of a wall-clock run (%(default)s)")
    parser.add_argument("binary", help="the txcb-bench of a release build")
    options = parser.parse_args()
    for tool in ("memcached", "valgrind", "strace"):
        if shutil.which(tool) is None:
            sys.exit(f"kv_report.py: {tool} is not installed")
    report = Report()
    with Memcached() as server:
        for front in FRONTS:
            report.line(f"instructions per get, {front}", instructions(options.binary, server.url, front),
                        BARS["instructions"].get(front))
        multi, single = (instructions(options.binary, server.url, front, 1000) for front in ("multi", "async"))
        report.line("get_multi of 1000 keys over 1000 gets, per key", multi / single, BARS["multi over gets"])
        for front in FRONTS:
            allocated = run_json(kv(options.binary, server.url, front, 200_000))["allocations_per_op"]
            report.line(f"allocations per get, {front}", allocated, BARS["allocations"].get(front))
        for kind, figure in system_calls(options.binary, server.url).items():
            report.line(f"{kind} system calls per batch of {BATCH}", figure, BARS.get(kind))
        for front in () if options.quick else FRONTS:
            median, least, most = ratios(options.binary, server.url, front, options.rounds, options.ops)
            report.line(f"throughput over raw, {front} ({least:.2f}..{most:.2f})", median)
    if options.cluster:
        report_cluster(options, report)
    if options.check and report.missed:
        sys.exit("missed: " + ", ".join(report.missed))


if __name__ == "__main__":
    main()
