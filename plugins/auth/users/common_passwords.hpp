// Passwords that whoever guesses tries first: keyboard rows, counting, names, the defaults of products,
// and what people make of the name of this one. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace podload::auth {

/// `lower_case`: the list is, so that case makes no difference.
bool is_common_password(std::string_view lower_case);

/// How many the list has.
std::size_t common_passwords();

}  // namespace podload::auth
