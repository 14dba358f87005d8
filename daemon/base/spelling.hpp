// Finds the name that was probably meant. Free functions; any thread; do not throw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload {

/// The candidate with the smallest spelling distance, however large that is; empty if there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// The nearest candidate that may have been meant: ignoring letter case and - for _, at most a third of the letters
/// differ, or one of the two begins or ends the other. Empty if there is none.
std::string near_miss(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean `x`?" for the near miss of `word`; empty if there is none.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace podload
