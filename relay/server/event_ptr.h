// RAII for libevent's objects.
#pragma once

#include <event2/event.h>

#include <memory>

namespace turnpike::server {

struct EventDeleter {
  void operator()(event* e) const { event_free(e); }
};
using EventPtr = std::unique_ptr<event, EventDeleter>;

struct EventBaseDeleter {
  void operator()(event_base* b) const { event_base_free(b); }
};
using EventBasePtr = std::unique_ptr<event_base, EventBaseDeleter>;

inline EventPtr make_event(event_base* base, int fd, short what, event_callback_fn callback,
                           void* context) {
  return EventPtr(event_new(base, fd, what, callback, context));
}

}  // namespace turnpike::server
