// What kind of document some bytes are, by the bytes themselves; a name only tells kinds of plain
// text from each other. HTML, SVG and other markup are refused: they could fetch or run things.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace turnpike::documents {

enum class Kind : std::uint8_t {
  kPdf,
  kPng,
  kJpeg,
  kGif,
  kWebp,
  kText,
  kMarkdown,
  kCsv,
  kRtf,
  kOle,
  kDocx,
  kXlsx,
  kPptx,
  kOdt,
  kOds,
  kOdp,
};

enum class SniffProblem : std::uint8_t { kEmpty, kMarkup, kUnknown, kArchiveBomb };

/// `name` is the file's name as its owner has it. kOle is the old doc, xls or ppt.
Result<Kind, SniffProblem> sniff(Bytes content, std::string_view name);

/// For people: "this kind of file cannot be shown".
std::string_view sniff_problem_text(SniffProblem problem);

}  // namespace turnpike::documents
