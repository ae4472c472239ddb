#include "http/core/entry_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace turnpike::http {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kPublic = TrustLevel::kPublic;
constexpr auto kWebhook = TrustLevel::kWebhook;
constexpr auto kInternal = TrustLevel::kInternal;
constexpr auto kSystem = TrustLevel::kSystem;

EntryPathSettings all_on() {
  EntryPathSettings settings;
  settings.system_enabled = true;
  settings.system_user = "renderer";
  settings.system_password_hash = "hash of pass";
  settings.webhook_enabled = true;
  settings.webhook_origin = "https://hooks.example.org";
  settings.webhook_ranges = {*AddressRange::parse("192.0.2.0/24")};
  return settings;
}

EntryPaths paths_of(EntryPathSettings settings) {
  EXPECT_THAT(validate(settings), IsEmpty());
  return EntryPaths(std::move(settings), [](std::string_view password, std::string_view hash) {
    return hash == "hash of " + std::string(password);
  });
}

/// 0 for a target that is classified.
unsigned status_of(std::string_view target) {
  const auto classified = paths_of(all_on()).classify(target);
  return classified ? 0 : classified.error().status;
}

TEST(EntryPaths, ALevelReachesItselfAndLowerOnesAndWebhookOnlyItself) {
  struct Row {
    TrustLevel request;
    std::array<bool, 4> reaches;  // PUBLIC, WEBHOOK, INTERNAL, SYSTEM
  };
  const std::array<Row, 4> matrix = {{{kPublic, {true, false, false, false}},
                                      {kWebhook, {false, true, false, false}},
                                      {kInternal, {true, false, true, false}},
                                      {kSystem, {true, false, true, true}}}};
  for (const Row& row : matrix) {
    for (std::size_t i = 0; i < kTrustLevels.size(); ++i) {
      EXPECT_EQ(may_reach(row.request, kTrustLevels[i]), row.reaches[i])
          << trust_level_name(row.request) << " -> " << trust_level_name(kTrustLevels[i]);
    }
  }
}

TEST(EntryPaths, TakesTheLevelFromTheFirstSegment) {
  struct Row {
    std::string_view target;
    TrustLevel level;
    std::string_view path;
    std::string_view query;
  };
  const std::array<Row, 16> rows = {{
      {"/public", kPublic, "/", ""},
      {"/public/", kPublic, "/", ""},
      {"/public/visitor.js", kPublic, "/visitor.js", ""},
      {"/webhook/x", kWebhook, "/x", ""},
      {"/app/desk/", kInternal, "/desk/", ""},
      {"/system/x?a=b", kSystem, "/x", "a=b"},
      {"/app?/system", kInternal, "/", "/system"},
      {"/public/a//b/./c", kPublic, "/a/b/c", ""},
      {"/public/a/../b", kPublic, "/b", ""},
      {"/public/%61%20b", kPublic, "/a b", ""},
      {"/public/%c3%a4", kPublic, "/\xc3\xa4", ""},
      {"/public/system/x", kPublic, "/system/x", ""},
      {"/public/100%25", kPublic, "/100%", ""},
      {"http://example.org/app/x", kInternal, "/x", ""},
      {"HTTPS://example.org:8443/system/", kSystem, "/", ""},
      {"/public/..a/b..", kPublic, "/..a/b..", ""},
  }};
  const EntryPaths paths = paths_of(all_on());
  for (const Row& row : rows) {
    const auto classified = paths.classify(row.target);
    ASSERT_TRUE(classified) << row.target << ": " << classified.error().detail;
    EXPECT_EQ(classified->level, row.level) << row.target;
    EXPECT_EQ(classified->path, row.path) << row.target;
    EXPECT_EQ(classified->query, row.query) << row.target;
  }
}

TEST(EntryPaths, KnowsNoPathWithoutAPrefix) {
  for (const std::string_view target : {"/",
                                        "/foo",
                                        "/publicx",
                                        "/public.",
                                        "/public;a=b/x",
                                        "/system;/x",
                                        "/system./x",
                                        "/System/x",
                                        "/SYSTEM",
                                        "/applications",
                                        "/app-x/y",
                                        "/foo/system/x",
                                        "/syste",
                                        "/?/system",
                                        "/\x25\x65\x66\x25\x62\x63\x25\x38\x66system",
                                        "/%73%79stem%20/x",
                                        "/system%3b/x",
                                        "/%D1%95ystem/x",
                                        "/system%e2%80%8b/x",
                                        "//example.org/system",
                                        "http://system/x",
                                        "http://example.org"}) {
    EXPECT_EQ(status_of(target), 404U) << target;
  }
}

