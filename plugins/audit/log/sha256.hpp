// SHA-256. Free function; any thread; throws std::runtime_error if OpenSSL fails.
#pragma once

#include <string>

namespace podload::audit {

std::string sha256(const std::string& text);  ///< 32 bytes

}  // namespace podload::audit
