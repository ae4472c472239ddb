// A PDF whose pages are red, blue, green.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace turnpike::renderer {

/// With at most three pages, each of US letter's size.
inline std::string coloured_pdf(int pages) {
  static constexpr std::array<const char*, 3> kColours = {"1 0 0", "0 0 1", "0 1 0"};
  std::string kids;
  std::vector<std::string> objects{"<</Type/Catalog/Pages 2 0 R>>", ""};
  for (int i = 0; i < pages; ++i) {
    const std::string paint =
        fmt::format("{} rg 0 0 612 792 re f", kColours[static_cast<std::size_t>(i)]);
    kids += fmt::format("{} 0 R ", 3 + 2 * i);
    objects.push_back(fmt::format(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R>>", 4 + 2 * i));
    objects.push_back(fmt::format("<</Length {}>>\nstream\n{}\nendstream", paint.size(), paint));
  }
  objects[1] = fmt::format("<</Type/Pages/Count {}/Kids[{}]>>", pages, kids);
  std::string out = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  return out + fmt::format(
                   "xref\n0 {0}\n0000000000 65535 f \n{1}trailer\n"
                   "<</Size {0}/Root 1 0 R>>\nstartxref\n{2}\n%%EOF\n",
                   objects.size() + 1, table, out.size());
}

}  // namespace turnpike::renderer