TEST(EntryPaths, RefusesWhatCouldBeReadInTwoWays) {
  for (const std::string_view target :
       {// Out of one level and into another, or above the root.
        "/public/../system/x", "/public/a/../../system/x", "/public/%2e%2e/system/x",
        "/public/.%2E/system/x", "/public/../public/x", "/..", "/../system", "/%2e%2e/system",
        "/public/../../etc/passwd", "/public/..", "/public/../x", "/foo/../system/x",
        // A prefix in disguise.
        "//system/x", "/./system/x", "/%73ystem/x", "/sys%74em/x", "/%2e/system/x", "/.//system",
        "///app/x", "/%61pp",
        // Separators and controls, encoded once and twice.
        "/public%2fsystem", "/public/..%2fsystem", "/public/..%5csystem", "/public%2F..%2fsystem",
        "/public/%00", "/public/x%00.js", "/public/%0d%0aX:y", "/public/%7f", "/public/%1f",
        "/public/%252e%252e/system", "/public/%252fsystem", "/public/%255c", "/public/%2500",
        "/public/%25252e", "/%2573ystem/%2e%2e%2f",
        // Raw bytes that have no place in a target.
        "/public\\..\\system", "/\\system", "\\system", "/public/x#y", "/app#/system",
        "/public/a b", "/public/a\tb", "/public/\x7f", "/public/\xc3\xa4", "/public/?a=\x01",
        "/public/?a=b#c",
        // Broken or overlong encodings.
        "/public/%", "/public/%2", "/public/%zz", "/public/%u002e", "/public/%c0%ae%c0%ae/",
        "/public/%c0%af", "/public/%e0%80%af", "/public/%ff", "/public/%ed%a0%80",
        "/public/%f4%90%80%80", "/public/%c3",
        // No path.
        "", "*", "system/x", "example.org:443", "ftp://example.org/system", "http:///system",
        "http://user@example.org/system/x", "http:/system"}) {
    EXPECT_EQ(status_of(target), 400U) << target;
  }
}

TEST(EntryPaths, ALevelThatIsOffIsNotThere) {
  const EntryPaths paths = paths_of({});
  EXPECT_TRUE(paths.classify("/public/x"));
  EXPECT_TRUE(paths.classify("/app/x"));
  EXPECT_EQ(paths.classify("/system/x").error().status, 404U);
  EXPECT_EQ(paths.classify("/webhook/x").error().status, 404U);
}

TEST(EntryPaths, PrefixesOfSeveralSegments) {
  EntryPathSettings settings = all_on();
  settings.public_prefix = "/turn/open";
  settings.system_prefix = "/turn/inner";
  const EntryPaths paths = paths_of(settings);
  EXPECT_EQ(paths.classify("/turn/open/x")->level, kPublic);
  EXPECT_EQ(paths.classify("/turn/inner/x")->level, kSystem);
  EXPECT_EQ(paths.classify("/turn/x").error().status, 404U);
  EXPECT_EQ(paths.classify("/turn/open/../inner/x").error().status, 400U);
  EXPECT_EQ(paths.classify("/turn//inner/x").error().status, 400U);
}

TEST(EntryPaths, EqualAndNestedPrefixesNameBoth) {
  EntryPathSettings equal;
  equal.system_prefix = "/app";
  EXPECT_THAT(validate(equal), ElementsAre(AllOf(HasSubstr("INTERNAL prefix \"/app\""),
                                                 HasSubstr("SYSTEM prefix \"/app\""))));
  EntryPathSettings nested;
  nested.webhook_prefix = "/public/hooks";
  EXPECT_THAT(validate(nested),
              ElementsAre(AllOf(HasSubstr("\"/public\""), HasSubstr("\"/public/hooks\""))));
  EntryPathSettings similar;
  similar.public_prefix = "/foo";
  similar.internal_prefix = "/foobar";
  EXPECT_THAT(validate(similar), IsEmpty());
}

