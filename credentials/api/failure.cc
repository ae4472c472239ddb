#include "credentials/api/failure.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;

/// Twilio's error numbers: https://www.twilio.com/docs/api/errors
int twilio_code(unsigned status) {
  switch (status) {
    case 401:
      return 20003;
    case 404:
      return 20404;
    case 429:
      return 20429;
    default:
      return 20001;
  }
}

/// Client-server API, section "Standard error response".
std::string_view matrix_code(unsigned status) {
  switch (status) {
    case 401:
      return "M_UNKNOWN_TOKEN";
    case 403:
      return "M_FORBIDDEN";
    case 404:
      return "M_NOT_FOUND";
    case 429:
      return "M_LIMIT_EXCEEDED";
    default:
      return "M_UNKNOWN";
  }
}

std::string_view kinesis_type(unsigned status) {
  switch (status) {
    case 401:
    case 403:
      return "NotAuthorizedException";
    case 404:
      return "ResourceNotFoundException";
    case 429:
      return "ClientLimitExceededException";
    default:
      return "InvalidArgumentException";
  }
}

std::string xirsys_word(unsigned status) {
  return status == 401 || status == 403 ? "unauthorized" : "invalid_request";
}

json::value body_of(Shape shape, const Failure& failure) {
  switch (shape) {
    case Shape::kOwn:
      break;
    case Shape::kCloudflare:
      return json::object{{"success", false},
                          {"errors", json::array{json::object{{"code", failure.status * 10},
                                                              {"message", failure.detail}}}}};
    case Shape::kTwilio: {
      const int code = twilio_code(failure.status);
      return json::object{{"code", code},
                          {"message", failure.detail},
                          {"more_info", fmt::format("https://www.twilio.com/docs/errors/{}", code)},
                          {"status", failure.status}};
    }
    case Shape::kXirsysV2:
      return json::object{
          {"s", failure.status}, {"e", failure.detail}, {"p", "/getIceServers"}, {"d", nullptr}};
    case Shape::kXirsysV3:
      return json::object{{"s", "error"}, {"v", xirsys_word(failure.status)}};
    case Shape::kMetered:
      return json::object{{"error", failure.detail}};
    case Shape::kMatrix: {
      json::object body{{"errcode", matrix_code(failure.status)}, {"error", failure.detail}};
      if (failure.retry_after_s > 0) body["retry_after_ms"] = failure.retry_after_s * 1000;
      return body;
    }
    case Shape::kKinesis:
      return json::object{{"__type", kinesis_type(failure.status)}, {"Message", failure.detail}};
  }
  return {};
}

}  // namespace

http::Response render_failure(Shape shape, const Failure& failure) {
  http::Response response =
      shape == Shape::kOwn
          ? http::problem(failure.status, failure.detail)
          : http::Response::json(failure.status, http::to_json(body_of(shape, failure)));
  http::set_no_store(response);
  if (failure.retry_after_s > 0) http::set_retry_after(response, failure.retry_after_s);
  if (failure.status == 401) response.headers.set("WWW-Authenticate", "Bearer, Basic");
  return response;
}

}  // namespace turnpike::credentials::api
