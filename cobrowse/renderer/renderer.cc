#include "cobrowse/renderer/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>

#include "base/log.h"
#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;
using http::number_of;
using http::text_of;

constexpr milliseconds kStageRetry{1000};
constexpr milliseconds kGathering{50};     // a page can change its title as often as it likes
constexpr unsigned kMaxStageFailures = 5;  // in a row
constexpr std::int64_t kFrameNumber = 1;   // of the picture's size, which does not change yet

}  // namespace

MonotonicTime Renderer::now() {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

Result<std::unique_ptr<Renderer>, std::string> Renderer::start(ice::EventLoop& loop, Orders orders,
                                                               std::string folder,
                                                               std::function<void()> on_end) {
  auto identity = peer::DtlsIdentity::make();
  if (!identity) return fail(identity.error());
  std::unique_ptr<Renderer> renderer(
      new Renderer(loop, std::move(orders), std::move(folder), std::move(on_end)));
  renderer->identity_ = *std::move(identity);
  Renderer* const raw = renderer.get();
  const auto on_loop = [&loop, alive = renderer->alive_](std::function<void()> work) {
    loop.post([alive, work = std::move(work)] {
      if (*alive) work();
    });
  };
  const auto owner = browser_user(renderer->orders_);
  if (!owner) return fail(owner.error());
  renderer->documents_ =
      std::make_unique<Documents>(renderer->orders_, renderer->folder_ + "/chosen", *owner);
  auto encoder = EncodeTiers::start(
      {.bitrate_kbps = std::min(renderer->orders_.max_kbps, static_cast<int>(kStart_bps / 1000)),
       .max_fps = renderer->orders_.max_fps},
      {.max_fps = renderer->orders_.max_fps},
      {.on_frame =
           [raw, on_loop](media::Tier tier, FramePtr frame) {
             on_loop([raw, tier, frame = std::move(frame)] { raw->on_frame(tier, frame); });
           },
       .on_source_lost =
           [raw, on_loop](const std::string& why) {
             on_loop([raw, why] { raw->stage_failed(why); });
           }});
  if (!encoder) return fail(encoder.error());
  renderer->encoder_ = *std::move(encoder);
  auto sound =
      open_page_sound(renderer->orders_, renderer->folder_, [raw, on_loop](sound::SoundPtr one) {
        on_loop([raw, one = std::move(one)] {
          for (auto& [id, entry] : raw->viewers_) {
            if (entry.viewer) entry.viewer->on_sound(*one);
          }
        });
      });
  if (!sound) return fail(sound.error());
  renderer->sound_ = *std::move(sound);
  loop.run([raw] { raw->begin(); });
  return renderer;
}

Renderer::Renderer(ice::EventLoop& loop, Orders orders, std::string folder,
                   std::function<void()> on_end)
    : loop_(loop),
      orders_(std::move(orders)),
      folder_(std::move(folder)),
      on_end_(std::move(on_end)),
      alive_(std::make_shared<bool>(true)),
      names_(std::make_unique<NameLookup>()),
      input_(orders_.width, orders_.height) {}

Renderer::~Renderer() {
  // Until the browser is gone it speaks of its page, and asks what documents are called.
  loop_.run([this] {
    *alive_ = false;
    if (timer_ != 0) loop_.cancel(timer_);
    link_.reset();
    viewers_.clear();
    stage_.reset();
  });
  names_.reset();
  documents_.reset();
  encoder_.reset();
  sound_.reset();
}

void Renderer::begin() {
  link_ = std::make_unique<Link>(
      loop_, orders_,
      LinkEvents{.on_open = [this] { on_link_open(); },
                 .on_message = [this](const Object& message) { on_message(message); },
                 .on_given_up =
                     [this](const std::string& why) {
                       LOG(kError, "the session ends: {}", why);
                       end();
                     }});
  tick();
  if (orders_.warm) open_stage();
}

void Renderer::end() {
  if (std::exchange(has_ended_, true)) return;
  send({{"t", "bye"}});
  on_end_();
}

void Renderer::send(Object message) {
  static constexpr std::array<std::string_view, 5> kKept = {"frame", "page", "tabs", "sensitive",
                                                            "renderer"};
  const std::string type = text_of(message, "t");
  if (std::ranges::find(kKept, type) != kKept.end()) latest_[type] = message;
  if (type == "page" || type == "tabs") return send_later(type);
  link_->send(message);
}

/// What it is by then.
void Renderer::send_later(const std::string& type) {
  if (!late_.insert(type).second) return;
  loop_.after(kGathering, [this, type, alive = alive_] {
    if (!*alive) return;
    late_.erase(type);
    if (const auto found = latest_.find(type); found != latest_.end()) link_->send(found->second);
  });
}

void Renderer::on_link_open() {
  json::array served;
  for (const auto& [id, entry] : viewers_) {
    served.emplace_back(id);
  }
  link_->send({{"t", "hello"}, {"renderer", orders_.renderer}, {"viewers", std::move(served)}});
  for (const auto& [type, message] : latest_) link_->send(message);
}

void Renderer::on_message(const Object& message) {
  const std::string type = text_of(message, "t");
  const auto id = static_cast<ViewerId>(number_of(message, "viewer"));
  if (type == "start") return on_start(message);
  if (type == "end") return end();
  if (on_viewer_message(type, id, message) || on_document_message(type, id, message)) return;
  browser::Browser* const browser = stage_ ? stage_->browser() : nullptr;
  if (browser == nullptr) return;
  if (type == "release_keys") return input_.release_all(id, *browser);
  if (message.contains("f") && number_of(message, "f") != kFrameNumber) return;
  if (input_.handle(type, message, *browser, stage_->x11_input(), now())) return;
  on_page_command(type, id, message);
}

void Renderer::on_start(const Object& message) {
  if (std::exchange(has_begun_, true)) return;  // a server that was away
  url_ = text_of(message, "start_url");
  shows_documents_only_ = text_of(message, "kind") == "document";
  confine();
  LOG(kInfo, "renderer {}: session {}", orders_.renderer,
      log::log_safe(text_of(message, "session")));
  if (!orders_.warm) return open_stage();
  // What the pool was told the session does not know; the empty page is not its own.
  latest_.erase("page");
  for (const auto& [type, told] : latest_) link_->send(told);
  if (is_stage_ready_ && stage_->browser() != nullptr) stage_->browser()->go(url_);
}

bool Renderer::on_viewer_message(std::string_view type, ViewerId id, const Object& message) {
  if (type == "viewer") return add_viewer(id, message), true;
  if (type == "drop") return drop_viewer(id), true;
  if (type != "answer" && type != "candidate") return false;
  const auto found = viewers_.find(id);
  if (found == viewers_.end() || !found->second.viewer) return true;
  if (type == "answer") {
    found->second.viewer->on_answer(text_of(message, "sdp"));
  } else {
    found->second.viewer->on_candidate(text_of(message, "candidate"));
  }
  return true;
}

bool Renderer::on_page_command(std::string_view type, ViewerId id, const Object& message) {
  browser::Browser& browser = *stage_->browser();
  if (type == "nav") {
    navigate(message, id);
  } else if (type == "tab") {
    const std::string what = text_of(message, "do"), tab = text_of(message, "id");
    if (what == "open") browser.open_tab();
    if (what == "close") browser.close_tab(tab);
    if (what == "select") browser.select_tab(tab);
  } else if (type == "dialog") {
    const auto accept = http::flag_member(message, "accept");
    browser.answer_dialog(accept && accept->value_or(false), text_of(message, "text"));
  } else if (type == "copy") {
    browser.copy([this, id, alive = alive_](const std::string& text) {
      if (*alive) send({{"t", "clipboard"}, {"viewer", id}, {"text", text}});
    });
  } else {
    return false;
  }
  return true;
}

void Renderer::navigate(const Object& message, ViewerId id) {
  browser::Browser& browser = *stage_->browser();
  const std::string what = text_of(message, "do");
  // A document's address is its name for people: once more the same.
  const std::string typed = text_of(message, "url");
  const std::string url = documents_->site()->name_of(url_) == typed ? url_ : typed;
  if (what == "go" && !browser.go(url)) {
    tell_refused(id, "nav", "that is no address of a web page");
  }
  if (what == "back") browser.back();
  if (what == "forward") browser.forward();
  if (what == "reload") browser.reload();
  if (what == "stop") browser.stop();
}

void Renderer::tell_refused(ViewerId id, std::string_view what, std::string_view why) {
  send({{"t", "refused"}, {"viewer", id}, {"what", what}, {"why", why}});
}

void Renderer::open_stage() {
  if (stage_) take_back();
  stage_.reset();
  input_.reset();
  is_stage_failing_ = false;
  is_stage_ready_ = false;
  auto stage = Stage::open(orders_, folder_, loop_, *encoder_, rng_, browser_events(),
                           {.host = std::string(kDocumentHost),
                            .answer = [site = documents_->site()](std::string_view request) {
                              return site->answer(request);
                            }});
  if (!stage) return stage_failed(stage.error());
  stage_ = *std::move(stage);
  confine();
  send(
      {{"t", "frame"}, {"id", kFrameNumber}, {"width", orders_.width}, {"height", orders_.height}});
  if (stage_->browser() == nullptr) send({{"t", "renderer"}, {"state", "running"}, {"text", ""}});
  const browser::Containment contained = stage_->containment();
  LOG(kInfo, "renderer {}: stage is open; network namespace {}, managed policy {}, cgroup {}",
      orders_.renderer, contained.network_namespace ? "yes" : "no",
      contained.managed_policy ? "yes" : "no",
      contained.cgroup_problem.empty() ? "yes" : contained.cgroup_problem);
}

/// A link in a document leads nowhere in a session of documents.
void Renderer::confine() {
  browser::Browser* const browser = stage_ ? stage_->browser() : nullptr;
  if (shows_documents_only_ && browser != nullptr) browser->stay_at(std::string(kDocumentHost));
}

/// The last picture stays with the viewers until there is another one.
void Renderer::stage_failed(const std::string& why) {
  // A screen and its browser end together: that is one failure.
  if (has_ended_ || std::exchange(is_stage_failing_, true)) return;
  LOG(kError, "renderer {}: {}", orders_.renderer, why);
  take_back();
  if (++stage_failures_ > kMaxStageFailures) return end();
  send({{"t", "renderer"}, {"state", "restarting"}, {"text", "the browser is started again"}});
  loop_.after(kStageRetry, [this, alive = alive_] {
    if (*alive) open_stage();
  });
}

browser::BrowserEvents Renderer::browser_events() {
  return {
      .on_ready =
          [this] {
            is_stage_ready_ = true;
            unanswered_ = 0;
            if (!url_.empty()) stage_->browser()->go(url_);
            send({{"t", "renderer"}, {"state", "running"}, {"text", ""}});
          },
      .on_page =
          [this](const browser::PageState& page) {
            if (page.url.starts_with("http")) {
              // What is as long as it may be was longer, and is no address any more.
              if (page.url.size() < browser::Browser::kMaxUrl) url_ = page.url;
              stage_failures_ = 0;
            }
            tell_page(page);
          },
      .on_tabs =
          [this](const std::vector<browser::Tab>& tabs) {
            json::array list;
            for (const browser::Tab& tab : tabs) {
              const auto document = documents_->site()->name_of(tab.url);
              list.push_back(Object{
                  {"id", tab.id}, {"title", document.value_or(tab.title)}, {"active", tab.active}});
            }
            send({{"t", "tabs"}, {"tabs", std::move(list)}});
          },
      .on_dialog =
          [this](const browser::Dialog& dialog) {
            told_dialog_ = dialog.kind != "none";
            send({{"t", "dialog"},
                  {"kind", dialog.kind},
                  {"text", dialog.text},
                  {"default", dialog.default_text}});
          },
      .on_chooser =
          [this](bool multiple) {
            told_chooser_ = true;
            send({{"t", "chooser"}, {"multiple", multiple}});
          },
      .on_chooser_gone =
          [this] {
            told_chooser_ = false;
            send({{"t", "chooser"}, {"kind", "none"}});
          },
      .on_sensitive = [this](bool on) { tell_sensitive(on); },
      .on_download = [this](const browser::Download& one) { keep_download(one); },
      .on_notice =
          [this](const std::string& text) {
            send({{"t", "notice"}, {"text", text}});
          },
      .on_closed = [this](const std::string& why) { stage_failed("browser: " + why); }};
}

void Renderer::tick() {
  timer_ = loop_.after(orders_.tick, [this] { tick(); });
  watch_browser();
  const std::uint64_t frames = encoder_->frames(), bytes = encoder_->bytes();
  const double period_s = static_cast<double>(orders_.tick.count()) / 1000;
  link_->send({{"t", "stats"},
               {"encoded_fps", static_cast<double>(frames - last_frames_) / period_s},
               {"kbps", static_cast<double>(bytes - last_bytes_) * 8 / 1000 / period_s}});
  last_frames_ = frames;
  last_bytes_ = bytes;
}

}  // namespace turnpike::renderer
