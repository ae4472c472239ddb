#include "cobrowse/documents/converter.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "cobrowse/documents/box.h"

namespace turnpike::documents {
namespace {

constexpr milliseconds kCounting{15'000};
constexpr std::size_t kMaxInfo = 65'536;

// No macro, no active content, no link that is looked up; the box has no network all the same.
struct Setting {
  std::string_view path, name, value;
};
constexpr std::array kSettings = {
    Setting{"Common/Security/Scripting", "MacroSecurityLevel", "3"},
    Setting{"Common/Security/Scripting", "DisableMacrosExecution", "true"},
    Setting{"Common/Security/Scripting", "DisableActiveContent", "true"},
    Setting{"Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"},
    Setting{"Writer/Content/Update", "Link", "0"},
    Setting{"Calc/Content/Update", "Link", "2"},
};

std::string profile() {
  std::string text = R"(<?xml version="1.0" encoding="UTF-8"?><oor:items )"
                     R"(xmlns:oor="http://openoffice.org/2001/registry">)";
  for (const Setting& one : kSettings) {
    text += fmt::format(
        R"(<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse">)"
        "<value>{}</value></prop></item>\n",
        one.path, one.name, one.value);
  }
  return text + "</oor:items>\n";
}

/// The name tells LibreOffice what it is; a filter where names are not enough.
struct Way {
  const char* name;
  const char* filter = nullptr;
};

Way way_of(Kind kind) {
  switch (kind) {
    case Kind::kPdf:
      return {"in.pdf"};
    case Kind::kPng:
      return {"in.png"};
    case Kind::kJpeg:
      return {"in.jpg"};
    case Kind::kGif:
      return {"in.gif"};
    case Kind::kWebp:
      return {"in.webp"};
    case Kind::kText:
    case Kind::kMarkdown:
      return {"in.txt", "Text (encoded):UTF8"};
    case Kind::kCsv:
      return {"in.csv", "CSV:44,34,76,1"};
    case Kind::kRtf:
      return {"in.rtf"};
    case Kind::kOle:
      return {"in.doc"};
    case Kind::kDocx:
      return {"in.docx"};
    case Kind::kXlsx:
      return {"in.xlsx"};
    case Kind::kPptx:
      return {"in.pptx"};
    case Kind::kOdt:
      return {"in.odt"};
    case Kind::kOds:
      return {"in.ods"};
    case Kind::kOdp:
      return {"in.odp"};
  }
  return {"in.bin"};
}

std::string words_of(BoxEnd end) {
  switch (end) {
    case BoxEnd::kTooLong:
      return "it took too long to prepare";
    case BoxEnd::kTooBig:
      return "it is too big to prepare";
    case BoxEnd::kCancelled:
      return {};
    case BoxEnd::kNoBox:
      return "the server cannot prepare it";
    case BoxEnd::kDone:
    case BoxEnd::kFailed:
    case BoxEnd::kNoOutput:
      break;
  }
  return "it could not be read";
}

bool is_program(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

std::string read_start(int fd) {
  std::string text(kMaxInfo, '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

}  // namespace

Converter::Converter(ConverterSettings settings) : settings_(std::move(settings)) {
  const bool box = has_box();
  counts_ = box && is_program(settings_.pdfinfo);
  if (!box) {
    missing_ = "no box without a network can be made here, for want of namespaces";
  } else if (!is_program(settings_.program)) {
    missing_ = fmt::format("there is no program {}", settings_.program);
  }
}

Result<void, std::string> Converter::to_pdf(Kind kind, int input, int output, int cancel) const {
  const Way way = way_of(kind);
  std::vector<std::string> command = {settings_.program,
                                      "--headless",
                                      "--norestore",
                                      "--nologo",
                                      "--nodefault",
                                      "--nolockcheck",
                                      "-env:UserInstallation=file:///box/profile",
                                      "--convert-to",
                                      "pdf",
                                      "--outdir",
                                      "/box/out"};
  if (way.filter != nullptr) command.push_back(fmt::format("--infilter={}", way.filter));
  command.push_back(fmt::format("/box/{}", way.name));
  const BoxEnd end = run_in_box({.command = std::move(command),
                                 .folders = {"out", "profile", "profile/user"},
                                 .files = {{"profile/user/registrymodifications.xcu", profile()}},
                                 .input = input,
                                 .input_name = way.name,
                                 .output = output,
                                 .output_name = "out/in.pdf",
                                 .limits = {.time = settings_.time}},
                                cancel);
  if (end != BoxEnd::kDone) return fail(words_of(end));
  return {};
}

Result<unsigned, std::string> Converter::count_pages(int pdf, int cancel) const {
  if (!counts_) return 0U;
  const int info = ::memfd_create("pdfinfo", MFD_CLOEXEC);
  if (info < 0) return 0U;
  const BoxEnd end = run_in_box({.command = {settings_.pdfinfo, "/box/in.pdf"},
                                 .input = pdf,
                                 .input_name = "in.pdf",
                                 .output = info,
                                 .limits = {.time = kCounting}},
                                cancel);
  const unsigned pages = pages_in(read_start(info));
  ::close(info);
  if (end != BoxEnd::kDone) return fail(words_of(end));
  if (pages == 0) return fail(words_of(BoxEnd::kFailed));
  return pages;
}

unsigned pages_in(std::string_view pdfinfo) {
  constexpr std::string_view kName = "Pages:";
  while (!pdfinfo.empty()) {
    std::string_view line = pdfinfo.substr(0, pdfinfo.find('\n'));
    pdfinfo.remove_prefix(std::min(line.size() + 1, pdfinfo.size()));
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(std::min(line.find_first_of("0123456789"), line.size()));
    unsigned pages = 0;
    std::from_chars(line.data(), line.data() + line.size(), pages);
    return pages;
  }
  return 0;
}

}  // namespace turnpike::documents
