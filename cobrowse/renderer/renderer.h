// One session's renderer: the stage, one encoder, a WebRTC peer for each viewer, and the link to
// the server that says who they are and what they do. All of it on the event loop's thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "cobrowse/renderer/documents.h"
#include "cobrowse/renderer/encode_tiers.h"
#include "cobrowse/renderer/ice/event_loop.h"
#include "cobrowse/renderer/ice_servers.h"
#include "cobrowse/renderer/input_route.h"
#include "cobrowse/renderer/link.h"
#include "cobrowse/renderer/orders.h"
#include "cobrowse/renderer/page_sound.h"
#include "cobrowse/renderer/peer/viewer.h"
#include "cobrowse/renderer/stage.h"
#include "relay/crypto/crypto_rng.h"

namespace turnpike::renderer {

class Renderer {
 public:
  /// Makes the encoder and the DTLS identity; the stage follows when the server says where to
  /// begin, or at once where it is to be warm. `on_end` comes once, on the loop's thread: the
  /// program may stop. `folder` is empty and its own, and others may enter it.
  static Result<std::unique_ptr<Renderer>, std::string> start(ice::EventLoop& loop, Orders orders,
                                                              std::string folder,
                                                              std::function<void()> on_end);
  /// Not on the loop's thread.
  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

 private:
  using Object = boost::json::object;
  using ViewerId = std::uint32_t;
  static constexpr std::uint64_t kStart_bps = 1'500'000;
  struct Entry {
    std::uint64_t serial = 0;  // tells a viewer from one before with the same number
    std::unique_ptr<peer::Viewer> viewer;
    media::TierChoice choice{};  // of the encode that it gets
    bool is_playing() const { return viewer && viewer->is_playing(); }
  };

  Renderer(ice::EventLoop& loop, Orders orders, std::string folder, std::function<void()> on_end);
  static MonotonicTime now();
  void begin();
  void on_link_open();
  void on_message(const Object& message);
  void on_start(const Object& message);
  bool on_viewer_message(std::string_view type, ViewerId id, const Object& message);
  bool on_page_command(std::string_view type, ViewerId id, const Object& message);
  void navigate(const Object& message, ViewerId id);
  bool on_document_message(std::string_view type, ViewerId id, const Object& message);
  void show_document(ViewerId id, const Object& message);
  void choose_files(ViewerId id, const Object& message);
  void keep_download(const browser::Download& download);
  void go(const std::string& url);
  void tell_page(const browser::PageState& page);
  void tell_sensitive(bool on);
  void take_back();
  void watch_browser();
  void open_stage();
  void confine();
  void stage_failed(const std::string& why);
  browser::BrowserEvents browser_events();
  void add_viewer(ViewerId id, const Object& message);
  bool is_current(ViewerId id, std::uint64_t serial) const;
  void make_viewer(ViewerId id, const std::vector<ice::RelayServer>& servers);
  void drop_viewer(ViewerId id);
  void lose_viewer(ViewerId id, const std::string& why);
  void on_frame(media::Tier tier, const FramePtr& frame);
  void choose_tiers();
  void set_load();
  void tick();
  void send(Object message);
  void send_later(const std::string& type);
  void tell_refused(ViewerId id, std::string_view what, std::string_view why);
  void end();

  ice::EventLoop& loop_;
  const Orders orders_;
  const std::string folder_;
  const std::function<void()> on_end_;
  crypto::CryptoRng rng_;
  std::shared_ptr<bool> alive_;  // what was posted asks it
  std::unique_ptr<peer::DtlsIdentity> identity_;
  std::unique_ptr<EncodeTiers> encoder_;
  std::unique_ptr<sound::SoundLoop> sound_;  // null: without
  std::unique_ptr<NameLookup> names_;
  std::unique_ptr<Documents> documents_;
  std::unique_ptr<Stage> stage_;
  InputRoute input_;
  std::map<ViewerId, Entry> viewers_;
  std::unique_ptr<Link> link_;
  std::string url_;                       // where the browser is, for when it is started again
  std::map<std::string, Object> latest_;  // what the server is told when it is back, by type
  unsigned stage_failures_ = 0;
  bool has_begun_ = false;
  bool shows_documents_only_ = false;
  bool is_stage_ready_ = false;    // its browser takes addresses
  bool is_stage_failing_ = false;  // another one is on its way
  bool has_ended_ = false;
  unsigned unanswered_ = 0;  // pings, since the browser last answered one
  bool told_sensitive_ = false, told_dialog_ = false, told_chooser_ = false;
  unsigned quiet_timer_ = 0;
  std::uint64_t last_serial_ = 0;
  std::set<std::string> late_;  // types of messages that send_later() has
  unsigned timer_ = 0;
  std::uint64_t last_frames_ = 0, last_bytes_ = 0;
};

}  // namespace turnpike::renderer
