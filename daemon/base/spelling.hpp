// Which of several names somebody may have meant. Free functions; any thread; do not throw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podload {

/// The one of `candidates` that is nearest in spelling, however far it is; empty where there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// The nearest where it can have been meant: letter case and - for _ aside, at most a third of the
/// letters differ, or the one begins or ends the other. Empty where none can.
std::string near_miss(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace podload
