// The URL of a webhook: an accepted URL leads where it seems to, also as the connecting library reads it.
#include "webhook_url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "check.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace {

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::string usual_v6(const std::string& text) {
  in6_addr address{};
  char usual[INET6_ADDRSTRLEN] = {};
  MUST(inet_pton(AF_INET6, text.c_str(), &address) == 1);
  return inet_ntop(AF_INET6, &address, usual, sizeof usual);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  const std::string text(reinterpret_cast<const char*>(data), size);
  notify::WebhookUrl read;
  try {
    read = notify::check_url(text, {{}, {"relay.example"}});
  } catch (const Error& error) {
    MUST(error.code() == "bad_webhook_url" || error.code() == "webhook_needs_tls");
    return 0;
  }
  MUST(read.tls || read.host == "relay.example");
  CURLU* const url = curl_url();
  const bool taken = curl_url_set(url, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  const std::string scheme = part(url, CURLUPART_SCHEME), user = part(url, CURLUPART_USER);
  std::string host = lower_case(part(url, CURLUPART_HOST));
  curl_url_cleanup(url);
  if (!taken) return 0;  // the library does not connect then
  if (host.starts_with('[')) host = usual_v6(host.substr(1, host.size() - 2));  // the library shortens some addresses, not all
  MUST(scheme == (read.tls ? "https" : "http"));
  MUST(user.empty());
  MUST(host == read.host);
  return 0;
}
