// The path and query of a request: parsed unambiguously, or refused.
#include "check.hpp"
#include "http/path.hpp"
#include "podload/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view uri(reinterpret_cast<const char*>(data), size);
  try {
    const podload::Target target = podload::parse_target(uri);
    MUST(!target.path.empty() && target.path.front() == '/');
    std::string joined;
    for (const std::string& segment : target.segments) {
      MUST(!segment.empty() && segment != "." && segment != "..");
      MUST(segment.find_first_of(std::string_view("/\\\0\r\n", 5)) == std::string::npos);
      joined += "/" + segment;
    }
    MUST(joined == target.path || (joined.empty() && target.path == "/"));
  } catch (const podload::Error& error) {
    MUST(error.code() == "bad_path");
  }
  return 0;
}
