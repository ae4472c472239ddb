// The REST side: sessions for agents and back ends on INTERNAL, joining by invite on PUBLIC. A
// Request in, a Response out. docs/cobrowse-protocol.md has the shapes.
#pragma once

#include <string>

#include "cobrowse/server/agents.h"
#include "cobrowse/server/sessions.h"
#include "http/core/message.h"

namespace turnpike::cobrowse {

class Rest {
 public:
  Rest(Sessions& sessions, Agents& agents, std::function<Now()> now, std::string public_prefix,
       std::string internal_prefix);
  /// 404 for what is neither.
  http::Response handle(const http::Request& request);

 private:
  http::Response join_invited(const http::Request& request);
  http::Response for_agents(const http::Request& request);
  http::Response make(const http::Request& request, const Agent& agent);
  http::Response list();
  http::Response one(const http::Request& request, std::string_view id, const Agent& agent);
  http::Response invite(const http::Request& request, const std::string& id);
  http::Response join(const http::Request& request, const std::string& id, const Agent& agent);
  static http::Response joined(const Result<Joined, Refusal>& result, const std::string& socket);

  Sessions& sessions_;
  Agents& agents_;
  const std::function<Now()> now_;
  const std::string public_socket_, internal_socket_;
};

}  // namespace turnpike::cobrowse
