// The man pages of turnadmin and turnpike, from their tables. Texts only; nothing is printed here.
#pragma once

#include <string>

namespace turnpike::admin {

/// packaging/man/turnadmin.1
std::string render_turnadmin_man_page();
/// packaging/man/turnpike.1
std::string render_turnpike_man_page();

}  // namespace turnpike::admin
