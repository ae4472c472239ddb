turnpike_test(NAME relay_turn_parts_test
  SOURCES challenge_limiter_test.cc counters_test.cc ip_range_set_test.cc ip_range_test.cc nonce_test.cc
          peer_policy_advisories_test.cc peer_policy_property_test.cc peer_policy_test.cc
          relay_address_book_test.cc
  LINKS relay_turn_parts relay_crypto
  LABELS unit)
