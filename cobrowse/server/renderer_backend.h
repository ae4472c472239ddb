// What starts and ends renderers: one for each session, never used twice.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace turnpike::cobrowse {

class RendererBackend {
 public:
  virtual ~RendererBackend() = default;
  /// `orders` is what the renderer reads on its standard input; it has a secret in it.
  virtual Result<void, std::string> start(const std::string& session,
                                          const boost::json::object& orders) = 0;
  /// Ends the session's renderer, where this backend has started it and it still runs.
  virtual void stop(const std::string& session) = 0;
  /// Sessions whose renderers have ended since the last call.
  virtual std::vector<std::string> take_ended() = 0;
  /// Once, when the server has read its state: these sessions go on, renderers of others that an
  /// earlier run has left are removed, and sessions without a renderer count as ended.
  virtual void keep_only(const std::vector<std::string>& /*sessions*/) {}
  /// Sessions that another server has now: their renderers are left alone. Before keep_only().
  virtual void spare(std::function<bool(const std::string& session)> /*is_elsewhere*/) {}
};

}  // namespace turnpike::cobrowse
