// A control server on 127.0.0.1 for tests of its renderer.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "http/core/json.h"
#include "http/core/problem.h"
#include "http/server/http_server.h"

namespace turnpike::renderer {

/// The control server: says what it got, and can be started again on its port.
class ControlServer {
 public:
  explicit ControlServer(std::uint16_t port = 0) {
    http::HttpServerSettings settings;
    settings.tcp = {{.address = IpAddress::v4(127, 0, 0, 1), .port = port}};
    settings.upgrade = [this](const http::Request& request)
        -> std::variant<http::Response, std::unique_ptr<http::WebSocketSession>> {
      if (request.headers.find("Authorization") != "Bearer s.t") return http::problem(401);
      return std::make_unique<Session>(*this);
    };
    server_ = *http::HttpServer::start(
        std::move(settings), [this](const http::Request& request) { return answer(request); });
  }
  ~ControlServer() {
    {
      const std::lock_guard lock(mutex_);
      socket_.reset();
    }
    server_->stop();
  }
  std::uint16_t port() const { return server_->port(); }
  /// A document from now on, by its target: "ID" or "ID?original=1".
  void keep(const std::string& target, std::string bytes) {
    const std::lock_guard lock(mutex_);
    documents_["/v1/documents/" + target] = std::move(bytes);
  }
  /// For everybody.
  void publish(const std::string& target, std::string page) {
    const std::lock_guard lock(mutex_);
    documents_[target] = std::move(page);
  }
  /// How often that was asked for.
  int fetches(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return fetches_["/v1/documents/" + target];
  }
  /// What was brought, by its target as above.
  std::string brought(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return documents_["/v1/documents/" + target];
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(10), [&] { return messages_.size() >= count; });
    return messages_;
  }
  /// The first message with that type, of those from number `from` on; empty: there is none in
  /// time.
  boost::json::object wait_for_type(std::string_view type, std::size_t from = 0) {
    boost::json::object found;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(20), [&] {
      for (std::size_t i = from; i < messages_.size() && found.empty(); ++i) {
        auto message = http::parse_json_object(messages_[i]);
        if (message && http::text_of(*message, "t") == type) found = *std::move(message);
      }
      return !found.empty();
    });
    return found;
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }
  void say(const std::string& text) {
    const std::lock_guard lock(mutex_);
    socket_->send(text);
  }

 private:
  class Session final : public http::WebSocketSession {
   public:
    explicit Session(ControlServer& owner) : owner_(owner) {}
    void on_open(std::shared_ptr<http::WebSocket> socket) override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.socket_ = std::move(socket);
    }
    void on_message(std::string_view message, bool) override {
      const std::lock_guard lock(owner_.mutex_);
      owner_.messages_.emplace_back(message);
      owner_.changed_.notify_all();
    }
    void on_close(std::uint16_t) override {}

   private:
    ControlServer& owner_;
  };

  http::Response answer(const http::Request& request) {
    const std::string target(request.target);
    const std::lock_guard lock(mutex_);
    if (target.starts_with("/v1/") && request.headers.find("Authorization") != "Bearer s.t") {
      return http::problem(401);
    }
    ++fetches_[target];
    if (request.method == http::Method::kPost) {
      if (request.body == "too much") return http::problem(409, "there is no room");
      documents_[target] = request.body;
      return http::Response::json(201, "{}");
    }
    const auto found = documents_.find(target);
    if (found == documents_.end()) return http::problem(404);
    http::Response response;
    response.body = found->second;
    response.headers.add("Content-Type",
                         target.starts_with("/v1/") ? "application/pdf" : "text/html");
    return response;
  }

  std::mutex mutex_;
  std::map<std::string, std::string> documents_;
  std::map<std::string, int> fetches_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::shared_ptr<http::WebSocket> socket_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace turnpike::renderer
