# Each rule of the house holds for this repository, and finds the fault it is for in a small broken one.
# SPDX-License-Identifier: Apache-2.0

import tempfile
import unittest
from pathlib import Path

import rules

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = LICENCE + "#pragma once\n"

# A house of a few files in which every rule holds.
SOUND = {
    "cmake/TxcbRoom.cmake": (
        "# Rooms.\n# SPDX-License-Identifier: Apache-2.0\n"
        "set(TXCB_PUBLIC_HEADERS\n  protocol/error.hpp\n  client/deferred.hpp\n  client/result.hpp)\n"
    ),
    "CMakeLists.txt": "# SPDX-License-Identifier: Apache-2.0\n",
    "dev": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
    ".ci/run": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
    "protocol/error.hpp": "// The error codes.\n" + HEADER,
    "protocol/frame.hpp": "// A frame.\n" + HEADER,
    "protocol/frame.cpp": LICENCE + '#include "protocol/frame.hpp"\n#include <string>\n',
    "net/stream.hpp": "// A stream.\n" + HEADER + '#include "protocol/frame.hpp"\n#include <boost/asio/post.hpp>\n',
    "client/deferred.hpp": "// A Deferred.\n" + HEADER,
    "client/result.hpp": "// A result.\n" + HEADER + "#include <txcouchbase/error.hpp>\n",
    "examples/quickstart.cpp": "// Stores a value.\n" + LICENCE + "// begin README\nint main() {}\n// end README\n",
    "tests/house/asio_files.txt": "# Shells.\nnet/stream.hpp\n",
    "README.md": (
        "# It\n<!-- begin examples/quickstart.cpp -->\n```cpp\nint main() {}\n```\n"
        "<!-- end examples/quickstart.cpp -->\n"
    ),
}

ASIO = "#include <boost/asio/post.hpp>\n"

# A sentence about the fault; the rule that must find it; the files that carry it.
FAULTS = [
    ("a room includes one to its right", rules.include_direction,
     {"protocol/frame.cpp": LICENCE + '#include "protocol/frame.hpp"\n#include "net/stream.hpp"\n'}),
    ("a room includes a public header of one to its right", rules.include_direction,
     {"net/stream.hpp": "// A.\n" + HEADER + ASIO + "#include <txcouchbase/deferred.hpp>\n"}),
    ("an include is not spelled from the root", rules.includes_spelled_from_root,
     {"protocol/frame.cpp": LICENCE + '#include "frame.hpp"\n'}),
    ("a public spelling that no public header has", rules.includes_spelled_from_root,
     {"client/deferred.hpp": "// A.\n" + HEADER + "#include <txcouchbase/frame.hpp>\n"}),
    ("an example looks behind the public headers", rules.examples_see_what_users_see,
     {"examples/quickstart.cpp": "// A.\n" + LICENCE + '#include "protocol/frame.hpp"\n'}),
    ("Deferred includes the error codes of Couchbase", rules.deferred_stands_alone,
     {"client/deferred.hpp": "// A.\n" + HEADER + "#include <txcouchbase/error.hpp>\n"}),
    ("a source includes another header before its own", rules.own_header_first,
     {"protocol/frame.cpp": LICENCE + '#include <string>\n#include "protocol/frame.hpp"\n'}),
    ("a machine includes Asio", rules.asio_only_where_listed,
     {"net/machine.hpp": "// A.\n" + HEADER + "#include <boost/asio.hpp>\n"}),
    ("a machine names Asio that another file included", rules.asio_only_where_listed,
     {"net/machine.hpp": "// A.\n" + HEADER + "inline void f(asio::io_context&);\n"}),
    ("the list of Asio's files names one that needs it no more", rules.asio_only_where_listed,
     {"tests/house/asio_files.txt": "net/stream.hpp\nprotocol/frame.hpp\n"}),
    ("a fifteenth public header", rules.public_headers_are_few,
     {"cmake/TxcbRoom.cmake": "set(TXCB_PUBLIC_HEADERS\n" + "protocol/error.hpp\n" * 15 + ")\n"}),
    ("a public header that does not exist", rules.public_headers_are_few,
     {"cmake/TxcbRoom.cmake": "set(TXCB_PUBLIC_HEADERS client/gone.hpp)\n"}),
    ("a public header includes Beast", rules.public_headers_are_light,
     {"client/result.hpp": "// A.\n" + HEADER + "#include <boost/beast/http.hpp>\n"}),
    ("a public header reaches OpenSSL by another file", rules.public_headers_are_light,
     {"protocol/error.hpp": "// A.\n" + HEADER + "#include <openssl/evp.h>\n"}),
    ("a public header includes the whole of nlohmann/json", rules.public_headers_are_light,
     {"client/deferred.hpp": "// A.\n" + HEADER + "#include <nlohmann/json.hpp>\n"}),
    ("a public header includes a file by its room", rules.public_headers_include_public_ones,
     {"client/deferred.hpp": "// A.\n" + HEADER + '#include "protocol/error.hpp"\n'}),
    ("a wire header is made public", rules.public_headers_include_public_ones,
     {"cmake/TxcbRoom.cmake": "set(TXCB_PUBLIC_HEADERS protocol/frame.hpp)\n"}),
    ("a header without a first sentence", rules.files_begin_alike, {"protocol/frame.hpp": HEADER}),
    ("a source without a header and without a first sentence", rules.files_begin_alike,
     {"protocol/table.cpp": LICENCE}),
    ("a file without a licence", rules.files_begin_alike, {"protocol/frame.hpp": "// A frame.\n#pragma once\n"}),
    ("a header without #pragma once", rules.files_begin_alike, {"protocol/frame.hpp": "// A frame.\n" + LICENCE}),
    ("a script without a licence", rules.files_begin_alike, {"dev": "#!/bin/sh\n# Does things.\n"}),
    ("a file of 501 lines", rules.files_stay_small, {"protocol/frame.hpp": "\n" * 501}),
    ("a line of 121 columns", rules.files_stay_small, {"protocol/frame.hpp": "// " + "x" * 118 + "\n"}),
    ("a root CMakeLists.txt of 151 lines", rules.files_stay_small, {"CMakeLists.txt": "\n" * 151}),
    ("a macro without our prefix", rules.macros_are_ours, {"protocol/frame.hpp": "#define FRAME 1\n"}),
    ("a comment names a folder beside the repository", rules.nothing_points_outside,
     {"protocol/frame.hpp": "// See ../" + "shared/notes.md.\n"}),
    ("a script names this machine's folder", rules.nothing_points_outside, {"dev": "cd /" + "work/main\n"}),
    ("README shows what the example says no more", rules.documents_show_code_that_runs,
     {"examples/quickstart.cpp": "// begin README\nint main() { return 0; }\n// end README\n"}),
    ("README has no place for the example", rules.readme_shows_the_example, {"README.md": "# It\n"}),
    ("an example of 91 lines", rules.readme_shows_the_example,
     {"examples/quickstart.cpp": "// begin README\nint main() {}\n// end README\n" + "\n" * 88}),
]


