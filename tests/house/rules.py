# The house's rules, each a function from a checkout to its findings; run as a program it prints them all.
# SPDX-License-Identifier: Apache-2.0
"""What the compiler cannot see: which room may include which, where Asio may appear, what a public header may
pull in, and how files begin. `house_test.py` runs every rule on this repository, and on small broken ones to show
that each rule can fail."""

import re
import sys
from pathlib import Path

ROOMS = ["protocol", "net", "views", "client"]  # each may include itself and what stands to its left
PROGRAMS = ["cli", "bench", "examples"]
CODE = ROOMS + PROGRAMS + ["fuzz", "tests"]
CPP = {".cpp", ".hpp"}
TEXT = CPP | {".py", ".sh", ".txt", ".cmake", ".json", ".md", ".dict", ""}
MAX_LINES = 500
MAX_COLUMNS = 120  # clang-format wraps code at 110; a comment may finish its word
MAX_ROOT_CMAKE = 150
MAX_PUBLIC_HEADERS = 14
MAX_EXAMPLE = 90
# What a public header may take from the rooms below `client` and `views`: the error codes.
PUBLIC_LEAVES = ["protocol/error.hpp"]
# Never reached from a public header; the opt-in json.hpp alone may include nlohmann's.
HEAVY = re.compile(r"boost/beast|boost/asio/ssl|openssl/|nlohmann/json\.hpp")
ASIO_LIST = "tests/house/asio_files.txt"
# What users of the development cluster include, as <txcouchbase/cluster.hpp>.
CLUSTER_HEADER = "tests/cluster/cluster.hpp"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class House:
    """A checkout: its files, its public headers and its #include lines."""

    def __init__(self, root):
        self.root = Path(root)
        listed = self.read("cmake/TxcbRoom.cmake")
        block = re.search(r"set\(TXCB_PUBLIC_HEADERS\s*([^)]*)\)", listed)
        self.public = block.group(1).split() if block else []
        self.detail = [self.name(path) for path in sorted(self.root.glob("client/detail/*.hpp"))]

    def name(self, path):
        return path.relative_to(self.root).as_posix()

    def read(self, name):
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def files(self, folders, suffixes):
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts:
                    yield self.name(path)

    def all_text(self):
        """Every text file of the repository, with or without git: a tarball obeys the rules too."""
        for path in sorted(self.root.rglob("*")):
            parts = path.relative_to(self.root).parts
            if parts[0] in (".git", "build") or "__pycache__" in parts or "corpus" in parts:
                continue
            if path.is_file() and path.suffix in TEXT:
                yield self.name(path)

    def includes(self, name):
        """(line number, bracket, path) of every #include of a file."""
        for number, line in enumerate(self.read(name).splitlines(), 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1), match.group(2)

    def resolve(self, bracket, path):
        """The file of ours that an #include means, or None."""
        if bracket == '"':
            return path if (self.root / path).is_file() else None
        if path.startswith("txcouchbase/"):
            for own in self.public + self.detail + [CLUSTER_HEADER]:
                spelled = own.removeprefix("client/") if own in self.detail else Path(own).name
                if path == "txcouchbase/" + spelled:
                    return own
        return None

    def closure(self, name):
        """A file and every file of ours that it includes, directly or not."""
        seen, waiting = set(), [name]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting += [own for _, b, p in self.includes(current) if (own := self.resolve(b, p))]
        return sorted(seen)


