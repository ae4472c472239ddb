// Names of documents as their owners wrote them, made fit to be shown and sent. Files are never
// called by them.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::documents {

/// Without folders, controls, signs that turn the direction of writing, and what is too long; never
/// empty.
std::string clean_name(std::string_view name);

/// "offer.docx" is shown as "offer.pdf".
std::string pdf_name(std::string_view name);

}  // namespace turnpike::documents
