#include "cobrowse/renderer/ice/event_loop.h"

#include <future>

#include "cobrowse/renderer/ice/event_loop_context.h"

namespace turnpike::ice {
namespace {

using Work = std::function<void()>;

gboolean run_once(gpointer data) {
  (*static_cast<Work*>(data))();
  return G_SOURCE_REMOVE;
}

void forget(gpointer data) {
  delete static_cast<Work*>(data);
}

unsigned attach(GMainContext* context, GSource* source, Work work) {
  g_source_set_callback(source, run_once, new Work(std::move(work)), forget);
  const unsigned id = g_source_attach(source, context);
  g_source_unref(source);
  return id;
}

}  // namespace

EventLoop::EventLoop() : context_(std::make_unique<Context>()) {
  context_->context = g_main_context_new();
  context_->loop = g_main_loop_new(context_->context, FALSE);
  context_->thread = std::thread([raw = context_.get()] {
    g_main_context_push_thread_default(raw->context);
    g_main_loop_run(raw->loop);
    g_main_context_pop_thread_default(raw->context);
  });
}

EventLoop::~EventLoop() {
  post([this] { g_main_loop_quit(context_->loop); });  // the loop runs by then, whatever was before
  context_->thread.join();
  g_main_loop_unref(context_->loop);
  g_main_context_unref(context_->context);
}

void EventLoop::post(Work work) {
  GSource* const source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  attach(context_->context, source, std::move(work));
}

void EventLoop::run(const Work& work) {
  std::promise<void> done;
  post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

unsigned EventLoop::after(milliseconds delay, Work work) {
  const auto count = std::max<std::int64_t>(delay.count(), 0);
  return attach(context_->context, g_timeout_source_new(static_cast<guint>(count)),
                std::move(work));
}

void EventLoop::cancel(unsigned timer) {
  GSource* const source = g_main_context_find_source_by_id(context_->context, timer);
  if (source != nullptr) g_source_destroy(source);
}

bool EventLoop::is_own_thread() const {
  return std::this_thread::get_id() == context_->thread.get_id();
}

}  // namespace turnpike::ice
