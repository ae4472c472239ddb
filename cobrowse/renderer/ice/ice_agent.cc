#include "cobrowse/renderer/ice/ice_agent.h"

#include <nice/agent.h>

#include <array>

#include "cobrowse/renderer/ice/event_loop_context.h"

namespace turnpike::ice {
namespace {

constexpr guint kComponent = 1;
constexpr std::size_t kMaxRemoteCandidates = 32;
// Those that nobody told us of: libnice keeps one for each address that a valid check comes from,
// without end, and looks through all of them for each packet.
constexpr std::size_t kMaxReflexiveCandidates = 64;
// libnice's type preference (RFC 8445 section 5.1.2.1) of a candidate that a relay gave over UDP;
// one over TCP has less. It tells the two apart in no other way.
constexpr guint32 kTurnOverUdpPreference = 30;

struct CandidateDelete {
  void operator()(NiceCandidate* candidate) const { nice_candidate_free(candidate); }
};
using CandidatePtr = std::unique_ptr<NiceCandidate, CandidateDelete>;

std::string_view type_name(NiceCandidateType type) {
  switch (type) {
    case NICE_CANDIDATE_TYPE_HOST:
      return "host";
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
      return "srflx";
    case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE:
      return "prflx";
    case NICE_CANDIDATE_TYPE_RELAYED:
      break;
  }
  return "relay";
}

/// "raddr" and "rport" are our address inside: nobody's business (RFC 8839 section 5.1).
std::string without_related(std::string line) {
  const std::size_t at = line.find(" raddr ");
  if (at == std::string::npos) return line;
  std::size_t end = line.find(" rport ", at);
  if (end == std::string::npos) return line.substr(0, at);
  end = line.find(' ', end + 7);
  const std::string rest = end == std::string::npos ? "" : line.substr(end);
  return line.substr(0, at) + " raddr 0.0.0.0 rport 9" + rest;
}

}  // namespace

struct IceAgent::Agent {
  NiceAgent* agent = nullptr;
  guint stream = 0;
  GMainContext* context = nullptr;
  IceEvents events;
  std::string ufrag, password;
  std::size_t remote_candidates = 0;
  std::size_t reflexive_candidates = 0;
  bool has_remote = false;

  ~Agent() {
    if (agent == nullptr) return;
    g_signal_handlers_disconnect_by_data(agent, this);
    if (stream != 0) {
      nice_agent_attach_recv(agent, stream, kComponent, context, nullptr, nullptr);
      nice_agent_remove_stream(agent, stream);
    }
    // Gives the allocations back before it goes, as long as the relay answers.
    nice_agent_close_async(
        agent, [](GObject* object, GAsyncResult*, gpointer) { g_object_unref(object); }, nullptr);
  }

  void count_reflexive() {
    if (++reflexive_candidates != kMaxReflexiveCandidates + 1) return;
    nice_agent_attach_recv(agent, stream, kComponent, context, nullptr, nullptr);
    if (events.on_state) events.on_state(IceState::kFailed);
  }

