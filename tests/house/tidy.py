# Runs clang-tidy on the library, the tools, the examples and the fuzz targets; on what changed since it passed.
# SPDX-License-Identifier: Apache-2.0
"""tidy.py <build folder with compile_commands.json> <jobs>

A source that passed leaves a stamp in <build folder>/tidy, named by a hash of everything of ours that the verdict
depends on: the settings, the compile command, the source and the headers of ours that it includes.

Tests are left out: with GoogleTest clang-tidy takes ten seconds for each of their more than a hundred sources."""

import hashlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rules import PROGRAMS, ROOMS, House

ROOT = Path(__file__).resolve().parents[2]
CHECKED = ROOMS + PROGRAMS + ["fuzz"]


def sources(build):
    """(name, compile command) of every source that is held to .clang-tidy."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = Path(entry["file"])
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in CHECKED:
            yield path.relative_to(ROOT).as_posix(), entry["command"]


def stamp(house, build, version, name, command):
    parts = [version, house.read(".clang-tidy"), command]
    parts += [own + "\n" + house.read(own) for own in house.closure(name)]
    return build / "tidy" / hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run(build, name):
    started = time.monotonic()
    command = ["clang-tidy", "-p", str(build), "--quiet", "--extra-arg=-Wno-unknown-warning-option", name]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # stderr counts the warnings suppressed in system headers, and says nothing else unless clang-tidy itself failed.
    output = result.stdout or result.stderr
    return result.returncode == 0, output, time.monotonic() - started


def main(build, jobs):
    house = House(ROOT)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    (build / "tidy").mkdir(exist_ok=True)
    stamps = {name: stamp(house, build, version, name, command) for name, command in sources(build)}
    due = [name for name, passed in stamps.items() if not passed.exists()]
    print(f"{len(stamps)} sources, {len(due)} changed since they passed", flush=True)
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(run, build, name): name for name in due}
        for count, done in enumerate(as_completed(running), 1):
            name = running[done]
            passed, output, seconds = done.result()
            print(f"[{count}/{len(due)}] {name} {seconds:.1f} s {'' if passed else 'FAILED'}", flush=True)
            if passed:
                stamps[name].touch()
            else:
                failed += 1
                print(output, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), int(sys.argv[2])))
