#include "cobrowse/documents/document_name.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace turnpike::documents {
namespace {

using namespace std::string_literals;

std::string many(std::size_t count, std::string_view what = "a") {
  std::string text;
  while (count-- > 0) text.append(what);
  return text;
}

TEST(DocumentName, IsMadeFitToBeShown) {
  const struct {
    std::string name, clean;
  } rows[] = {
      {"offer.docx", "offer.docx"},
      {"Angebot f\xc3\xbcr M\xc3\xa4rz (2).pdf", "Angebot f\xc3\xbcr M\xc3\xa4rz (2).pdf"},
      {"../../etc/passwd", "passwd"},
      {"C:\\Users\\me\\offer.doc", "offer.doc"},
      {"folder/", "document"},
      {"", "document"},
      {"..", "document"},
      {" . .hidden ", "hidden"},
      {"a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"},
      {"a\0b\x7f"s, "ab"},
      {"a\xc2\x85\xc2\x9f\xc2\xa0z", "a\xc2\xa0z"},
      {"x\xe2\x80\xae"
       "fdp.exe",
       "xfdp.exe"},
      {"\xe2\x80\xaa\xe2\x80\xa8\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c\xe2\x81\xa6\xe2\x81\xa9\xef\xbb"
       "\xbf",
       "document"},
      {"\xe2\x80\xae.hidden", "hidden"},
      {"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85.pdf", "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85.pdf"},
      {"a\xe2\x80\x93\xe2\x82\xac.pdf", "a\xe2\x80\x93\xe2\x82\xac.pdf"},
      {"\xff\xc3.pdf",
       std::string(kReplacementCharacter) + std::string(kReplacementCharacter) + ".pdf"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(clean_name(row.name), row.clean);
    EXPECT_EQ(clean_name(row.clean), row.clean) << "what is clean stays as it is";
  }
}

TEST(DocumentName, WhatIsTooLongKeepsItsEnding) {
  const struct {
    std::string name, clean;
  } rows[] = {
      {many(120), many(120)},
      {many(121), many(120)},
      {many(300).append(".docx"), many(115).append(".docx")},
  };
  for (const auto& row : rows) EXPECT_EQ(clean_name(row.name), row.clean);
  for (std::size_t before = 0; before < 4; ++before) {
    const std::string clean =
        clean_name(many(before).append(many(1000, "\xf0\x9f\x93\x84")).append(".pdf"));
    EXPECT_EQ(to_utf8(clean), clean) << "cut between characters";
    EXPECT_TRUE(clean.ends_with("\x84.pdf"));
    EXPECT_GT(clean.size(), 116U);
    EXPECT_LE(clean.size(), 120U);
    EXPECT_EQ(clean_name(clean), clean);
  }
}

TEST(DocumentName, OfThePdf) {
  EXPECT_EQ(pdf_name("offer.docx"), "offer.pdf");
  EXPECT_EQ(pdf_name("offer.PDF"), "offer.pdf");
  EXPECT_EQ(pdf_name("offer"), "offer.pdf");
  EXPECT_EQ(pdf_name("No. 7 and more"), "No. 7 and more.pdf");
  EXPECT_EQ(pdf_name("a.tar.gz"), "a.tar.pdf");
}

}  // namespace
}  // namespace turnpike::documents
