"""scripts/tidy.py finds what it should and leaves good code alone; each test writes a tree."""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

import tidy  # noqa: E402 (the path comes first)
import tidy_rules as rules  # noqa: E402

HEADER = "// What it is.\n#pragma once\n"


class Tidy(unittest.TestCase):
    def findings(self, files):
        """'rule' or 'path rule' of every finding in a tree of these files."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            with mock.patch.multiple(rules, EXCEPTIONS=self.exceptions,
                                     COVERED_ELSEWHERE=self.covered):
                return [(one.rule, one.path, one.line) for one in tidy.check_tree(root)]

    def setUp(self):
        self.exceptions, self.covered = {}, {}

    def rules_in(self, path, text):
        return [rule for rule, _, _ in self.findings({path: text})]

    def assert_clean(self, path, text):
        self.assertEqual(self.findings({path: text}), [])

    def assert_finds(self, rule, path, text, line=None):
        found = self.findings({path: text})
        self.assertIn(rule, [one[0] for one in found])
        if line is not None:
            self.assertIn((rule, path, line), found)

    # -- includes

    def test_rooms_include_what_the_table_says(self):
        self.assert_clean("relay/turn/a.h", HEADER + '#include "relay/stun/message.h"\n')
        self.assert_clean("relay/server/a.h", HEADER + '#include "relay/net/fd.h"\n')
        self.assert_clean("relay/turn/a.h", HEADER + '#include "relay/turn/b.h"\n')
        self.assert_clean("tests/unit/x_test.cc", '#include "relay/turn/b.h"\n#include "near.h"\n')

    def test_other_rooms_are_refused(self):
        for path, header in (("relay/turn/a.h", "relay/net/fd.h"), ("base/a.h", "conf/a.h"),
                             ("relay/net/a.h", "relay/turn/a.h"), ("conf/a.h", "relay/stun/a.h"),
                             ("cobrowse/session/a.h", "relay/stun/a.h"),
                             ("relay/net/a.h", "tests/support/a.h"), ("base/a.h", "near.h")):
            with self.subTest(path=path, header=header):
                self.assert_finds("include", path, HEADER + f'#include "{header}"\n', 3)

    def test_libraries_have_homes(self):
        self.assert_clean("relay/crypto/a.h", HEADER + "#include <openssl/ssl.h>\n")
        self.assert_finds("include", "relay/net/a.h", HEADER + "#include <openssl/ssl.h>\n")
        self.assert_clean("base/result.h", HEADER + "#include <tl/expected.hpp>\n")
        self.assert_finds("include", "conf/a.h", HEADER + "#include <tl/expected.hpp>\n")
        self.assert_finds("include", "conf/a.h", HEADER + "#include <unheard/of.h>\n")

    def test_pure_rooms_use_no_system(self):
        self.assert_finds("include", "relay/turn/a.h", HEADER + "#include <sys/socket.h>\n")
        self.assert_finds("include", "base/a.h", HEADER + "#include <mutex>\n")
        self.assert_clean("relay/net/a.h", HEADER + "#include <sys/socket.h>\n#include <mutex>\n")
        self.assert_clean("base/a.h", HEADER + "#include <vector>\n")

    # -- code

    def test_pure_rooms_have_no_clock_or_lock(self):
        for code in ("auto t = std::chrono::steady_clock::now();", "auto t = time(nullptr);",
                     "std::mutex m;", "auto r = rand();", 'auto e = getenv("A");',
                     "std::shared_ptr<int> p;", "void* p = nullptr;", 'printf("x");'):
            with self.subTest(code=code):
                self.assert_finds("pure", "relay/turn/a.h", HEADER + code + "\n", 3)
                self.assertNotIn("pure", self.rules_in("relay/server/a.h", HEADER + code + "\n"))

    def test_words_in_comments_and_literals_are_no_code(self):
        self.assert_clean("relay/turn/a.h", HEADER + '// std::mutex\nauto s = "time(0) strcpy(";\n')
        self.assert_clean("relay/turn/a.h", HEADER + "/* rand( */ auto n = 1'000'000;\n")
        self.assert_clean("relay/turn/a.h", HEADER + "int lifetime(int x); int y = lifetime(1);\n")

    def test_banned_calls(self):
        for code in ("strcpy(a, b);", "sprintf(a, b);", "int n = atoi(x);", "system(x);",
                     "using namespace std;"):
            with self.subTest(code=code):
                self.assert_finds("banned", "relay/server/a.h", HEADER + code + "\n", 3)
        self.assert_clean("relay/server/a.h", HEADER + "snprintf(a, 1, b); operating.system(x);\n")

    def test_the_data_path_has_no_type_erasure(self):
        code = HEADER + "std::function<void()> f;\n"
        self.assert_finds("data-path", "relay/net/a.h", code)
        self.assert_clean("relay/server/a.h", code)

    def test_unfinished_work_and_machine_paths(self):
        self.assert_finds("text", "docs/a.md", "TO" + "DO: more\n", 1)
        self.assert_finds("text", "scripts/a.py", "P = '/ho" + "me/me/x'\n", 1)
        self.assert_clean("docs/a.md", "the network/root/ folder\n")

    # -- sizes

    def test_long_files_and_lines(self):
        self.assert_finds("file-size", "base/a.h", HEADER + "int x;\n" * 399)
        self.assert_clean("base/a.h", HEADER + "int x;\n" * 398)
        self.assert_finds("line-length", "base/a.h", HEADER + "// " + "x" * 98 + "\n", 3)

    def test_long_functions(self):
        body = "  x();\n" * 59
        for opening in ("void f(int a) {", "Foo::Foo(int a)\n    : a_{a}, b_(1) {",
                        "auto Foo::f() const -> int {", "bool operator==(A a, B b) {"):
            with self.subTest(opening=opening):
                text = f"{HEADER}{opening}\n{body}}}\n"
                self.assert_finds("function-size", "relay/net/a.h", text)
        self.assert_clean("relay/net/a.h", HEADER + "void f() {\n" + "  x();\n" * 58 + "}\n")

    def test_what_is_no_function(self):
        many = "  int x;\n" * 100
        for opening in ("struct Foo {", "namespace a::b {", "enum class E : int {",
                        "constexpr int kTable[] = {", "class Foo final : public Bar<int> {"):
            with self.subTest(opening=opening):
                self.assert_clean("relay/net/a.h", f"{HEADER}{opening}\n{many}}};\n")

    def test_functions_inside_a_class_are_measured(self):
        text = HEADER + "class A {\n void f() {\n" + "  x();\n" * 60 + " }\n};\n"
        self.assert_finds("function-size", "relay/net/a.h", text, 4)

    def test_python_functions_are_measured(self):
        self.assert_finds("function-size", "scripts/a.py", "def f():\n" + "    x()\n" * 60)
        self.assert_clean("scripts/a.py", "def f():\n" + "    x()\n" * 59 + "\n\nx()\n" * 20)

    # -- files

    def test_headers_open_with_a_comment(self):
        self.assert_finds("opening", "base/a.h", "#pragma once\n")
        self.assert_finds("opening", "base/a.h", "// What it is.\n")

    def test_every_source_has_a_test(self):
        files = {"base/a.h": HEADER, "base/a.cc": '#include "base/a.h"\n'}
        self.assertEqual(self.findings(files), [("mirror", "base/a.cc", 1)])
        self.assertEqual(self.findings(files | {"tests/unit/base/a_test.cc": "// x\n"}), [])

    def test_a_reason_replaces_the_test_until_there_is_one(self):
        files = {"base/a.h": HEADER, "base/a.cc": ""}
        self.covered = {"base/a.cc": "a reason"}
        self.assertEqual(self.findings(files), [])
        files["tests/unit/base/a_test.cc"] = "// x\n"
        self.assertEqual(self.findings(files), [("mirror", "base/a.cc", 1)])
        self.assertEqual(self.findings({}), [("mirror", "base/a.cc", 1)])

    def test_exceptions_only_shrink(self):
        files = {"base/a.h": HEADER + "std::mutex m;\n"}
        self.exceptions = {("pure", "base/a.h"): "a reason"}
        self.assertEqual(self.findings(files), [])
        self.assertEqual(self.findings({"base/a.h": HEADER}), [("pure", "base/a.h", 1)])

    def test_build_folders_are_not_read(self):
        self.assertEqual(self.findings({"build/a.h": "x", "a/node_modules/b.py": "x" * 200}), [])


if __name__ == "__main__":
    unittest.main()