class Repository(unittest.TestCase):
    """Filled below: one case per rule."""


def holds(rule):
    def case(self):
        house = rules.House(Path(__file__).resolve().parents[2])
        findings = list(rule(house))
        if findings:
            self.fail("\n" + "\n".join(findings))
    return case


for each in rules.RULES:
    setattr(Repository, f"test_{each.__name__}", holds(each))


class BrokenHouse(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write(SOUND)

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def test_the_sound_house_breaks_no_rule(self):
        house = rules.House(self.root)
        self.assertEqual([], [finding for rule in rules.RULES for finding in rule(house)])

    def test_each_fault_is_found_by_its_rule(self):
        for sentence, rule, files in FAULTS:
            with self.subTest(sentence):
                self.write(SOUND)
                self.write(files)
                self.assertTrue(list(rule(rules.House(self.root))))
                for name in set(files) - set(SOUND):
                    (self.root / name).unlink()

    def test_every_rule_has_a_fault(self):
        self.assertEqual(set(rules.RULES), {rule for _, rule, _ in FAULTS})

    def test_a_comment_may_speak_of_asio(self):
        self.write({"net/machine.hpp": "// Knows nothing of asio::io_context.\n" + HEADER})
        self.assertEqual([], list(rules.asio_only_where_listed(rules.House(self.root))))

    def test_the_opt_in_json_header_may_include_nlohmann(self):
        self.write({
            "cmake/TxcbRoom.cmake": "set(TXCB_PUBLIC_HEADERS client/json.hpp)\n",
            "client/json.hpp": "// JSON.\n" + HEADER + "#include <nlohmann/json.hpp>\n",
        })
        self.assertEqual([], list(rules.public_headers_are_light(rules.House(self.root))))

    def test_format_copies_the_example_into_readme(self):
        self.write({"examples/quickstart.cpp": "// A.\n" + LICENCE + "// begin README\nint x;\n// end README\n"})
        rules.write_examples(rules.House(self.root))
        self.assertEqual([], list(rules.readme_shows_the_example(rules.House(self.root))))
        self.assertIn("int x;", (self.root / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
