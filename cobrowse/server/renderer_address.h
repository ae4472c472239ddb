// Where renderers in containers and pods reach this server: /v1/renderer on the SYSTEM prefix of
// the listener that everybody uses. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/core/entry_paths.h"

namespace turnpike::cobrowse {

inline constexpr std::string_view kRendererPath = "/v1/renderer";
inline constexpr std::string_view kDocumentsPath = "/v1/documents/";

/// "http://cobrowse.turnpike.svc:8090" and "/system" make
/// "http://cobrowse.turnpike.svc:8090/system/v1/renderer". The error says what is wrong with the
/// URL.
Result<std::string, std::string> renderer_address(std::string_view control_url,
                                                  std::string_view system_prefix);

/// Entry paths as EntryPaths::admit has them, but for one door: a GET of /v1/renderer or of a
/// document, or a POST of one, on SYSTEM that has a Bearer token needs no Basic user. Whoever
/// answers checks the token, which is one session's and has 192 random bits; so no renderer, next
/// to its browser full of strange pages, has to know the password of SYSTEM.
std::optional<http::Response> admit_with_renderers(const http::EntryPaths& entry_paths,
                                                   http::Request& request);

/// A document is wanted through that door.
bool is_for_renderers(const http::Request& request);

}  // namespace turnpike::cobrowse
