#include "base/spelling.hpp"

#include <algorithm>
#include <numeric>

#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::size_t kLongest = 128;  // the longest word that is compared: the cost grows with its length

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// Lower case, with underscores for hyphens.
std::string plain(std::string_view word) {
  std::string made = lower_case(word);
  std::replace(made.begin(), made.end(), '-', '_');
  return made;
}

/// Whether one begins or ends the other and is long enough for that to be no accident.
bool is_part(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return a.size() >= 3 && (b.starts_with(a) || b.ends_with(a));
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string_view compared = word.substr(0, kLongest);
  const auto best = std::min_element(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
    return distance(compared, a) < distance(compared, b);
  });
  return best == candidates.end() ? std::string() : *best;
}

std::string near_miss(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongest) return {};
  const std::string meant = plain(word);
  std::string best;
  std::size_t least = kLongest;
  for (const std::string& candidate : candidates) {
    const std::string other = plain(candidate);
    const std::size_t apart = distance(meant, other);
    const bool near = apart <= std::max(meant.size(), other.size()) / 3 || is_part(meant, other);
    if (near && apart < least) best = candidate, least = apart;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string like = near_miss(word, candidates);
  return like.empty() ? like : "; did you mean `" + like + "`?";
}

}  // namespace podload
