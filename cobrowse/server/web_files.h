// The pages and scripts that are part of the program, with the headers that keep browsers strict.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/core/message.h"

namespace turnpike::cobrowse {

struct WebFile {
  std::string_view name;  // "visitor.html"
  std::string_view content;
};

/// All of cobrowse/web, put in by the build.
std::span<const WebFile> web_files();

/// GET /visitor.html and the like; nothing where there is no such file for the request's level: the
/// agent's desk is for INTERNAL only. `embed_origins` may show the visitor's page in a frame.
std::optional<http::Response> answer_web_file(const http::Request& request,
                                              std::span<const std::string> embed_origins);

}  // namespace turnpike::cobrowse
