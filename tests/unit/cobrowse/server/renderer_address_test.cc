#include "cobrowse/server/renderer_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

TEST(RendererAddress, IsOnTheSystemPrefix) {
  EXPECT_EQ(renderer_address("http://cobrowse.svc:8090", "/system"),
            "http://cobrowse.svc:8090/system/v1/renderer");
  EXPECT_EQ(renderer_address("https://help.example.org/co/", "/own"),
            "https://help.example.org/co/own/v1/renderer");
}

TEST(RendererAddress, OtherUrlsAreErrors) {
  for (const char* const url : {"", "cobrowse:8090", "ftp://a", "http://a/?x=1", "http://u@a"}) {
    EXPECT_FALSE(renderer_address(url, "/system")) << url;
  }
}

class AdmitWithRenderers : public testing::Test {
 protected:
  static http::Request request(std::string_view target, std::string_view authorization) {
    http::Request made;
    made.method = http::Method::kGet;
    made.target = target;
    if (!authorization.empty()) made.headers.add("Authorization", authorization);
    return made;
  }
  /// 0: admitted.
  unsigned admit(http::Request asked) const {
    const auto refused = admit_with_renderers(entry_paths_, asked);
    return refused ? refused->status : 0;
  }
  static http::EntryPathSettings settings(bool on) {
    http::EntryPathSettings made;
    made.system_enabled = on;
    made.system_user = "components";
    made.system_password_hash = "pw";
    return made;
  }
  const http::EntryPaths entry_paths_{
      settings(true),
      [](std::string_view password, std::string_view hash) { return password == hash; }};
};

TEST_F(AdmitWithRenderers, ATokenOpensTheRenderersPathWithoutAUser) {
  http::Request asked = request("/system/v1/renderer", "Bearer Ab-1.token");
  ASSERT_FALSE(admit_with_renderers(entry_paths_, asked));
  EXPECT_EQ(asked.trust, http::TrustLevel::kSystem);
  EXPECT_EQ(asked.path, kRendererPath);
}

TEST_F(AdmitWithRenderers, ADocumentIsFetchedThroughTheSameDoor) {
  http::Request asked = request("/system/v1/documents/ab12", "Bearer Ab-1.token");
  ASSERT_FALSE(admit_with_renderers(entry_paths_, asked));
  EXPECT_EQ(asked.trust, http::TrustLevel::kSystem);
  EXPECT_TRUE(is_for_renderers(asked));
  http::Request from_people = request("/app/v1/documents/ab12", "Bearer Ab-1.token");
  ASSERT_FALSE(admit_with_renderers(entry_paths_, from_people));
  EXPECT_FALSE(is_for_renderers(from_people));
  EXPECT_EQ(admit(request("/system/v1/documents", "Bearer Ab-1.token")), 401U);
}

TEST_F(AdmitWithRenderers, ADownloadIsBroughtThroughTheSameDoor) {
  http::Request asked = request("/system/v1/documents/?name=x", "Bearer Ab-1.token");
  asked.method = http::Method::kPost;
  ASSERT_FALSE(admit_with_renderers(entry_paths_, asked));
  EXPECT_TRUE(is_for_renderers(asked));
  EXPECT_EQ(asked.query, "name=x");
}

TEST_F(AdmitWithRenderers, NothingElseOpensWithIt) {
  EXPECT_EQ(admit(request("/system/v1/sessions", "Bearer Ab-1.token")), 401U);
  EXPECT_EQ(admit(request("/system/v1/renderer/x", "Bearer Ab-1.token")), 401U);
  EXPECT_EQ(admit(request("/system/v1/renderer", "")), 401U);
  EXPECT_EQ(admit(request("/system/v1/renderer", "Basic eDp5")), 401U);
  EXPECT_EQ(admit(request("/app/../system/v1/renderer", "Bearer Ab-1.token")), 400U);
  for (const char* const path : {"/system/v1/documents/ab12", "/system/v1/documents"}) {
    http::Request other = request(path, "Bearer Ab-1.token");
    other.method = http::Method::kPost;
    EXPECT_EQ(admit(other), 401U) << path;
  }
  http::Request post = request("/system/v1/renderer", "Bearer Ab-1.token");
  post.method = http::Method::kPost;
  EXPECT_EQ(admit(post), 401U);
  http::Request two = request("/system/v1/renderer", "Bearer Ab-1.token");
  two.headers.add("Authorization", "Bearer Ab-1.other");
  EXPECT_EQ(admit(two), 401U);
}

TEST_F(AdmitWithRenderers, OtherPathsAndUsersAreAsBefore) {
  EXPECT_EQ(admit(request("/app/v1/sessions", "Bearer key")), 0U);
  EXPECT_EQ(admit(request("/system/v1/x", "Basic Y29tcG9uZW50czpwdw==")), 0U);
}

TEST_F(AdmitWithRenderers, SystemThatIsOffStaysShut) {
  const http::EntryPaths off{settings(false)};
  http::Request asked = request("/system/v1/renderer", "Bearer Ab-1.token");
  const auto refused = admit_with_renderers(off, asked);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 404U);
}

}  // namespace
}  // namespace turnpike::cobrowse
