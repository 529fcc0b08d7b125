# Installs the SDK that is pinned here into the build folder, unless it is there, and runs its checks.
# SPDX-License-Identifier: Apache-2.0
"""python3 interop_test.py <folder> <txcb-cluster> [options of txcb-cluster...]

Without node or npm, or without the packages, this fails: a proof that did not run proves nothing."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
PINS = ["package.json", "package-lock.json"]


def is_installed(folder):
    """Whether npm finished here before, with these very pins (it writes its own list last)."""
    return (folder / "node_modules" / ".package-lock.json").is_file() and all(
        (folder / name).is_file() and (folder / name).read_bytes() == (SOURCE / name).read_bytes() for name in PINS
    )


def install(folder, npm):
    """Prebuilt binaries only; no script of a package runs."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "node_modules", ignore_errors=True)
    for name in PINS:
        shutil.copyfile(SOURCE / name, folder / name)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=300)


def run(command, environment):
    """Whatever becomes of node, the cluster that it started ends with it: both are in a group of their own."""
    with subprocess.Popen(command, env=environment, start_new_session=True) as child:
        try:
            return child.wait(timeout=240)
        except subprocess.TimeoutExpired:
            print("interop: not done within 240 s")
            return 1
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def main(folder, cluster, *options):
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("interop: node and npm are needed; Debian calls their packages nodejs and npm")
        return 1
    folder = Path(folder)
    if not is_installed(folder):
        install(folder, npm)
    environment = {"NODE_PATH": str(folder / "node_modules"), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return run([node, str(SOURCE / "interop.js"), cluster, str(folder), *options], environment)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
