// Which adapter's shape an answer takes.
#include "credentials/api/render_answer.h"

namespace turnpike::credentials::api {

http::Response render_answer(const Route& route, const IceAnswer& answer, std::string_view account,
                             std::string_view label, bool as_object) {
  const unsigned status = route.success;
  switch (route.action) {
    case Action::kCloudflareObject:
      return http::Response::json(status, cloudflare_body(answer, true));
    case Action::kCloudflareArray:
      return http::Response::json(status, cloudflare_body(answer, false));
    case Action::kTwilio:
      return http::Response::json(status, twilio_body(answer, account));
    case Action::kXirsysV2:
      return http::Response::json(status, xirsys_v2_body(answer));
    case Action::kXirsysV3:
      return http::Response::json(status, xirsys_v3_body(answer, as_object));
    case Action::kMetered:
      return http::Response::json(status, metered_body(answer));
    case Action::kMeteredCreate:
      return http::Response::json(status, metered_created_body(answer, label));
    case Action::kMatrix:
      return http::Response::json(status, matrix_body(answer));
    case Action::kKinesis:
      return http::Response::json(status, kinesis_body(answer));
    case Action::kNextcloud:
      return http::Response::json(status, nextcloud_body(answer));
    case Action::kXmpp: {
      http::Response xml = http::Response::text(status, xmpp_body(answer));
      xml.headers.set("Content-Type", "application/xml");
      return xml;
    }
    case Action::kOpenVidu:
      return http::Response::json(status, openvidu_body(answer));
    case Action::kUberti:
    case Action::kIceServers:
    case Action::kMint:
    case Action::kCloudflareRevoke:
    case Action::kList:
    case Action::kRevokeCredential:
    case Action::kRevokeUser:
    case Action::kRevokeSession:
    case Action::kJoin:
    case Action::kLeave:
    case Action::kRevocations:
    case Action::kLift:
    case Action::kKeys:
    case Action::kMakeKey:
    case Action::kRemoveKey:
    case Action::kAudit:
    case Action::kAccounting:
    case Action::kOpenApi:
      break;
  }
  return http::Response::json(status, superset_body(answer));
}

}  // namespace turnpike::credentials::api
