// Runs one program on one file in a box: namespaces of its own (user, network, processes, mounts),
// no interface that is up, nothing to see of the machine but /usr and a few read-only parts of
// /etc, limits, and a deadline after which all of it is killed. Files go in and come out through
// descriptors. Linux 5.12 or newer, as root or with user namespaces.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace turnpike::documents {

struct BoxLimits {
  std::uint64_t memory_bytes = 3ULL << 30;     // of addresses, per process
  std::uint64_t scratch_bytes = 384ULL << 20;  // all files in the box together; they are in memory
  std::uint64_t output_bytes = 64ULL << 20;
  milliseconds time{60'000};
};

struct BoxJob {
  std::vector<std::string> command;    // an absolute path in /usr or /opt, then arguments
  std::vector<std::string> folders{};  // below /box, outer ones first
  std::vector<std::pair<std::string, std::string>> files{};  // below /box, with their text
  int input = -1;                                            // read from its beginning; none: -1
  std::string input_name{};                                  // below /box
  int output = -1;                                           // written; none: -1
  std::string output_name = "stdout";  // below /box; "stdout" is what the program prints
  BoxLimits limits{};
};

enum class BoxEnd : std::uint8_t {
  kDone,
  kNoBox,     // this machine does not let us make one
  kFailed,    // the program: not started, killed, or an exit code other than 0
  kNoOutput,  // it made none
  kTooBig,    // the input for the box, or its output
  kTooLong,   // stopped at the deadline
  kCancelled,
};

/// Waits for the end, and what ran in the box ends with it. `cancel`: a descriptor that becomes
/// readable when the job is to stop; -1: none. The calling thread must not end before it returns.
BoxEnd run_in_box(const BoxJob& job, int cancel = -1);

/// Whether a box can be made here, found out by making one.
bool has_box();

}  // namespace turnpike::documents