TEST(EntryPaths, APrefixIsAPlainPath) {
  for (const std::string_view prefix : {"", "/", "app", "/app/", "//app", "/a//b", "/./a", "/a/..",
                                        "/a b", "/%61", "/a?b", "/a;b", "/\xc3\xa4"}) {
    EntryPathSettings settings;
    settings.internal_prefix = prefix;
    EXPECT_THAT(validate(settings), testing::Contains(HasSubstr("INTERNAL"))) << prefix;
  }
}

TEST(EntryPaths, SystemWithoutAuthenticationDoesNotStart) {
  EntryPathSettings settings;
  settings.system_enabled = true;
  EXPECT_THAT(validate(settings), ElementsAre(HasSubstr("SYSTEM")));
  settings.system_user = "renderer";
  EXPECT_THAT(validate(settings), testing::SizeIs(2));
  settings.system_password_hash = "hash";
  EXPECT_THAT(validate(settings), IsEmpty());
  settings.system_user.clear();
  settings.system_password_hash.clear();
  settings.system_externally_protected = true;
  EXPECT_THAT(validate(settings), IsEmpty());
  EXPECT_THAT(remarks(settings), ElementsAre(HasSubstr("SYSTEM")));
}

TEST(EntryPaths, AWebhookOriginIsSchemeAndAuthority) {
  for (const std::string_view origin :
       {"hooks.example.org", "https://", "https://a/b", "ftp://a"}) {
    EntryPathSettings settings;
    settings.webhook_origin = origin;
    EXPECT_THAT(validate(settings), ElementsAre(HasSubstr(std::string(origin)))) << origin;
  }
}

/// The status that `admit` answers, 0 when the request may come in.
unsigned admitted(const EntryPaths& paths, Request& request) {
  const auto answer = paths.admit(request);
  return answer ? answer->status : 0;
}

TEST(EntryPaths, SystemAsksForItsUser) {
  const EntryPaths paths = paths_of(all_on());
  const auto with = [&](std::vector<std::string> authorizations) {
    Request request;
    request.target = "/system/x";
    for (const std::string& one : authorizations) request.headers.add("Authorization", one);
    return admitted(paths, request);
  };
  const std::string good = "Basic " + base64_encode(as_bytes("renderer:pass"));
  const std::string other_user = "Basic " + base64_encode(as_bytes("rendereR:pass"));
  const std::string other_password = "Basic " + base64_encode(as_bytes("renderer:Pass"));
  EXPECT_EQ(with({}), 401U);
  EXPECT_EQ(with({good}), 0U);
  EXPECT_EQ(with({other_user}), 401U);
  EXPECT_EQ(with({other_password}), 401U);
  EXPECT_EQ(with({good, good}), 401U);
  Request request;
  request.target = "/system/x";
  EXPECT_THAT(std::string(paths.admit(request)->headers.find("WWW-Authenticate")),
              HasSubstr("Basic realm"));
}

TEST(EntryPaths, WebhookAsksForTheAddress) {
  EntryPathSettings settings = all_on();
  const auto from = [&settings](IpAddress ip) {
    Request request;
    request.target = "/webhook/x";
    request.client = {ip, 1000};
    return admitted(paths_of(settings), request);
  };
  EXPECT_EQ(from(IpAddress::v4(192, 0, 2, 7)), 0U);
  EXPECT_EQ(from(*IpAddress::parse("::ffff:192.0.2.7")), 0U);
  EXPECT_EQ(from(IpAddress::v4(198, 51, 100, 7)), 403U);
  settings.webhook_origin.clear();
  EXPECT_EQ(from(IpAddress::v4(192, 0, 2, 7)), 403U);
  settings = all_on();
  settings.webhook_ranges.clear();
  EXPECT_EQ(from(IpAddress::v4(192, 0, 2, 7)), 403U);
  EXPECT_THAT(remarks(settings), ElementsAre(HasSubstr("address ranges")));
}

TEST(EntryPaths, AdmitSetsWhatRoutingNeeds) {
  Request request;
  request.target = "/app/a%20b?c=d";
  EXPECT_EQ(admitted(paths_of({}), request), 0U);
  EXPECT_EQ(request.trust, kInternal);
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query, "c=d");
}

}  // namespace
}  // namespace turnpike::http
