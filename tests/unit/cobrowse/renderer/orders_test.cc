#include "cobrowse/renderer/orders.h"

#include <gmock/gmock.h>

namespace turnpike::renderer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kNeeded =
    R"("control_url":"http://127.0.0.1:1/v1/renderer","renderer":"s","token":"t")";

TEST(Orders, AreTakenAsTheyAre) {
  const auto orders = parse_orders("{" + kNeeded + R"(,"capture":"test","width":641,"height":481,
      "max_fps":15,"allow_ports":[8443],"allow_internal":["intranet"],"allow_unsandboxed":true,
      "audio":true,"download_mb":20})");
  ASSERT_TRUE(orders) << orders.error();
  EXPECT_EQ(orders->renderer, "s");
  EXPECT_EQ(orders->token.reveal(), "t");
  EXPECT_EQ(orders->capture, CaptureKind::kTest);
  EXPECT_EQ(orders->width, 640U) << "even";
  EXPECT_EQ(orders->height, 480U);
  EXPECT_EQ(orders->max_fps, 15);
  EXPECT_THAT(orders->allow_ports, ElementsAre(8443));
  EXPECT_THAT(orders->allow_internal, ElementsAre("intranet"));
  EXPECT_TRUE(orders->allow_unsandboxed);
  EXPECT_TRUE(orders->audio);
  EXPECT_EQ(orders->download_mb, 20U);
}

TEST(Orders, WithoutTheRestTheyAreTheDefaults) {
  const auto orders = parse_orders("{" + kNeeded + "}");
  ASSERT_TRUE(orders) << orders.error();
  EXPECT_EQ(orders->capture, CaptureKind::kX11);
  EXPECT_EQ(orders->user, "nobody");
  EXPECT_FALSE(orders->allow_unsandboxed);
  EXPECT_FALSE(orders->audio);
  EXPECT_EQ(orders->uid, 0U);
  EXPECT_EQ(parse_orders("{" + kNeeded + R"(,"uid":61234,"deny_sites":null})")->uid, 61'234U);
}

TEST(Orders, ASessionsNameIsNoPath) {
  for (const std::string& name : {std::string("../x"), std::string("."), std::string("a/b"),
                                  std::string("a b"), std::string(200, 'a')}) {
    const auto orders =
        parse_orders(R"({"control_url":"x","token":"t","renderer":")" + name + "\"}");
    ASSERT_FALSE(orders) << name;
    EXPECT_THAT(orders.error(), HasSubstr("renderer"));
  }
}

TEST(Orders, WhatMakesNoSenseIsNamed) {
  EXPECT_THAT(parse_orders("").error(), HasSubstr("orders: "));
  EXPECT_THAT(parse_orders("{}").error(), HasSubstr("control_url"));
  for (const auto& [member, name] : {std::pair{R"("width":7)", "width"},
                                     {R"("max_fps":61)", "max_fps"},
                                     {R"("capture":"camera")", "capture"},
                                     {R"("allow_ports":[0])", "allow_ports"},
                                     {R"("allow_sites":[7])", "allow_sites"},
                                     {R"("browser":7)", "browser"},
                                     {R"("deny_sites":"a")", "deny_sites"},
                                     {R"("allow_ports":{})", "allow_ports"},
                                     {R"("audio":1)", "audio"},
                                     {R"("download_mb":65)", "download_mb"},
                                     {R"("uid":0)", "uid"},
                                     {R"("uid":999)", "uid"},
                                     {R"("allow_unsandboxed":"yes")", "allow_unsandboxed"}}) {
    const auto orders = parse_orders("{" + kNeeded + "," + member + "}");
    ASSERT_FALSE(orders) << member;
    EXPECT_THAT(orders.error(), HasSubstr(name));
  }
}

}  // namespace
}  // namespace turnpike::renderer
