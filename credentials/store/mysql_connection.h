// A MySQL or MariaDB server as a SqlConnection. Speaks bytes: the connection's character set is
// binary, so that names and keys come back as they were written. The one home of libmariadb.
#pragma once

#include <memory>

#include "credentials/store/mysql_settings.h"
#include "credentials/store/sql_connection.h"

namespace turnpike::credentials {

/// `timeout` counts where the settings say nothing, in whole seconds.
std::unique_ptr<SqlConnection> make_mysql_connection(MysqlSettings settings, milliseconds timeout);

}  // namespace turnpike::credentials
