// One ended allocation as a row of the accounts (a call detail record): what the relay says of it,
// joined with what was written down when its credential was given out. CSV and JSON have the same
// columns.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/store/records.h"

namespace turnpike::credentials {

/// The columns in their order. `ended` is an entry of the relay's GET /v1/ended; `given` is empty
/// for a credential that this service did not give out. The error names the member that is wrong.
Result<boost::json::object, std::string> accounting_row(std::string_view relay,
                                                        std::string_view instance,
                                                        const boost::json::object& ended,
                                                        const CredentialRecord& given);

/// RFC 4180, ended by CR LF. A text that a spreadsheet would take for a formula gets an apostrophe
/// in front.
std::string csv_line(const boost::json::object& row);
std::string csv_header(const boost::json::object& row);

}  // namespace turnpike::credentials
