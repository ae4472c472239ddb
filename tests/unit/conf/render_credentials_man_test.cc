#include <gmock/gmock.h>

#include "conf/credentials_table.h"
#include "conf/render_credentials.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

TEST(RenderCredentialsMan, NamesKeysAndOtherNames) {
  const std::string page = render_credentials_man_page();
  EXPECT_THAT(page, HasSubstr("\n.B relays[].host\n"));
  EXPECT_THAT(page, HasSubstr("\n.B tls.client_certificates\n"));
  EXPECT_THAT(page, HasSubstr("One of none|optional|required.\n"));
  EXPECT_THAT(page, HasSubstr("\n.B com.unblu.webrtc.iceServer\nrelays[].host\n"));
}

}  // namespace
}  // namespace turnpike::conf
