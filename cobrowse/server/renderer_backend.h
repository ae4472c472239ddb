// What starts and ends renderers, by their own names: each is for one session, and never used
// twice.
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
  virtual Result<void, std::string> start(const std::string& renderer,
                                          const boost::json::object& orders) = 0;
  /// Ends it, where this backend has started it and it still runs.
  virtual void stop(const std::string& renderer) = 0;
  /// Renderers that have ended since the last call.
  virtual std::vector<std::string> take_ended() = 0;
  /// Once, when the server has read its state: these renderers go on, others that an earlier run
  /// has left are removed, and those that are not there count as ended.
  virtual void keep_only(const std::vector<std::string>& /*renderers*/) {}
  /// Renderers of sessions that another server has now are left alone. Before keep_only().
  virtual void spare(std::function<bool(const std::string& renderer)> /*is_elsewhere*/) {}
};

}  // namespace turnpike::cobrowse
