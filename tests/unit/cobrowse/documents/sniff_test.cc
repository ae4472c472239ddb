#include "cobrowse/documents/sniff.h"

#include <gtest/gtest.h>

#include <string>

#include "zip_maker.h"

namespace turnpike::documents {
namespace {

using namespace std::string_literals;

std::string open_xml(std::string_view part) {
  return ZipMaker().add("[Content_Types].xml", "<Types/>").add(part, "<x/>").make();
}

std::string open_document(const std::string& what) {
  return ZipMaker()
      .add("mimetype", "application/vnd.oasis.opendocument." + what)
      .add("content.xml", "<x/>")
      .make();
}

TEST(Sniff, KnowsKindsByTheirBytes) {
  const struct {
    std::string content;
    std::string_view name;
    Kind kind;
  } rows[] = {
      {"%PDF-1.7\n", "x.txt", Kind::kPdf},
      {"\x89PNG\r\n\x1a\n....", "x", Kind::kPng},
      {"\xff\xd8\xff\xe0", "x", Kind::kJpeg},
      {"GIF89a", "x", Kind::kGif},
      {"RIFF\1\0\0\0WEBPVP8 "s, "x", Kind::kWebp},
      {"{\\rtf1 hi}", "x.doc", Kind::kRtf},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.xls", Kind::kOle},
      {"caf\xc3\xa9\n", "x.pdf", Kind::kText},
      {"# Title\n", "x.MD", Kind::kMarkdown},
      {"a,b\n", "x.csv", Kind::kCsv},
      {open_xml("word/document.xml"), "x", Kind::kDocx},
      {open_xml("xl/workbook.xml"), "x", Kind::kXlsx},
      {open_xml("ppt/presentation.xml"), "x", Kind::kPptx},
      {open_document("text"), "x", Kind::kOdt},
      {open_document("spreadsheet"), "x", Kind::kOds},
      {open_document("presentation"), "x", Kind::kOdp},
  };
  for (const auto& row : rows) {
    const auto kind = sniff(as_bytes(row.content), row.name);
    ASSERT_TRUE(kind) << row.name << " " << sniff_problem_text(kind.error());
    EXPECT_EQ(*kind, row.kind) << row.content.substr(0, 20);
  }
}

TEST(Sniff, RefusesTheRest) {
  const struct {
    std::string content;
    SniffProblem problem;
  } rows[] = {
      {"", SniffProblem::kEmpty},
      {"\xef\xbb\xbf \n<!DOCTYPE html>", SniffProblem::kMarkup},
      {"hello <HTML><script>", SniffProblem::kMarkup},
      {"<svg xmlns='http://www.w3.org/2000/svg'/>", SniffProblem::kMarkup},
      {"\x7f"
       "ELF",
       SniffProblem::kUnknown},
      {"text\0more"s, SniffProblem::kUnknown},
      {"\xc3(", SniffProblem::kUnknown},
      {"PK\x03\x04 no archive", SniffProblem::kUnknown},
      {ZipMaker().add("mimetype", "text/plain").make(), SniffProblem::kUnknown},
      {open_document("chart"), SniffProblem::kUnknown},
      {ZipMaker().add("word/document.xml", "1", 300U << 20).make(), SniffProblem::kArchiveBomb},
      {ZipMaker().add("word/document.xml", "1", 1U << 20).make(), SniffProblem::kArchiveBomb},
  };
  for (const auto& row : rows) {
    const auto kind = sniff(as_bytes(row.content), "x.docx");
    ASSERT_FALSE(kind) << row.content.substr(0, 20);
    EXPECT_EQ(kind.error(), row.problem) << row.content.substr(0, 20);
    EXPECT_FALSE(sniff_problem_text(row.problem).empty());
  }
}

}  // namespace
}  // namespace turnpike::documents