def without_comments(text):
    """The code of a C++ text: comments and string literals blanked, line numbers kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda match: "\n" * match.group(0).count("\n"), text)


def room_of(name):
    return name.split("/", 1)[0]


def include_direction(house):
    for name in house.files(ROOMS, CPP):
        allowed = ROOMS[: ROOMS.index(room_of(name)) + 1]
        for number, bracket, path in house.includes(name):
            own = house.resolve(bracket, path)
            if own and room_of(own) not in allowed:
                yield f"{name}:{number}: {room_of(name)}/ must not include {path}; it sees only {', '.join(allowed)}"


def includes_spelled_from_root(house):
    for name in house.files(CODE, CPP):
        for number, bracket, path in house.includes(name):
            if bracket == '"' and not house.resolve(bracket, path):
                yield f'{name}:{number}: "{path}" is no file; our includes are spelled from the repository\'s root'
            if bracket == "<" and path.startswith("txcouchbase/") and not house.resolve(bracket, path):
                yield f"{name}:{number}: <{path}> is not in TXCB_PUBLIC_HEADERS (cmake/TxcbRoom.cmake)"


def examples_see_what_users_see(house):
    for name in house.files(["examples"], CPP):
        for number, bracket, path in house.includes(name):
            if bracket == '"':
                yield f'{name}:{number}: "{path}": an example includes <txcouchbase/...> and nothing else of ours'


def deferred_stands_alone(house):
    """It can be used and tested without the rest of the library."""
    for name in house.files(["client"], CPP):
        if re.match(r"client/(deferred\w*|failure)\.[hc]pp$", name):
            for reached in house.closure(name):
                if not re.match(r"client/(deferred\w*|failure|detail/\w+)\.[hc]pp$", reached):
                    yield f"{name}: reaches {reached}, and Deferred knows nothing of the rest"


def own_header_first(house):
    for name in house.files(ROOMS + PROGRAMS, {".cpp"}):
        header = name.removesuffix(".cpp") + ".hpp"
        if (house.root / header).is_file():
            first = next((house.resolve(b, p) for _, b, p in house.includes(name)), None)
            if first != header:
                yield f"{name}: includes {header} first, which proves that the header stands alone"


def asio_only_where_listed(house):
    """In the library; a program that uses it brings the event loop, so programs are free."""
    listed = {line for line in house.read(ASIO_LIST).splitlines() if line and not line.startswith("#")}
    used = set()
    for name in house.files(ROOMS, CPP):
        code = without_comments(house.read(name))
        if "boost/asio" in code or re.search(r"\basio::", code):
            used.add(name)
    for name in sorted(used - listed):
        yield f"{name}: uses Asio. Machines decide on bytes and time alone; if this is a shell, add it to {ASIO_LIST}"
    for name in sorted(listed - used):
        yield f"{ASIO_LIST}: {name} uses no Asio (any more): remove the line"


def public_headers_are_few(house):
    if not 0 < len(house.public) <= MAX_PUBLIC_HEADERS:
        yield f"cmake/TxcbRoom.cmake: {len(house.public)} public headers; at most {MAX_PUBLIC_HEADERS}"
    for name in house.public:
        if not (house.root / name).is_file():
            yield f"cmake/TxcbRoom.cmake: public header {name} does not exist"


def public_headers_are_light(house):
    for name in house.public + house.detail:
        if Path(name).name == "json.hpp":
            continue
        for reached in house.closure(name):
            for number, _, path in house.includes(reached):
                if HEAVY.search(path):
                    yield f"{name}: reaches <{path}> by {reached}:{number}"


def public_headers_include_public_ones(house):
    """An installed tree has no rooms: a public header can only be followed by <txcouchbase/...>."""
    for name in house.public + house.detail:
        for number, bracket, path in house.includes(name):
            own = house.resolve(bracket, path)
            if bracket == '"':
                yield f'{name}:{number}: "{path}": public headers include ours as <txcouchbase/...>'
            elif own and room_of(own) in ("protocol", "net") and own not in PUBLIC_LEAVES:
                yield f"{name}:{number}: <{path}> shows {room_of(own)}/ to users"
    for name in house.public:
        if room_of(name) in ("protocol", "net") and name not in PUBLIC_LEAVES:
            yield f"cmake/TxcbRoom.cmake: {name}: {room_of(name)}/ has no public headers but {', '.join(PUBLIC_LEAVES)}"


def files_begin_alike(house):
    """A sentence, then the licence. A source beside its header leaves the sentence to the header, and a test to the
    name of what it tests."""
    licence = "// SPDX-License-Identifier: Apache-2.0"
    for name in house.files(CODE, CPP):
        lines = house.read(name).splitlines()[:2] + ["", ""]
        told = name.endswith("_test.cpp") or (house.root / name.replace(".cpp", ".hpp")).is_file()
        if name.endswith(".cpp") and told and lines[0] == licence:
            continue
        if not re.match(r"// \S.*[.:?]$", lines[0]):
            yield f"{name}:1: begins with one sentence, in one line, that says what lives here"
        if lines[1] != licence:
            yield f"{name}:2: should be: {licence}"
    for name in house.files(CODE, {".hpp"}):
        if "#pragma once" not in house.read(name):
            yield f"{name}: has no #pragma once"
    scripts = [*house.files(CODE + ["cmake"], {".py", ".sh", ".cmake"}), "dev", ".ci/run", "CMakeLists.txt"]
    for name in scripts:
        if "SPDX-License-Identifier: Apache-2.0" not in "".join(house.read(name).splitlines()[:3]):
            yield f"{name}: no SPDX line among its first three"


def files_stay_small(house):
    for name in house.files(CODE, CPP | {".py"}):
        lines = house.read(name).splitlines()
        if len(lines) > MAX_LINES:
            yield f"{name}: {len(lines)} lines; over {MAX_LINES} a file has two subjects"
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_COLUMNS:
                yield f"{name}:{number}: {len(line)} columns; {MAX_COLUMNS} fit"
    root = len(house.read("CMakeLists.txt").splitlines())
    if root > MAX_ROOT_CMAKE:
        yield f"CMakeLists.txt: {root} lines; at {MAX_ROOT_CMAKE} it stops being the architecture's diagram"


def macros_are_ours(house):
    for name in house.files(ROOMS + PROGRAMS, CPP):
        for number, line in enumerate(without_comments(house.read(name)).splitlines(), 1):
            if re.match(r"\s*#\s*define\s+(?!TXCB_|OPENSSL_SUPPRESS_DEPRECATED\b)", line):
                yield f"{name}:{number}: a macro, and neither TXCB_... nor the switch of a library we use"


def nothing_points_outside(house):
    """A stranger has the repository and nothing else."""
    # In pieces, so that this file obeys its own rule.
    outside = re.compile("|".join([r"\.\./" + "shared", "/" + "work/", "/" + "farm/", "/" + r"tmp/[a-z]+/"]))
    for name in house.all_text():
        for number, line in enumerate(house.read(name).splitlines(), 1):
            if outside.search(line):
                yield f"{name}:{number}: a path that a stranger does not have: {line.strip()[:80]}"


EXAMPLE = "examples/quickstart.cpp"
SHOWN = re.compile(r"(<!-- begin ([\w/]+\.cpp) -->\n)(.*?)(<!-- end \2 -->)", re.S)


def documents(house):
    return ["README.md"] + [house.name(path) for path in sorted(house.root.glob("docs/*.md"))]


def shown_part(house, example, document):
    """The block that a document should show: the lines that the example marks for it, or nothing."""
    mark = re.escape("README" if document == "README.md" else document)
    part = re.search(rf"^// begin {mark}\n(.*?)^// end {mark}$", house.read(example), re.S | re.M)
    return f"```cpp\n{part.group(1).strip()}\n```\n" if part else ""


def documents_show_code_that_runs(house):
    for document in documents(house):
        for _, example, block, _ in SHOWN.findall(house.read(document)):
            part = shown_part(house, example, document)
            if not part:
                yield f"{document}: {example} marks nothing for it with '// begin' and '// end'"
            elif block != part:
                yield f"{document}: its example is not what {example} says; ./dev format copies it"


def readme_shows_the_example(house):
    if EXAMPLE not in [example for _, example, _, _ in SHOWN.findall(house.read("README.md"))]:
        yield "README.md: the markers <!-- begin/end examples/quickstart.cpp --> are missing"
    lines = len(house.read(EXAMPLE).splitlines())
    if lines > MAX_EXAMPLE:
        yield f"{EXAMPLE}: {lines} lines; a quickstart has at most {MAX_EXAMPLE}"


def write_examples(house):
    for document in documents(house):
        text = house.read(document)

        def with_part(match):
            return match.group(1) + shown_part(house, match.group(2), document) + match.group(4)

        fresh = SHOWN.sub(with_part, text)
        if fresh != text:
            (house.root / document).write_text(fresh, encoding="utf-8")


RULES = [
    include_direction,
    includes_spelled_from_root,
    examples_see_what_users_see,
    deferred_stands_alone,
    own_header_first,
    asio_only_where_listed,
    public_headers_are_few,
    public_headers_are_light,
    public_headers_include_public_ones,
    files_begin_alike,
    files_stay_small,
    macros_are_ours,
    nothing_points_outside,
    documents_show_code_that_runs,
    readme_shows_the_example,
]


def main(arguments):
    house = House(Path(__file__).resolve().parents[2])
    if arguments == ["--write-examples"]:
        write_examples(house)
        return 0
    findings = [finding for rule in RULES for finding in rule(house)]
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
