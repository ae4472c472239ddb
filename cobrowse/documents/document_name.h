// Names of documents as their owners wrote them, made fit to be shown and sent. Files are never
// called by them.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::documents {

/// Without folders, controls, signs that are not seen or turn the direction of writing, and dots
/// at its start; valid UTF-8 of 1 to 120 bytes. What is too long keeps its ending. What is clean
/// stays as it is.
std::string clean_name(std::string_view name);

/// "offer.docx" is shown as "offer.pdf"; of a clean name.
std::string pdf_name(std::string_view name);

}  // namespace turnpike::documents
