#!/usr/bin/env python3
"""The style checks that no compiler makes: include table, sizes, banned calls, test mirrors. The
facts are in tidy_rules.py. Text only: braces are matched, C++ is not parsed. Exit code 1 with one
line per finding. Usage: scripts/tidy.py [--root FOLDER]"""

import argparse
import collections
import os
import pathlib
import re
import sys

import tidy_rules as rules

Finding = collections.namedtuple("Finding", "path line rule text")

CODE_SUFFIXES = (".cc", ".h")
MEASURED_SUFFIXES = (".cc", ".h", ".py")
TEXT_SUFFIXES = (".cc", ".h", ".def", ".py", ".cmake", ".txt", ".md", ".sh", ".json", ".service",
                 ".js", ".html", "")

LEXEME = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<fence>[^(\s]*)\(.*?\)(?P=fence)"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')
CONTROL = re.compile(r"^(?:if|for|while|switch|else|do|try|catch|return)\b")
TYPE_HEADER = re.compile(r"\b(?:class|struct|namespace|enum|union)\b[^()]*$|^extern\s*$")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_text(source):
    """The code with comments and literals as blanks, line numbers kept."""
    return LEXEME.sub(blank, source)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def is_under(path, prefix):
    """`prefix` names a folder, a file, or the start of a file's name."""
    return path == prefix or path.startswith(prefix.rstrip("/") + "/") or (
        "/" in prefix and path.startswith(prefix))


