// What pages give to be saved: followed by DevTools' events, few at a time and none too big. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

namespace turnpike::browser {

struct DownloadSettings {
  std::string folder{};         // that the browser writes to; empty: every download is refused
  std::uint64_t max_bytes = 0;  // of one
  std::string private_host{};   // what is shown from there is not given away
};

/// Complete, in its folder under a name of the browser's.
struct Download {
  std::string name{};  // as its page has it: anything, at most 300 bytes
  std::string path{};
};

class Downloads {
 public:
  struct Events {
    std::function<void(const std::string& id)> cancel{};
    std::function<void(const std::string& path)> remove{};  // that was complete before it
    std::function<void(const Download&)> on_done{};
    std::function<void(const std::string&)> on_notice{};  // for people to read
  };
  static constexpr std::size_t kAtOnce = 3;
  static constexpr std::size_t kMaxRefused = 100;  // that are waited for to be cancelled

  Downloads(DownloadSettings settings, Events events)
      : settings_(std::move(settings)), events_(std::move(events)) {}

  /// Parameters of Browser.downloadWillBegin and Browser.downloadProgress.
  void on_begin(const boost::json::object& params);
  void on_progress(const boost::json::object& params);

  /// Of Browser.setDownloadBehavior.
  boost::json::object behavior() const;

 private:
  std::string why_refused(const std::string& url) const;
  void on_end_of_refused(const std::string& id, const std::string& state);
  void refuse(const std::string& id, const std::string& name, std::string_view why);

  const DownloadSettings settings_;
  const Events events_;
  std::map<std::string, std::string> running_;  // names by id
  std::deque<std::string> refused_;             // ids; these may be complete all the same
};

}  // namespace turnpike::browser