  void tell_candidate(NiceCandidate* candidate) const {
    if (candidate->type != NICE_CANDIDATE_TYPE_RELAYED || !events.on_candidate) return;
    gchar* const text = nice_agent_generate_local_candidate_sdp(agent, candidate);
    std::string line = text != nullptr ? text : "";
    g_free(text);
    if (line.starts_with("a=")) line.erase(0, 2);
    if (!line.empty()) events.on_candidate(without_related(std::move(line)));
  }
};

namespace {

using Agent = IceAgent::Agent;

void on_candidate(NiceAgent* /*agent*/, NiceCandidate* candidate, gpointer data) {
  static_cast<const Agent*>(data)->tell_candidate(candidate);
}

void on_reflexive(NiceAgent* /*agent*/, NiceCandidate* /*candidate*/, gpointer data) {
  static_cast<Agent*>(data)->count_reflexive();
}

void on_gathered(NiceAgent* /*agent*/, guint /*stream*/, gpointer data) {
  const auto* const self = static_cast<const Agent*>(data);
  if (self->events.on_gathered) self->events.on_gathered();
}

void on_state(NiceAgent* /*agent*/, guint /*stream*/, guint /*component*/, guint state,
              gpointer data) {
  const auto* const self = static_cast<const Agent*>(data);
  if (!self->events.on_state) return;
  switch (static_cast<NiceComponentState>(state)) {
    case NICE_COMPONENT_STATE_GATHERING:
      self->events.on_state(IceState::kGathering);
      return;
    case NICE_COMPONENT_STATE_CONNECTING:
      self->events.on_state(IceState::kConnecting);
      return;
    case NICE_COMPONENT_STATE_CONNECTED:
    case NICE_COMPONENT_STATE_READY:
      self->events.on_state(IceState::kConnected);
      return;
    case NICE_COMPONENT_STATE_FAILED:
      self->events.on_state(IceState::kFailed);
      return;
    case NICE_COMPONENT_STATE_DISCONNECTED:
    case NICE_COMPONENT_STATE_LAST:
      return;
  }
}

void on_datagram(NiceAgent* /*agent*/, guint /*stream*/, guint /*component*/, guint size,
                 gchar* data, gpointer user_data) {
  const auto* const self = static_cast<const Agent*>(user_data);
  if (self->events.on_datagram) {
    self->events.on_datagram({reinterpret_cast<const std::uint8_t*>(data), size});
  }
}

/// libnice looks at interfaces and leaves loopback out; a relay on this machine is reached from it.
void use_loopback(NiceAgent* agent, const std::vector<RelayServer>& servers) {
  for (const RelayServer& server : servers) {
    if (!server.address.ip.is_loopback()) continue;
    NiceAddress address;
    nice_address_init(&address);
    if (nice_address_set_from_string(&address, server.address.ip.is_v4() ? "127.0.0.1" : "::1")) {
      nice_agent_add_local_address(agent, &address);
    }
    return;
  }
}

bool add_servers(const Agent& self, const std::vector<RelayServer>& servers) {
  for (const RelayServer& server : servers) {
    const std::string password(server.password.reveal());
    if (!nice_agent_set_relay_info(
            self.agent, self.stream, kComponent, server.address.ip.to_string().c_str(),
            server.address.port, server.username.c_str(), password.c_str(),
            server.tcp ? NICE_RELAY_TYPE_TURN_TCP : NICE_RELAY_TYPE_TURN_UDP)) {
      return false;
    }
  }
  return true;
}

bool read_credentials(Agent& self) {
  gchar* ufrag = nullptr;
  gchar* password = nullptr;
  if (!nice_agent_get_local_credentials(self.agent, self.stream, &ufrag, &password)) return false;
  self.ufrag = ufrag;
  self.password = password;
  g_free(ufrag);
  g_free(password);
  return true;
}

}  // namespace

IceAgent::IceAgent(std::unique_ptr<Agent> agent) : agent_(std::move(agent)) {}

IceAgent::~IceAgent() = default;

Result<std::unique_ptr<IceAgent>, std::string> IceAgent::make(
    EventLoop& loop, const std::vector<RelayServer>& servers, IceEvents events) {
  if (servers.empty()) return fail(std::string("there is no relay"));
  auto self = std::make_unique<Agent>();
  self->context = loop.context().context;
  self->events = std::move(events);
  // Without libnice's consent freshness: it gives up after 10 s, and so after one or two lost
  // checks. Whoever sends asks what was heard (RFC 7675 has 30 s).
  self->agent =
      nice_agent_new_full(self->context, NICE_COMPATIBILITY_RFC5245, NICE_AGENT_OPTION_ICE_TRICKLE);
  g_object_set(self->agent, "force-relay", TRUE, "controlling-mode", TRUE, "upnp", FALSE, "ice-tcp",
               FALSE, nullptr);
  use_loopback(self->agent, servers);
  self->stream = nice_agent_add_stream(self->agent, 1);
  if (self->stream == 0) return fail(std::string("libnice makes no stream"));
  nice_agent_set_stream_name(self->agent, self->stream, "video");
  if (!add_servers(*self, servers)) return fail(std::string("a relay's address is not taken"));
  g_signal_connect(self->agent, "new-candidate-full", G_CALLBACK(on_candidate), self.get());
  g_signal_connect(self->agent, "new-remote-candidate-full", G_CALLBACK(on_reflexive), self.get());
  g_signal_connect(self->agent, "candidate-gathering-done", G_CALLBACK(on_gathered), self.get());
  g_signal_connect(self->agent, "component-state-changed", G_CALLBACK(on_state), self.get());
  nice_agent_attach_recv(self->agent, self->stream, kComponent, self->context, on_datagram,
                         self.get());
  if (!read_credentials(*self)) return fail(std::string("libnice has no credentials"));
  if (!nice_agent_gather_candidates(self->agent, self->stream)) {
    return fail(std::string("libnice gathers no candidates"));
  }
  return std::unique_ptr<IceAgent>(new IceAgent(std::move(self)));
}

const std::string& IceAgent::ufrag() const {
  return agent_->ufrag;
}

const std::string& IceAgent::password() const {
  return agent_->password;
}

bool IceAgent::set_remote(const std::string& ufrag, const std::string& password) {
  agent_->has_remote = nice_agent_set_remote_credentials(agent_->agent, agent_->stream,
                                                         ufrag.c_str(), password.c_str()) == TRUE;
  return agent_->has_remote;
}

bool IceAgent::add_remote_candidate(std::string_view line) {
  if (!agent_->has_remote || agent_->remote_candidates >= kMaxRemoteCandidates) return false;
  const std::string text = "a=" + std::string(line);
  const CandidatePtr candidate(
      nice_agent_parse_remote_candidate_sdp(agent_->agent, agent_->stream, text.c_str()));
  if (!candidate || candidate->type != NICE_CANDIDATE_TYPE_RELAYED) return false;
  GSList* const list = g_slist_append(nullptr, candidate.get());
  const int added =
      nice_agent_set_remote_candidates(agent_->agent, agent_->stream, kComponent, list);
  g_slist_free(list);
  if (added > 0) ++agent_->remote_candidates;
  return added > 0;
}

bool IceAgent::send(Bytes datagram) {
  return nice_agent_send(
             agent_->agent, agent_->stream, kComponent, static_cast<guint>(datagram.size()),
             reinterpret_cast<const gchar*>(datagram.data())) == static_cast<gint>(datagram.size());
}

std::optional<SelectedPair> IceAgent::selected_pair() const {
  NiceCandidate* local = nullptr;
  NiceCandidate* remote = nullptr;
  if (!nice_agent_get_selected_pair(agent_->agent, agent_->stream, kComponent, &local, &remote)) {
    return std::nullopt;
  }
  const bool tcp = local->priority >> 24 < kTurnOverUdpPreference;
  return SelectedPair{std::string(type_name(local->type)), std::string(type_name(remote->type)),
                      tcp};
}

}  // namespace turnpike::ice
