#include "podload/kube_client.hpp"

#include <algorithm>
#include <charconv>

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/json.hpp"

namespace podload {
namespace {

constexpr std::string_view kRetryAfter = " Retry-After=";

}  // namespace

std::string KubeResource::path(std::string_view name_space, std::string_view name) const {
  std::string path = group_path;
  if (namespaced && !name_space.empty()) path += "/namespaces/" + percent_encode(name_space);
  path += "/" + plural;
  if (!name.empty()) path += "/" + percent_encode(name);
  return path;
}

std::optional<std::string> KubeKind::path(KubeClient& kube, std::string_view name_space, std::string_view name) const {
  const auto base = kube.group_path(group, versions);
  if (!base) return std::nullopt;
  return KubeResource{*base, plural, namespaced}.path(name_space, name);
}

const std::string& body_of(const KubeReply& reply, const std::string& what, const char* not_found) {
  if (reply.status == 200) return reply.body;
  const Json args = {{"what", what}, {"message", status_of(reply).message}, {"status", reply.status}};
  using Fault = KubeError::Fault;
  if (reply.status == 404) throw KubeError(Fault::absent, not_found, args);
  if (reply.status == 401) throw KubeError(Fault::unauthenticated, "kube_sign_in", args);
  if (reply.status == 403) throw KubeError(Fault::forbidden, "kube_forbidden", args);
  KubeError error(Fault::status, "kube_error", args);
  if (reply.retry_after) error.with_retry_after(*reply.retry_after);
  throw error;
}

std::string watch_end_text(const KubeReply& reply) {
  std::string text = std::to_string(reply.status);
  if (reply.retry_after) text.append(kRetryAfter).append(std::to_string(*reply.retry_after));
  return text + " " + status_of(reply).message;
}

KubeWatchEnd watch_end(std::string_view text) {
  KubeWatchEnd end;
  const auto number = [&](int& value) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return true;
  };
  int seconds = 0;
  if (number(end.status) && text.starts_with(kRetryAfter)) {
    text.remove_prefix(kRetryAfter.size());
    if (number(seconds)) end.retry_after = seconds;
  }
  while (text.starts_with(' ')) text.remove_prefix(1);
  end.message = text;
  return end;
}

void check_kube_name(const std::string& what, const std::string& name) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool fits = !name.empty() && name.size() <= 253 && is_plain(name.front()) && is_plain(name.back()) &&
                    std::all_of(name.begin(), name.end(), [&](char c) { return is_plain(c) || c == '-' || c == '.'; });
  if (!fits) throw Error("bad_name", {{"what", what}, {"name", name.substr(0, 80)}});
}

}  // namespace podload
