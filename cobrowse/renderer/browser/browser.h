// A session's browser through the DevTools protocol: its tabs, where they are, dialogs, file
// choosers, input. It decides nothing about who may do what; it keeps the page inside its rules.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "cobrowse/renderer/browser/cdp_pipe.h"
#include "cobrowse/renderer/browser/downloads.h"

namespace turnpike::browser {

struct BrowserSettings {
  std::string user_agent_token = "TurnpikeRenderer UnbluRenderingService";
  std::vector<std::string> sensitive_selectors{};
  std::size_t max_tabs = 10;
  unsigned width = 1280;
  unsigned height = 720;
  bool headless = false;  // the page's size has to be set, and lists drawn in it
  DownloadSettings downloads{};
  /// Runs work where `deliver` does, that much later.
  std::function<void(milliseconds, std::function<void()>)> after =
      [](milliseconds, const std::function<void()>& work) { work(); };
};

struct PageState {
  std::string url{};
  std::string title{};
  bool loading = false;
  bool can_go_back = false;
  bool can_go_forward = false;
  friend bool operator==(const PageState&, const PageState&) = default;
};

struct Tab {
  std::string id{};
  std::string title{};
  bool active = false;
  std::string url{};
  friend bool operator==(const Tab&, const Tab&) = default;
};

struct Dialog {
  std::string kind{};  // "alert", "confirm", "prompt", "beforeunload"; "none": it is gone
  std::string text{};
  std::string default_text{};
};

/// A picture of the tab that is shown, to be acknowledged.
struct ScreencastFrame {
  std::string session{};
  std::int64_t number = 0;
  std::string base64{};  // of a JPEG
};

/// Called where `deliver` runs.
struct BrowserEvents {
  std::function<void()> on_ready{};  // a tab is there
  std::function<void(const PageState&)> on_page{};
  std::function<void(const std::vector<Tab>&)> on_tabs{};
  std::function<void(const Dialog&)> on_dialog{};
  std::function<void(bool multiple)> on_chooser{};
  std::function<void()> on_chooser_gone = [] {};  // answered, or nobody waits for files any more
  std::function<void(bool)> on_sensitive{};
  std::function<void(const Download&)> on_download{};
  std::function<void(const std::string&)> on_notice{};  // for people to read
  std::function<void(const std::string& why)> on_closed{};
};

/// Every function where `deliver` runs.
class Browser {
 public:
  using Deliver = std::function<void(std::function<void()>)>;
  /// Of an address, in bytes; a longer one is told as much of.
  static constexpr std::size_t kMaxUrl = 8192;

  /// Owns the pipe's file descriptors.
  Browser(BrowserSettings settings, int read_fd, int write_fd, Deliver deliver,
          BrowserEvents events);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// False: that is no address to go to.
  bool go(std::string_view typed);
  void back();
  void forward();
  void reload();
  void stop();
  /// From now on no page of another host is opened in any tab.
  void stay_at(std::string host) { only_host_ = std::move(host); }
  void open_tab();
  void close_tab(const std::string& id);
  void select_tab(const std::string& id);
  void answer_dialog(bool accept, const std::string& text);
  /// Paths of files that the browser's user can read; none: the chooser is cancelled.
  void choose_files(const std::vector<std::string>& paths);
  void copy(std::function<void(std::string)> on_text);
  /// To the tab that is shown.
  void send(std::vector<CdpCall> calls);
  /// Answers when the browser still does; for a watchdog.
  void ping(std::function<void()> on_answer);

  using OnFrame = std::function<void(ScreencastFrame)>;
  /// Frames of whichever tab is shown, called where `deliver` runs.
  void start_screencast(OnFrame on_frame);
  void stop_screencast();
  /// From any thread, as is repeat_screencast(): the tab's picture comes once more.
  void acknowledge(const ScreencastFrame& frame);
  void repeat_screencast(const std::string& session);

 private:
  struct Target {
    std::string id;
    std::string session;
    std::string main_frame;
    std::string viewer_frame;  // Chromium's viewer of PDFs, where it has been put
    PageState page;
    std::deque<MonotonicTime> dialogs, crashes;
    Dialog dialog;  // where it has one
    bool has_dialog = false;
    bool reads_history = false, history_has_changed = false;
    bool is_there = false;  // its first, empty page has been loaded
    std::string wanted{};   // to go to when it is
  };
  using Object = CdpPipe::Object;

  static constexpr std::size_t kMaxTitle = 300;
  static constexpr std::size_t kMaxId = 200;  // of targets, sessions, frames; they have 32

  void begin();
  void attach_to(const Result<Object, std::string>& targets);
  void on_event(const std::string& method, const Object& params, const std::string& session);
  void on_attached(const Object& params, const std::string& parent);
  void focus_viewer(const std::string& session, const Object& frame);
  void on_detached(const std::string& session);
  void on_page_event(Target& target, const std::string& method, const Object& params);
  void on_paused(const std::string& session, const Object& params);
  void on_dialog(Target& target, const Object& params);
  void tell_dialog();
  void on_chooser(const Object& params, const std::string& session);
  void watch_chooser(const std::string& session, const std::string& method, const Object& params);
  void forget_chooser();
  void on_binding(const std::string& session, const Object& params);
  void on_title(const std::string& session, const std::string& title);
  void on_frame(const std::string& session, const Object& params);
  void on_crash(Target& target);
  void notify(const std::string& text);
  void forget_contexts(const std::string& session);
  void prepare_frame(const std::string& session);
  void prepare_page(Target& target);
  void read_history(const std::string& session);
  void on_history(const std::string& session, const Object& history);
  void on_history_entry(Target& target, const boost::json::value& entry);
  void show(const std::string& session);
  void tell_page();
  void tell_tabs();
  void tell_sensitive();
  void move_in_history(int by);
  Target* active();
  Target* by_id(const std::string& id);
  void call(const std::string& session, std::string method, Object params = {},
            CdpPipe::OnResult on_result = {});

  const BrowserSettings settings_;
  const BrowserEvents events_;
  std::shared_ptr<bool> alive_;  // what was delivered already asks it
  std::string user_agent_;
  std::string only_host_;                  // empty: any
  std::map<std::string, Target> targets_;  // tabs, by session
  // Sessions of frames in processes of their own, and of the tabs that they are in.
  std::map<std::string, std::string> frames_;
  std::string active_;                                        // a session
  bool is_ready_ = false;                                     // the first page is there
  std::set<std::pair<std::string, std::int64_t>> sensitive_;  // session and context
  bool told_sensitive_ = false;
  std::deque<MonotonicTime> notices_;
  Downloads downloads_;
  std::string told_dialog_;  // the session of its tab; empty: none
  std::string chooser_session_, chooser_frame_;
  std::int64_t chooser_node_ = 0;
  OnFrame on_frame_;  // empty: no screencast
  std::unique_ptr<CdpPipe> pipe_;
};

}  // namespace turnpike::browser
