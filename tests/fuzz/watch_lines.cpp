// The lines of a watch, as they arrive in pieces: the same lines however the stream is split, and each is parsed.
#include <algorithm>
#include <vector>

#include "kube/watch.hpp"
#include "kube_readers.hpp"
#include "podload/error.hpp"

namespace {

constexpr std::size_t kLimit = 1000;

/// The lines of `text` in pieces of `piece` bytes, and whether none was too long.
std::pair<std::vector<std::string>, bool> lines_of(std::string_view text, std::size_t piece) {
  podload::cluster::LineSplitter splitter(kLimit);
  std::vector<std::string> lines;
  bool fits = true;
  for (std::size_t at = 0; at < text.size() && fits; at += piece)
    fits = splitter.feed(text.substr(at, piece), [&](std::string_view line) { lines.emplace_back(line); }, [] { return true; });
  return {lines, fits};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto [lines, fits] = lines_of(text, std::max<std::size_t>(1, text.size()));
  const auto [in_pieces, fit_in_pieces] = lines_of(text, 1 + data[0]);
  MUST(fits == fit_in_pieces);
  if (fits) MUST(lines == in_pieces);
  for (const std::string& line : lines) {
    MUST(!line.empty() && line.find('\n') == std::string::npos && line.size() <= kLimit);
    try {
      const JsonDocument document(line);
      document.root()["type"].text();
      fuzz::read_as_all(document.root()["object"]);
    } catch (const Error& error) {
      MUST(error.code() == "kube_bad_reply");
    }
  }
  return 0;
}
