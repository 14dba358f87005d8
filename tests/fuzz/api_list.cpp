// A list, or any other reply, from an API server.
#include "kube_readers.hpp"
#include "podload/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  try {
    const JsonDocument document({reinterpret_cast<const char*>(data), size});
    const JsonView root = document.root();
    root["metadata"]["continue"].text();
    root["metadata"]["resourceVersion"].text();
    fuzz::read_as_all(root);
    root["items"].each([](JsonView item) { fuzz::read_as_all(item); });
  } catch (const Error& error) {
    MUST(error.code() == "kube_bad_reply");
  }
  return 0;
}