def room_of(path):
    fitting = [room for room in rules.ROOMS if path.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def is_pure(path):
    return any(path.startswith(room + "/") for room in rules.PURE_ROOMS)


# -- includes ------------------------------------------------------------------------------------


def check_includes(path, source):
    room = room_of(path)
    if room is None:
        yield Finding(path, 1, "room", "belongs to no room of tidy_rules.ROOMS")
        return
    for number, line in enumerate(source.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            problem = project_include(room, match[2]) if match[1] == '"' else \
                system_include(path, match[2])
            if problem:
                yield Finding(path, number, "include", f"{match[2]}: {problem}")


def project_include(room, header):
    target = room_of(header)
    if target is None:
        if room == "tests" and "/" not in header:
            return None
        return "write the path from the project root"
    if target == "tests" and room != "tests":
        return "a program does not include test code"
    allowed = (room, *rules.ROOMS[room])
    if any(target == one or target.startswith(one + "/") for one in allowed):
        return None
    return f"{room} may include only {', '.join(allowed)}"


def system_include(path, header):
    if rules.POSIX_HEADER.match(header):
        return posix_include(path)
    if "." not in header and "/" not in header:
        if is_pure(path) and header in rules.IMPURE_STANDARD_HEADERS:
            return "a pure room has no I/O, clock, randomness, threads or locks"
        return None
    homes = [home for start, home in rules.THIRD_PARTY.items() if header.startswith(start)]
    if not homes:
        return "no row of tidy_rules.THIRD_PARTY gives this library a home"
    if any(is_under(path, place) for place in homes[0]):
        return None
    return f"this library lives in {', '.join(homes[0])}"


def posix_include(path):
    for room, doors in rules.POSIX_FREE.items():
        if path.startswith(room + "/") and not any(is_under(path, door) for door in doors):
            return f"{room} uses no system header"
    return None


# -- sizes ---------------------------------------------------------------------------------------


def check_sizes(path, source):
    lines = source.splitlines()
    if len(lines) > rules.MAX_FILE_LINES:
        yield Finding(path, 1, "file-size",
                      f"{len(lines)} lines, more than {rules.MAX_FILE_LINES}: split it, or give "
                      "the reason in tidy_rules.EXCEPTIONS")
    for number, line in enumerate(lines, 1):
        if len(line) > rules.MAX_LINE_LENGTH:
            yield Finding(path, number, "line-length",
                          f"{len(line)} characters, more than {rules.MAX_LINE_LENGTH}")


def check_functions(path, source):
    measure = python_functions if path.endswith(".py") else cpp_functions
    for name, first, length in measure(source):
        if length > rules.MAX_FUNCTION_LINES:
            yield Finding(path, first, "function-size",
                          f"{name}: {length} lines, more than {rules.MAX_FUNCTION_LINES}")


def python_functions(source):
    lines = source.splitlines()
    for at, line in enumerate(lines):
        match = re.match(r"(\s*)def (\w+)", line)
        if match:
            end = at + 1
            outside = re.compile(rf"\s{{0,{len(match[1])}}}[^\s)\]}}]")
            while end < len(lines) and not outside.match(lines[end]):
                end += 1
            while not lines[end - 1].strip():
                end -= 1
            yield match[2], at + 1, end - at


def cpp_functions(source):
    """(name, first line, lines) of every outermost block that follows a parameter list."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", blank, without_text(source), flags=re.MULTILINE)
    start = at = 0
    while at < len(code):
        if code[at] in ";}":
            start = at + 1
        elif code[at] == "{":
            header = code[start:at].strip()
            if is_initializer(code, at, header):
                at = closing_brace(code, at)
            elif is_function_header(header):
                end = closing_brace(code, at)
                first = line_of(code, start + len(code[start:at]) - len(code[start:at].lstrip()))
                yield function_name(header), first, line_of(code, end) - first + 1
                at, start = end, end + 1
            else:
                start = at + 1
        at += 1


def is_initializer(code, at, header):
    """`member_{1}` or `= {`; a body has a space before its brace."""
    return header.endswith(("=", ",", "(", "{")) or (at > 0 and (code[at - 1].isalnum() or
                                                               code[at - 1] in "_>])"))


def is_function_header(header):
    return "(" in header and not CONTROL.match(header) and not TYPE_HEADER.search(header)


def function_name(header):
    match = re.search(r"([\w:~]+|operator[^\s(]+)\s*\(", header)
    return match[1] if match else header[:30]


def closing_brace(code, at):
    depth = 0
    while at < len(code):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return at
        at += 1
    return at - 1


# -- words ---------------------------------------------------------------------------------------


def check_code(path, source):
    code = without_text(source)
    tables = [("banned", rules.BANNED_CODE.items())]
    if is_pure(path):
        tables.append(("pure", [(regex, f"a pure room does without {what}")
                                for what, regex in rules.IMPURE_CODE.items()]))
    if path.startswith(rules.DATA_PATH):
        tables.append(("data-path", rules.DATA_PATH_BANNED.items()))
    for rule, table in tables:
        for regex, advice in table:
            for match in re.finditer(regex, code):
                yield Finding(path, line_of(code, match.start()), rule,
                              f"{match.group().strip()}: {advice}")


def check_text(path, source):
    for regex, advice in rules.BANNED_TEXT.items():
        for match in re.finditer(regex, source):
            yield Finding(path, line_of(source, match.start()), "text",
                          f"{match.group()}: {advice}")


def check_opening(path, source, paths):
    """A source file with a header of the same name is introduced there."""
    introduced = path.endswith(".cc") and (path[:-3] + ".h" in paths or path.startswith("tests/"))
    if not introduced and not source.startswith("//"):
        yield Finding(path, 1, "opening", "start with a comment: what this is, and what it is not")
    if path.endswith(".h") and "#pragma once" not in source:
        yield Finding(path, 1, "opening", "a header wants #pragma once")


def check_mirror(path, paths):
    """Every source file of a room has tests/unit/<path>_test.cc, or says what covers it."""
    if not path.endswith(".cc") or path.startswith("tests/"):
        return
    mirrored = f"tests/unit/{path[:-3]}_test.cc" in paths
    if not mirrored and path not in rules.COVERED_ELSEWHERE:
        yield Finding(path, 1, "mirror", f"write tests/unit/{path[:-3]}_test.cc, or say in "
                      "tidy_rules.COVERED_ELSEWHERE what covers it")
    if mirrored and path in rules.COVERED_ELSEWHERE:
        yield Finding(path, 1, "mirror", "has a test now: take it out of COVERED_ELSEWHERE")


# -- the tree ------------------------------------------------------------------------------------


def files_below(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - rules.SKIPPED_FOLDERS)
        for name in sorted(set(names) - rules.SKIPPED_FOLDERS):
            yield (pathlib.Path(folder) / name).relative_to(root).as_posix()


def check_file(path, source, paths):
    yield from check_text(path, source)
    if path.endswith(MEASURED_SUFFIXES):
        yield from check_sizes(path, source)
        yield from check_functions(path, source)
    if path.endswith(CODE_SUFFIXES) and path.startswith(tuple(f"{r}/" for r in rules.SOURCE_ROOTS)):
        yield from check_includes(path, source)
        yield from check_code(path, source)
        yield from check_opening(path, source, paths)
        yield from check_mirror(path, paths)


def check_tables(findings, paths):
    """Exceptions that nothing needs any more."""
    used = {(finding.rule, finding.path) for finding in findings}
    for rule, path in rules.EXCEPTIONS:
        if (rule, path) not in used:
            yield Finding(path, 1, rule, "its row of tidy_rules.EXCEPTIONS is not needed any more")
    for path in rules.COVERED_ELSEWHERE:
        if path not in paths:
            yield Finding(path, 1, "mirror", "is gone: take it out of COVERED_ELSEWHERE")


def check_tree(root):
    paths = set(files_below(root))
    findings = []
    for path in sorted(paths):
        if pathlib.PurePosixPath(path).suffix in TEXT_SUFFIXES:
            try:
                source = (root / path).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            findings.extend(check_file(path, source, paths))
    kept = [one for one in findings if (one.rule, one.path) not in rules.EXCEPTIONS]
    return kept + list(check_tables(findings, paths))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    findings = check_tree(parser.parse_args().root)
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.rule}: {finding.text}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
