// A kubeconfig as a user pastes it: refused with an error of its own, or complete and safe to use.
#include "kube/kubeconfig.hpp"

#include "check.hpp"
#include "config/yaml.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  try {
    const cluster::StoredAccess stored =
        cluster::stored_of_kubeconfig(parse_yaml({reinterpret_cast<const char*>(data), size}));
    const Secret text = cluster::to_text(stored);
    const Json kept = parse_json(text.reveal());
    for (const char* file : {"client-key", "client-certificate", "certificate-authority", "tokenFile", "exec", "auth-provider", "insecure-skip-tls-verify"})
      MUST(!kept.contains(file));
    MUST(cluster::to_text(cluster::stored_of(text)).reveal() == text.reveal());
    const cluster::Access access = cluster::access_of(stored);
    MUST(access.server.starts_with("https://"));
    MUST(access.server.back() != '/');
    MUST(access.server.find_first_of(std::string_view(" @\\#?\r\n\t\0", 9)) == std::string::npos);
    MUST(access.tls != nullptr);
  } catch (const Error& error) {
    MUST(error.code() == "not_yaml" || error.code().starts_with("kubeconfig_"));
  }
  return 0;
}
