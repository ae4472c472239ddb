# The parts of the core that know neither messages nor allocations.
turnpike_library(NAME relay_turn_parts
  SOURCES challenge_limiter.cc counters.cc ip_range.cc ip_range_set.cc nonce.cc peer_policy.cc
          relay_address_book.cc
  LINKS base)
