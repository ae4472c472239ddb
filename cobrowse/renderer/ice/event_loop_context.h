// What the files of this room share of GLib; nobody else includes this.
#pragma once

#include <glib.h>

#include <thread>

#include "cobrowse/renderer/ice/event_loop.h"

namespace turnpike::ice {

struct EventLoop::Context {
  GMainContext* context = nullptr;
  GMainLoop* loop = nullptr;
  std::thread thread;
};

}  // namespace turnpike::ice
