// Passwords that attackers try first: keyboard rows, counting, names, defaults of products, and variants of podload's
// name. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace podload::auth {

/// Pass the password in lower case, like the list, so that case makes no difference.
bool is_common_password(std::string_view lower_case);

/// The length of the list.
std::size_t common_passwords();

}  // namespace podload::auth
