// CHECK and DCHECK: a broken invariant is a bug, and the process dies where it happened.
// Never used on input from outside; that is a Result.
#pragma once

namespace turnpike {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace turnpike

#define CHECK(condition)                               \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::turnpike::check_failed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define DCHECK(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#else
#define DCHECK(condition) CHECK(condition)
#endif
