// A credential in the shape of the route that it was asked for by.
#pragma once

#include <string_view>

#include "credentials/api/bodies.h"
#include "credentials/api/routes.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

/// `account` is Twilio's SID, `label` Metered's, `as_object` stands for Xirsys' format=urls.
http::Response render_answer(const Route& route, const IceAnswer& answer, std::string_view account,
                             std::string_view label, bool as_object);

}  // namespace turnpike::credentials::api
