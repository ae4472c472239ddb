#include "cobrowse/documents/sniff.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "cobrowse/documents/zip_directory.h"

namespace turnpike::documents {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMarkupWindow = 4096;  // bytes that are searched for markup

struct Magic {
  std::string_view start;
  Kind kind;
};
constexpr std::array kMagic = {
    Magic{"%PDF-"sv, Kind::kPdf},
    Magic{"\x89PNG\r\n\x1a\n"sv, Kind::kPng},
    Magic{"\xff\xd8\xff"sv, Kind::kJpeg},
    Magic{"GIF87a"sv, Kind::kGif},
    Magic{"GIF89a"sv, Kind::kGif},
    Magic{"{\\rtf1"sv, Kind::kRtf},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Kind::kOle},
};

constexpr std::array kOpenXml = {
    Magic{"word/document.xml"sv, Kind::kDocx},
    Magic{"xl/workbook.xml"sv, Kind::kXlsx},
    Magic{"ppt/presentation.xml"sv, Kind::kPptx},
};

constexpr std::array kOpenDocument = {
    Magic{"application/vnd.oasis.opendocument.text"sv, Kind::kOdt},
    Magic{"application/vnd.oasis.opendocument.spreadsheet"sv, Kind::kOds},
    Magic{"application/vnd.oasis.opendocument.presentation"sv, Kind::kOdp},
};

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

bool is_text(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x20 && "\t\n\r\f"sv.find(text.front()) == std::string_view::npos) return false;
    const std::size_t length = utf8_length(text);
    if (first == 0x7f || length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_markup(std::string_view text) {
  static constexpr std::array kSigns = {"<html"sv, "<svg"sv,    "<!doctype"sv,
                                        "<?xml"sv, "<script"sv, "<office:document"sv};
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string start = lower(text.substr(0, kMarkupWindow));
  const std::size_t first = start.find_first_not_of(" \t\r\n\f");
  if (first != std::string::npos && start[first] == '<') return true;
  return std::ranges::any_of(
      kSigns, [&](std::string_view sign) { return start.find(sign) != std::string::npos; });
}

Result<Kind, SniffProblem> sniff_text(std::string_view text, std::string_view name) {
  if (!is_text(text)) return fail(SniffProblem::kUnknown);
  if (is_markup(text)) return fail(SniffProblem::kMarkup);
  const std::string small = lower(name);
  if (small.ends_with(".csv")) return Kind::kCsv;
  return small.ends_with(".md") ? Kind::kMarkdown : Kind::kText;
}

Result<Kind, SniffProblem> sniff_archive(Bytes content) {
  const auto entries = read_zip_directory(content);
  if (!entries) {
    const bool broken =
        entries.error() == ZipProblem::kNotZip || entries.error() == ZipProblem::kBroken;
    return fail(broken ? SniffProblem::kUnknown : SniffProblem::kArchiveBomb);
  }
  const auto has = [&](std::string_view name) {
    return std::ranges::find(*entries, name, &ZipEntry::name) != entries->end();
  };
  // OpenDocument 1.3 part 2, 3.3: the first file, stored.
  if (!entries->empty() && entries->front().name == "mimetype" && has("content.xml")) {
    const std::string_view type = stored_content(content, entries->front());
    for (const Magic& one : kOpenDocument) {
      if (type == one.start) return one.kind;
    }
  }
  if (has("[Content_Types].xml")) {
    for (const Magic& one : kOpenXml) {
      if (has(one.start)) return one.kind;
    }
  }
  return fail(SniffProblem::kUnknown);
}

}  // namespace

Result<Kind, SniffProblem> sniff(Bytes content, std::string_view name) {
  const std::string_view text = as_text(content);
  if (text.empty()) return fail(SniffProblem::kEmpty);
  for (const Magic& one : kMagic) {
    if (text.starts_with(one.start)) return one.kind;
  }
  if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP")) return Kind::kWebp;
  if (text.starts_with("PK\x03\x04")) return sniff_archive(content);
  return sniff_text(text, name);
}

std::string_view sniff_problem_text(SniffProblem problem) {
  switch (problem) {
    case SniffProblem::kEmpty:
      return "the file is empty";
    case SniffProblem::kMarkup:
      return "web pages and SVG pictures are not shown as documents";
    case SniffProblem::kArchiveBomb:
      return "the file would become too big when it is unpacked";
    case SniffProblem::kUnknown:
      break;
  }
  return "this kind of file cannot be shown";
}

}  // namespace turnpike::documents
