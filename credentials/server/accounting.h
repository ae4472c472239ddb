// The accounts: a row per allocation that has ended, appended to a CSV file, a file of JSON lines,
// or both. No row is written twice and none is left out, whatever breaks off in between: how far
// each relay has been read is written down after the rows, and rows behind that are cut off at the
// next start.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/store/open_store.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::credentials {

struct AccountingSettings {
  std::string csv{};    // a file; empty: none
  std::string jsonl{};  // a file; empty: none
  bool empty() const { return csv.empty() && jsonl.empty(); }
  /// Beside the first of them.
  std::string state() const { return (jsonl.empty() ? csv : jsonl) + ".state"; }
  friend bool operator==(const AccountingSettings&, const AccountingSettings&) = default;
};

class Accounting {
 public:
  struct Counts {
    std::uint64_t rows = 0;
    std::uint64_t lost = 0;      // overwritten at a relay before they were read
    std::uint64_t failures = 0;  // of writing; tried again
  };

  /// `ledger` is where what was given out is looked up. The error says what cannot be used.
  static Result<std::unique_ptr<Accounting>, std::string> open(const AccountingSettings& settings,
                                                               StoreSettings ledger);

  /// The number to ask the relay after.
  std::uint64_t position(const std::string& relay);
  /// The answer to GET /v1/ended?after=`after`. True: ask again at once, there may be more.
  bool take(const std::string& relay, std::uint64_t after, const boost::json::object& answer);

  Counts counts() const;
  const AccountingSettings& settings() const { return settings_; }

 private:
  struct Position {
    std::string instance;
    std::uint64_t number = 0;
  };
  struct Rows {
    std::string csv, jsonl;
    std::uint64_t count = 0;
    std::uint64_t last = 0;
  };

  explicit Accounting(const AccountingSettings& settings) : settings_(settings) {}
  Result<void, std::string> read_state();
  Result<Rows, std::string> make_rows(const std::string& relay, const std::string& instance,
                                      std::uint64_t after, const boost::json::array& ended);
  Result<void, std::string> write(const Rows& rows, const std::string& relay,
                                  const Position& position);
  Result<void, std::string> write_state(const std::map<std::string, Position>& positions);

  const AccountingSettings settings_;
  mutable std::mutex mutex_;
  crypto::OpensslDigests digests_;  // the ledger's
  std::unique_ptr<Store> ledger_;
  std::map<std::string, Position> positions_;  // by relay
  std::string header_;
  Counts counts_;
  std::string problem_;  // told in the log already
};

}  // namespace turnpike::credentials
