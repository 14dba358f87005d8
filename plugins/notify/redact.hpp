// Removes a receiver's secrets from its answers: some echo the request. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload::notify {

/// The parts of the URL and the secret that must not be stored: values of the query, parts of the path that are not
/// common words, the whole path, the secret; each as it is, percent-encoded, decoded and in base64. Omits parts of
/// fewer than four characters: they protect nothing, and would garble every text.
std::vector<std::string> secret_parts(std::string_view url, std::string_view secret);

/// The text with "***" in place of each part, ignoring case.
std::string redacted(std::string_view text, const std::vector<std::string>& parts);

}  // namespace podload::notify
