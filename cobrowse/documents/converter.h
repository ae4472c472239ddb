// Makes PDFs of other kinds with LibreOffice, and counts a PDF's pages with pdfinfo, each in a box
// of its own (box.h). What is missing on this machine is found out once, when it is made.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cobrowse/documents/sniff.h"

namespace turnpike::documents {

struct ConverterSettings {
  std::string program = "/usr/bin/soffice";
  std::string pdfinfo = "/usr/bin/pdfinfo";
  milliseconds time{60'000};
};

class Converter {
 public:
  explicit Converter(ConverterSettings settings);

  /// Why only PDFs can be shown here, for the log; empty: everything that sniff() knows can.
  const std::string& missing() const { return missing_; }

  /// Reads `input` from its beginning, writes a PDF to `output`. The error is for people; empty
  /// where `cancel` became readable. Waits.
  Result<void, std::string> to_pdf(Kind kind, int input, int output, int cancel) const;

  /// 0: pages cannot be counted on this machine. The error is for people: it is broken, or wants a
  /// password.
  Result<unsigned, std::string> count_pages(int pdf, int cancel) const;

 private:
  const ConverterSettings settings_;
  std::string missing_;
  bool counts_ = false;
};

/// The lines of pdfinfo; 0: it says nothing of pages.
unsigned pages_in(std::string_view pdfinfo);

}  // namespace turnpike::documents
