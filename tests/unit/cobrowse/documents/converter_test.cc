// With the real LibreOffice and pdfinfo, where they are installed.
#include "cobrowse/documents/converter.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "canary.h"
#include "memory_file.h"
#include "zip_maker.h"

namespace turnpike::documents {
namespace {

using ::testing::StartsWith;

std::string docx(const std::string& body, const std::string& relations = {}) {
  const std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?>)";
  const std::string ns = "http://schemas.openxmlformats.org/";
  return ZipMaker()
      .add(
          "[Content_Types].xml",
          xml + "<Types xmlns=\"" + ns +
              R"(package/2006/content-types"><Default Extension="rels" ContentType="application/)"
              R"(vnd.openxmlformats-package.relationships+xml"/><Override )"
              R"(PartName="/word/document.)"
              R"(xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.)"
              R"(document.main+xml"/></Types>)")
      .add("_rels/.rels",
           xml + "<Relationships xmlns=\"" + ns +
               R"(package/2006/relationships"><Relationship Id="r1" Type=")" + ns +
               R"(officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>)"
               "</Relationships>")
      .add("word/_rels/document.xml.rels", xml + "<Relationships xmlns=\"" + ns +
                                               "package/2006/relationships\">" + relations +
                                               "</Relationships>")
      .add("word/document.xml",
           xml + "<w:document xmlns:w=\"" + ns + R"(wordprocessingml/2006/main" xmlns:r=")" + ns +
               R"(officeDocument/2006/relationships"><w:body>)" + body + "</w:body></w:document>")
      .make();
}

std::string paragraph(const std::string& text) {
  return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string odt(const std::string& body) {
  return ZipMaker()
      .add("mimetype", "application/vnd.oasis.opendocument.text")
      .add("content.xml", R"(<?xml version="1.0" encoding="UTF-8"?><office:document-content )"
                          R"(xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" )"
                          R"(xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" )"
                          R"(xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" )"
                          R"(xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" )"
                          R"(xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">)"
                          "<office:body><office:text>" +
                              body + "</office:text></office:body></office:document-content>")
      .add("META-INF/manifest.xml",
           R"(<?xml version="1.0" encoding="UTF-8"?><manifest:manifest )"
           R"(xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">)"
           R"(<manifest:file-entry manifest:full-path="/" manifest:media-type=)"
           R"("application/vnd.oasis.opendocument.text"/><manifest:file-entry )"
           R"(manifest:full-path="content.xml" manifest:media-type="text/xml"/>)"
           "</manifest:manifest>")
      .make();
}

// 1 by 1 pixel.
constexpr std::string_view kPng(
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0\x90wS\xde\0\0\0\14IDATx\x9c"
    "c\xf8\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xae"
    "B`\x82",
    69);

/// As small as pdfinfo takes.
std::string pdf(int pages) {
  std::string kids;
  for (int i = 0; i < pages; ++i) kids += "3 0 R ";
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[" + kids +
         "]/Count " + std::to_string(pages) +
         ">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
         "trailer<</Root 1 0 R>>\n%%EOF\n";
}

class ConverterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!converter_.missing().empty()) GTEST_SKIP() << converter_.missing();
  }
  /// Pages of the PDF that comes of it.
  unsigned pages(Kind kind, std::string_view content) {
    const MemoryFile in(content), out;
    const auto made = converter_.to_pdf(kind, in.fd(), out.fd(), -1);
    EXPECT_TRUE(made) << made.error();
    EXPECT_THAT(out.text(), StartsWith("%PDF-"));
    return converter_.count_pages(out.fd(), -1).value_or(0);
  }

  Converter converter_{ConverterSettings{}};
};

TEST_F(ConverterTest, OfficeDocuments) {
  const std::string next = R"(<w:p><w:r><w:br w:type="page"/></w:r></w:p>)";
  EXPECT_EQ(pages(Kind::kDocx, docx(paragraph("one") + next + paragraph("two"))), 2U);
  EXPECT_EQ(pages(Kind::kOdt, odt("<text:p>hello</text:p>")), 1U);
}

TEST_F(ConverterTest, TextTablesAndPictures) {
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += "line \xc3\xa9\n";
  EXPECT_GT(pages(Kind::kText, lines), 1U);
  EXPECT_EQ(pages(Kind::kCsv, "a,b\n1,2\n"), 1U);
  EXPECT_EQ(pages(Kind::kPng, kPng), 1U);
}

TEST_F(ConverterTest, NothingThatADocumentNamesIsFetched) {
  const Canary canary;
  const std::string url = "http://127.0.0.1:" + canary.port() + "/a.png";
  EXPECT_EQ(
      pages(Kind::kOdt, odt("<text:p><draw:frame svg:width=\"5cm\" svg:height=\"5cm\"><draw:image "
                            "xlink:href=\"" +
                            url +
                            "\" xlink:type=\"simple\" xlink:show=\"embed\" "
                            "xlink:actuate=\"onLoad\"/></draw:frame></text:p>")),
      1U);
  EXPECT_EQ(
      pages(
          Kind::kDocx,
          docx(R"(<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>)"
               "INCLUDEPICTURE \"" +
               url + R"("</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>)")),
      1U);
  EXPECT_FALSE(canary.was_reached());
}

TEST_F(ConverterTest, WhatIsBrokenOrTooSlowSaysSo) {
  const MemoryFile in("{\\rtf1 hi}"), out;
  const Converter hasty({.time = milliseconds(20)});
  EXPECT_EQ(hasty.to_pdf(Kind::kRtf, in.fd(), out.fd(), -1).error(), "it took too long to prepare");
  const int cancel = ::eventfd(1, EFD_CLOEXEC);
  EXPECT_EQ(converter_.to_pdf(Kind::kRtf, in.fd(), out.fd(), cancel).error(), "");
  ::close(cancel);
  const MemoryFile broken(ZipMaker().add("word/document.xml", "<no").make());
  const auto made = converter_.to_pdf(Kind::kDocx, broken.fd(), out.fd(), -1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), "it could not be read");
}

TEST_F(ConverterTest, PagesOfAPdf) {
  const MemoryFile three(pdf(3)), broken("%PDF-1.4\nnothing");
  EXPECT_EQ(converter_.count_pages(three.fd(), -1).value_or(0), 3U);
  EXPECT_EQ(converter_.count_pages(broken.fd(), -1).error(), "it could not be read");
}

TEST(Converter, SaysWhatIsMissing) {
  const Converter none({.program = "/usr/bin/no-office", .pdfinfo = "/usr/bin/no-info"});
  EXPECT_FALSE(none.missing().empty());
  const MemoryFile file(pdf(1));
  EXPECT_EQ(none.count_pages(file.fd(), -1).value_or(9), 0U) << "nobody knows";
}

TEST(Converter, ReadsWhatPdfinfoSays) {
  EXPECT_EQ(pages_in("Title: Pages: 7\nPages:           12\nEncrypted: no\n"), 12U);
  EXPECT_EQ(pages_in("Title: x\n"), 0U);
  EXPECT_EQ(pages_in("Pages:"), 0U);
}

}  // namespace
}  // namespace turnpike::documents
