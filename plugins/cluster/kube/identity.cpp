#include "kube/identity.hpp"

#include <algorithm>
#include <array>

#include "podload/kube_client.hpp"

namespace podload::cluster {
namespace {

constexpr std::array<std::string_view, 3> kModes{"itself", "fixed", "named"};
constexpr std::size_t kLongest = 253, kMost = 1000;

/// Accepts names that may be in a header and are not a group or account of Kubernetes itself.
void check_user(const std::string& user) {
  const bool plain = !user.empty() && user.size() <= kLongest &&
                     std::none_of(user.begin(), user.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
  if (!plain) throw Error("bad_identity", {{"what", "users must be names without spaces, of at most 253 bytes"}});
  if (user.starts_with("system:")) throw Error("bad_identity", {{"what", user + " is a system account of the cluster"}});
}

}  // namespace

std::string_view Identity::mode_name() const { return kModes[static_cast<std::size_t>(mode)]; }

Identity::Mode Identity::mode_named(std::string_view name) {
  const auto found = std::find(kModes.begin(), kModes.end(), name);
  if (found == kModes.end()) throw Error("bad_identity", {{"what", "mode must be itself, fixed or named"}});
  return static_cast<Mode>(found - kModes.begin());
}

Json Identity::json() const {
  Json value = {{"mode", mode_name()}};
  if (mode == Mode::fixed) value["user"] = users.front();
  if (mode == Mode::named) value["users"] = users;
  return value;
}

Identity Identity::from_json(const Json& value) {
  Identity identity;
  identity.mode = mode_named(text_member(value, "mode", "itself"));
  if (identity.mode == Mode::fixed) identity.users = {text_member(value, "user")};
  if (identity.mode == Mode::named)
    for (const Json& user : value.value("users", Json::array())) identity.users.push_back(user.is_string() ? user.get<std::string>() : "");
  if (identity.mode != Mode::itself && (identity.users.empty() || identity.users.size() > kMost))
    throw Error("bad_identity", {{"what", "users must have 1 to 1000 names"}});
  for (const std::string& user : identity.users) check_user(user);
  return identity;
}

std::vector<std::string> Identity::headers(const std::string& person) const {
  if (person.empty() || mode == Mode::itself) return {};
  // The key of an extra is percent-encoded (RFC 3986), as Kubernetes' documentation ("Authenticating") says.
  if (mode == Mode::fixed) return {"Impersonate-User: " + users.front(), "Impersonate-Extra-podload.io%2Fuser: " + person};
  if (std::find(users.begin(), users.end(), person) == users.end()) throw KubeError(KubeError::Fault::not_permitted, "person_not_listed", {{"username", person}});
  return {"Impersonate-User: " + person};
}

}  // namespace podload::cluster
