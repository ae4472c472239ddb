// A session with what it acts through: its people's sockets, its renderer's, the mint and the
// store.
#pragma once

#include <map>
#include <memory>

#include "cobrowse/server/sessions.h"

namespace turnpike::cobrowse {

struct Sessions::Entry final : SessionHost {
  Entry(Sessions& owner, SessionRecord record);

  void send(ParticipantId to, const Object& message) override;
  void disconnect(ParticipantId who) override;
  bool to_renderer(const Object& message) override;
  boost::json::array ice_servers(ParticipantId who, bool for_browser) override;
  void revoke(ParticipantId who) override;
  void save() override;
  void audit(const AuditNote& note) override;
  void restart_renderer() override { wants_renderer = true; }
  void ended(std::string_view reason) override;

  /// A page that is opened twice: the newer one stays.
  void replace(ParticipantId who, Socket fresh);
  bool is_current(ParticipantId who, std::uint64_t number) const;
  void forget(ParticipantId who) { people.erase(who); }

  Sessions& owner;
  std::map<ParticipantId, Socket> people;
  Socket renderer;
  bool wants_renderer = false;
  Session session;  // last: it is made with this as its host
};

}  // namespace turnpike::cobrowse
