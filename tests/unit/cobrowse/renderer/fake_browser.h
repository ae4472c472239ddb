// A program that a renderer starts as its browser, and a test that speaks for it.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>

#include "tests/unit/cobrowse/renderer/browser/fake_devtools.h"

namespace turnpike::renderer {

class FakeBrowser {
 public:
  /// Others may enter `folder`.
  explicit FakeBrowser(const std::string& folder)
      : program_(folder + "/browser"), calls_(folder + "/calls"), says_(folder + "/says") {
    std::ofstream(program_) << "#!/bin/sh\ncat <&3 4>&- >" << calls_ << " &\ncat <" << says_
                            << " >&4\n";
    ::chmod(program_.c_str(), 0755);
    listen();
  }
  const std::string& program() const { return program_; }
  browser::FakeDevtools& devtools() { return *devtools_; }

  /// The browser ends; the next one is waited for.
  void die() {
    devtools_.reset();
    listen();
  }
  /// Its first page is there. False: nobody has asked.
  bool begin() {
    const auto version = devtools_->next_call_of("Browser.getVersion");
    if (!version) return false;
    devtools_->answer(version->at("id").as_int64(), {{"userAgent", "x"}});
    devtools_->event("Target.attachedToTarget",
                     {{"sessionId", "s"},
                      {"targetInfo", Object{{"targetId", "t"}, {"type", "page"}, {"url", ""}}}});
    return is_at("about:blank");
  }
  /// Answers the next question for its history.
  bool is_at(const std::string& url) {
    const auto asked = devtools_->next_call_of("Page.getNavigationHistory");
    if (!asked) return false;
    devtools_->answer(asked->at("id").as_int64(),
                      {{"currentIndex", 0}, {"entries", {Object{{"url", url}}}}});
    return true;
  }

 private:
  using Object = boost::json::object;

  /// For reading and for writing, so that none waits for the other. New ones each time: who has the
  /// old ones sees their end.
  void listen() {
    for (const std::string& one : {calls_, says_}) {
      ::unlink(one.c_str());
      ::mkfifo(one.c_str(), 0666);
      ::chmod(one.c_str(), 0666);
    }
    devtools_.emplace(::open(calls_.c_str(), O_RDWR | O_CLOEXEC),
                      ::open(says_.c_str(), O_RDWR | O_CLOEXEC));
  }

  const std::string program_, calls_, says_;
  std::optional<browser::FakeDevtools> devtools_;
};

}  // namespace turnpike::renderer
