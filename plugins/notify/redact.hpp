// Takes a receiver's secrets out of what it answers: some echo the request. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload::notify {

/// What of that URL and that secret must not be kept anywhere: values of the query, parts of the path that
/// are no common word, the path as a whole, the secret; each as it is, percent-encoded, decoded and base64.
/// Parts of fewer than four characters are left out: they keep nothing secret, and would spoil every text.
std::vector<std::string> secret_parts(std::string_view url, std::string_view secret);

/// The text with "***" in place of each of them, in upper or lower case.
std::string redacted(std::string_view text, const std::vector<std::string>& parts);

}  // namespace podload::notify
