#!/usr/bin/env python3
# How many instructions one operation of a benchmark costs, counted by callgrind.
# SPDX-License-Identifier: Apache-2.0
"""Runs a command twice under `valgrind --tool=callgrind`, with two different numbers of operations, and prints the
difference of the instructions over the difference of the operations: start-up, set-up and the rest of the process
cancel out, and the machine's load does not matter.

    bench/instructions.py --bar 60 build/release/bin/txcb-bench codec --what read --frames {n}

{n} in the command stands for the number of operations."""

import argparse
import re
import subprocess
import sys

USAGE = 64


def count(command, operations):
    """The instructions that the command executes for so many operations, its threads included, children not."""
    filled = [argument.replace("{n}", str(operations)) for argument in command]
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    run = subprocess.run(valgrind + filled, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    collected = re.search(r"Collected\s*:\s*(\d+)", run.stderr)
    if run.returncode != 0 or collected is None:
        sys.stderr.write(run.stderr)
        sys.exit(f"instructions.py: {' '.join(filled)} ended with {run.returncode}")
    return int(collected.group(1))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bar", type=float, help="fail when one operation costs more than this")
    parser.add_argument("--small", type=int, default=30_000, help="operations of the first run (%(default)s)")
    parser.add_argument("--large", type=int, default=60_000, help="operations of the second run (%(default)s)")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if not any("{n}" in argument for argument in options.command) or not 0 < options.small < options.large:
        parser.print_usage(sys.stderr)
        sys.exit(USAGE)
    return options


def main():
    options = parse(sys.argv[1:])
    instructions = count(options.command, options.large) - count(options.command, options.small)
    each = instructions / (options.large - options.small)
    bar = "" if options.bar is None else f", bar {options.bar:g}"
    print(f"{each:.3f} instructions per operation{bar}")
    if options.bar is not None and each > options.bar:
        sys.exit(1)


if __name__ == "__main__":
    main()
