// Usage reports: noted on the data path, told between turns.
#include <memory>
#include <span>

#include "relay/turn/server_impl.h"
#include "relay/turn/usage.h"

namespace turnpike::turn {
namespace {

constexpr std::uint32_t kPacketsPerReport = 4096;

}  // namespace

void Server::Impl::report_usage() {
  if (due_report_count_ == 0) return;
  enter();
  for (const AllocationHandle handle : std::span(due_reports_).first(due_report_count_)) {
    Allocation* allocation = allocations_.find(handle);
    if (allocation == nullptr) continue;
    outbox_.push(UsageReport{session_of(*allocation),
                             difference(allocation->total, allocation->reported.get())});
    allocation->reported = std::make_unique<Usage>(allocation->total);
    allocation->packets_since_report = 0;
    allocation->report_noted = false;
  }
  due_report_count_ = 0;
}

void Server::Impl::note_relayed(Allocation& allocation) {
  allocation.packets_since_report += 2;  // one in, one out
  if (allocation.packets_since_report < kPacketsPerReport || allocation.report_noted) return;
  if (due_report_count_ == due_reports_.size()) return;
  due_reports_[due_report_count_++] = allocation.self;
  allocation.report_noted = true;
}

}  // namespace turnpike::turn
