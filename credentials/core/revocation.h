// Credentials that are refused although they are well signed. A shared-secret credential cannot be
// taken back by deleting it anywhere, so what is taken back is written down until it would have
// expired anyhow. Rules only: where they are kept and how relays hear of them is elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace turnpike::credentials {

/// What a rule compares. "User part" is what parse_timed_name calls user; of a name without a time
/// it is the whole name.
enum class RevocationKind : std::uint8_t {
  kCredential,  // the whole user name, "1767225600:alice"
  kUser,        // the user part, "alice"
  kSession,     // the user part up to its first separator, the "s1" of "1767225600:s1:alice"
  kPrefix,      // how the user part begins
};

struct Revocation {
  RevocationKind kind{};
  std::string value;
  std::int64_t until_s = 0;  // seconds since the epoch: the rule holds up to and including this
  std::int64_t at_s = 0;     // when it was made
  std::string reason;        // for people
  friend bool operator==(const Revocation&, const Revocation&) = default;
};

/// "credential", "user", "session", "prefix"
std::string_view revocation_kind_name(RevocationKind kind);
std::optional<RevocationKind> parse_revocation_kind(std::string_view name);

/// Does the rule, whatever its time, refuse this user name?
bool covers(const Revocation& rule, std::string_view username, char separator);

/// The rules that hold. Looking a name up costs the same however many rules there are, except for
/// prefixes, which cost one comparison each.
class RevocationSet {
 public:
  static constexpr std::size_t kMaxRules = 1'000'000;
  static constexpr std::size_t kMaxPrefixes = 1'000;
  static constexpr std::size_t kMaxValueBytes = 512;

  explicit RevocationSet(char separator = ':') : separator_(separator) {}

  enum class Added : std::uint8_t {
    kNew,       // not known before, or holds longer now
    kKnown,     // nothing changed
    kBadValue,  // empty or too long
    kFull,      // kMaxRules or kMaxPrefixes
  };
  /// Of two rules with one kind and value the one that holds longer stays.
  Added add(const Revocation& rule);
  /// Returns whether there was one.
  bool remove(RevocationKind kind, std::string_view value);
  /// Forgets rules whose time has passed; returns how many.
  std::size_t expire(std::int64_t now_s);

  bool refuses(std::string_view username, std::int64_t now_s) const;
  /// The rule that refuses it; valid until the next change. One for the whole user name is found
  /// only where no other one refuses it.
  const Revocation* find(std::string_view username, std::int64_t now_s) const;

  std::size_t size() const;
  std::vector<Revocation> rules() const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using ByValue = std::unordered_map<std::string, Revocation, TextHash, std::equal_to<>>;
  ByValue& table_of(RevocationKind kind);
  const ByValue& table_of(RevocationKind kind) const;

  char separator_;
  ByValue credentials_, users_, sessions_;
  ByValue prefixes_;
};

}  // namespace turnpike::credentials
