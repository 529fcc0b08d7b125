# ./dev by itself: what it refuses, and the packages that no other package brings along.
# SPDX-License-Identifier: Apache-2.0
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Dev(unittest.TestCase):
    def run_dev(self, *arguments):
        return subprocess.run([ROOT / "dev", *arguments], capture_output=True, text=True, timeout=20, check=False)

    def test_what_is_no_port_is_refused_in_one_line(self):
        for port in ("0", "00", "65536", "70000", "099999", "123456", "-1", "08x", "x"):
            ran = self.run_dev("quickstart", "--memcached", port)
            self.assertEqual((ran.returncode, ran.stderr), (64, f"dev: quickstart: '{port}' is no port\n"))

    def test_a_port_with_zeros_in_front_is_decimal(self):
        # Up to the first program that the verb needs: what it would hand on is what is looked at.
        verb = re.search(r"^quickstart_on_memcached\(\) \{\n(.*?)\n    build_", (ROOT / "dev").read_text(),
                         re.M | re.S).group(1)
        for given, meant in (("08080", "8080"), ("00080", "80"), ("11211", "11211"), ("any", "any")):
            script = f'die() {{ echo "died: $1"; exit 64; }}\nverb() {{\n{verb}\necho "$port"\n}}\nverb {given}'
            ran = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual((ran.stdout, ran.stderr), (meant + "\n", ""))

    def test_an_unknown_verb_is_refused(self):
        self.assertEqual(self.run_dev("nonsense").returncode, 64)

    def test_the_tests_memcached_gets_the_mechanisms_that_are_only_recommended_to_it(self):
        self.assertRegex((ROOT / "dev").read_text(), r"server_packages=\([^)]*\blibsasl2-modules\b")
        self.assertRegex((ROOT / "dev").read_text(), r'quick_packages=\([^)]*"\$\{server_packages\[@\]\}"')


if __name__ == "__main__":
    unittest.main()
