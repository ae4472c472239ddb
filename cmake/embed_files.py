"""Writes a C++ source with the files of a folder in it: embed_files.py FOLDER OUTPUT."""

import pathlib
import sys

PIECE = 4000  # a string literal may not be too long (C++ annex B)


def literal(data):
    pieces = (data[at:at + PIECE] for at in range(0, len(data), PIECE))
    return "\n".join('    "' + "".join(f"\\{byte:03o}" if not 32 <= byte < 127 or byte in b'"\\?'
                                       else chr(byte) for byte in piece) + '"' for piece in pieces)


def main():
    folder, output = (pathlib.Path(argument) for argument in sys.argv[1:3])
    files = sorted(path for path in folder.iterdir()
                   if path.suffix in (".html", ".js", ".css", ".svg"))
    rows = [f'    {{"{path.name}", std::string_view(\n{literal(data) or chr(34) * 2},\n'
            f'    {len(data)})}},' for path in files for data in [path.read_bytes()]]
    output.write_text(
        '#include <array>\n\n#include "cobrowse/server/web_files.h"\n\n'
        "namespace turnpike::cobrowse {\n\nstd::span<const WebFile> web_files() {\n"
        f"  static constexpr std::array<WebFile, {len(files)}> kFiles = {{{{\n"
        + "\n".join(rows) + "\n  }};\n  return kFiles;\n}\n\n}  // namespace turnpike::cobrowse\n")


main()
