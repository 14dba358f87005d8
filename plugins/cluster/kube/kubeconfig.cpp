#include "kube/kubeconfig.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "kube/pem.hpp"
#include "kube/secret_tree.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"
#include "podload/url.hpp"

namespace podload::cluster {
namespace {

/// A field that the chosen cluster or user may have, and how it is treated.
struct Field {
  enum class Fate { kept, ignored, file, refused };
  std::string_view name;
  Fate fate;
  std::string_view means;  ///< Of a file: the field that it replaces. Of a refused field: the error's code.
};
using Fate = Field::Fate;

constexpr Field kClusterFields[] = {
    {"server", Fate::kept, {}},
    {"certificate-authority-data", Fate::kept, {}},
    {"tls-server-name", Fate::kept, {}},
    {"certificate-authority", Fate::file, "certificate-authority-data"},
    {"insecure-skip-tls-verify", Fate::refused, "kubeconfig_insecure"},
    {"proxy-url", Fate::refused, "kubeconfig_proxy"},
    {"disable-compression", Fate::ignored, {}},
    {"extensions", Fate::ignored, {}},
};
constexpr Field kUserFields[] = {
    {"token", Fate::kept, {}},
    {"client-certificate-data", Fate::kept, {}},
    {"client-key-data", Fate::kept, {}},
    {"tokenFile", Fate::file, "token"},
    {"client-certificate", Fate::file, "client-certificate-data"},
    {"client-key", Fate::file, "client-key-data"},
    {"exec", Fate::refused, "kubeconfig_exec"},
    {"auth-provider", Fate::refused, "kubeconfig_auth_provider"},
    {"username", Fate::refused, "kubeconfig_password"},
    {"password", Fate::refused, "kubeconfig_password"},
    {"as", Fate::refused, "kubeconfig_impersonation"},
    {"as-uid", Fate::refused, "kubeconfig_impersonation"},
    {"as-groups", Fate::refused, "kubeconfig_impersonation"},
    {"as-user-extra", Fate::refused, "kubeconfig_impersonation"},
    {"extensions", Fate::ignored, {}},
};

/// The stored fields, as a kubeconfig and the sealed text name them.
constexpr std::pair<std::string_view, std::string StoredAccess::*> kTexts[] = {
    {"context", &StoredAccess::context},
    {"server", &StoredAccess::server},
    {"certificate-authority-data", &StoredAccess::certificate_authority_data},
    {"tls-server-name", &StoredAccess::tls_server_name},
    {"client-certificate-data", &StoredAccess::client_certificate_data},
};
constexpr std::pair<std::string_view, Secret StoredAccess::*> kSecrets[] = {
    {"client-key-data", &StoredAccess::client_key_data},
    {"token", &StoredAccess::token},
};

void set(StoredAccess& stored, std::string_view field, Secret value) {
  for (const auto& [name, member] : kTexts)
    if (name == field) stored.*member = value.reveal();
  for (const auto& [name, member] : kSecrets)
    if (name == field) stored.*member = std::move(value);
}

Secret secret_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return Secret();
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? Secret(found->get_ref<const std::string&>()) : Secret();
}

/// `exec: null`, `insecure-skip-tls-verify: false` and `token: ""` have no effect.
bool says_nothing(const Json& value) {
  return value.is_null() || value == false || value == "" || (value.is_structured() && value.empty());
}

/// Fields that kubectl does not know are ignored, as kubectl does.
const Field* field_named(std::span<const Field> fields, std::string_view name) {
  const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  return field == fields.end() ? nullptr : &*field;
}

Secret token_in(const std::string& file, const FileReader& read, Secret inline_token) {
  if (inline_token.empty()) return read(file);
  try {
    Secret token = read(file);
    return token.reveal().find_first_not_of(" \t\r\n") == std::string::npos ? inline_token : token;
  } catch (const Error&) {
    return inline_token;
  }
}

void take(const Json& from, std::span<const Field> fields, const FileReader& read, StoredAccess& stored) {
  for (const auto& [name, value] : from.items()) {
    const Field* field = field_named(fields, name);
    if (field == nullptr || field->fate == Fate::ignored || says_nothing(value)) continue;
    if (field->fate == Fate::refused) throw Error(std::string(field->means), {{"field", name}});
    const std::string& text = value.get_ref<const std::string&>();
    if (field->fate == Fate::kept) {
      set(stored, name, Secret(text));
      continue;
    }
    const bool is_token = field->means == "token";
    if (!read) throw Error(is_token ? "kubeconfig_token_file" : "kubeconfig_file", {{"field", name}, {"instead", field->means}});
    const auto beside = from.find(field->means);
    const bool both = beside != from.end() && !says_nothing(*beside);
    // kubectl refuses a file beside its contents, except for the token: its file takes precedence while it can be read.
    if (both && !is_token) throw Error("kubeconfig_both", {{"field", name}, {"instead", field->means}});
    set(stored, field->means,
        is_token ? token_in(text, read, secret_member(from, "token")) : Secret(base64(read(text).reveal())));
  }
}

/// The bytes of a text in base64. Throws Error{"kubeconfig_damaged"}.
Secret decoded(std::string_view text, std::string_view field) {
  std::optional<std::string> bytes = decode_base64(text);
  if (!bytes) throw Error("kubeconfig_damaged", {{"field", field}});
  return Secret(*std::move(bytes));
}

/// Checks the types of the fields in every row, chosen or not, because kubectl parses all of them.
void check_fields(const Json& row, std::span<const Field> fields) {
  for (const auto& [name, value] : row.items()) {
    const Field* field = field_named(fields, name);
    if (field == nullptr || value.is_null()) continue;
    if (field->fate != Fate::kept && field->fate != Fate::file) continue;
    if (!value.is_string()) throw Error("kubeconfig_not_one", {{"what", name}});
    if (!name.ends_with("-data")) continue;
    const std::string& text = value.get_ref<const std::string&>();
    if (text.find(' ') != std::string::npos) throw Error("kubeconfig_damaged", {{"field", name}});
    decoded(text, name);
  }
}

/// Checks one of the three lists: its rows are objects with unique names. kubectl refuses duplicates too, because they
/// are ambiguous.
void check_list(const Json& kubeconfig, const char* list, const char* kind, std::span<const Field> fields) {
  const Json& rows = kubeconfig.at(list);
  std::set<std::string> names;
  for (const Json& row : rows) {
    if (!row.is_object()) throw Error("kubeconfig_not_one", {{"what", list}});
    const std::string name = text_member(row, "name");
    if (!names.insert(name).second) throw Error("kubeconfig_twice", {{"list", list}, {"name", clean_text(name, 100)}});
    const auto part = row.find(kind);
    if (part == row.end() || part->is_null()) continue;
    if (!part->is_object()) throw Error("kubeconfig_not_one", {{"what", kind}});
    check_fields(*part, fields);
  }
}

void check_type(const Json& kubeconfig) {
  for (const auto& [field, wanted] : {std::pair("apiVersion", "v1"), std::pair("kind", "Config")})
    if (const auto found = kubeconfig.find(field); found != kubeconfig.end() && !says_nothing(*found) && *found != wanted)
      throw Error("kubeconfig_not_one", {{"what", field}});
}

/// The part with that name in one of the three lists.
const Json& part(const Json& kubeconfig, const char* list, const char* kind, const std::string& name) {
  const auto rows = kubeconfig.find(list);
  if (rows != kubeconfig.end() && rows->is_array())
    for (const Json& row : *rows)
      if (text_member(row, "name") == name && row.contains(kind) && row.at(kind).is_object()) return row.at(kind);
  throw Error("kubeconfig_missing_part", {{"kind", kind}, {"name", clean_text(name, 100)}});
}

std::string context_names(const Json& kubeconfig) {
  std::string names;
  for (const Json& row : kubeconfig.at("contexts")) names += (names.empty() ? "" : ", ") + text_member(row, "name");
  return clean_text(names, 500);
}

bool is_name_character(unsigned char c) { return std::isalnum(c) || c == '.' || c == '-'; }

std::string checked_server(std::string server) {
  constexpr std::string_view kScheme = "https://";
  if (server.empty()) throw Error("kubeconfig_server", {{"what", "server"}});
  if (lower_case(server.substr(0, kScheme.size())) != kScheme) throw Error("kubeconfig_not_https");
  while (server.size() > kScheme.size() && server.back() == '/') server.pop_back();
  const auto read = read_url(server);
  const Url* url = std::get_if<Url>(&read);
  const auto fits = [](unsigned char c) { return is_name_character(c) || c == '/' || c == '_' || c == '~'; };
  const bool plain =
      url != nullptr && server.find('?') == std::string::npos && std::all_of(url->path.begin(), url->path.end(), fits);
  if (!plain || url->path.find("/.") != std::string::npos || url->path.find("//") != std::string::npos)
    throw Error("kubeconfig_server", {{"what", "server"}});
  return std::string(kScheme) + server.substr(kScheme.size());
}

/// The token without white space at its end.
Secret checked_token(const Secret& token) {
  std::string_view text = token.reveal();
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!plain) throw Error("kubeconfig_damaged", {{"field", "token"}});
  return Secret(std::string(text));
}

void take_client_certificate(const StoredAccess& stored, TlsIdentity& tls) {
  tls.cert_pem = decoded(stored.client_certificate_data, "client-certificate-data").reveal();
  tls.key_pem = decoded(stored.client_key_data.reveal(), "client-key-data");
  if (tls.cert_pem.empty() && tls.key_pem.empty()) return;
  if (tls.key_pem.empty()) throw Error("kubeconfig_damaged", {{"field", "client-key-data"}});
  if (count_certificates(tls.cert_pem) == 0) throw Error("kubeconfig_damaged", {{"field", "client-certificate-data"}});
  switch (check_key(tls.cert_pem, tls.key_pem)) {
    case KeyState::fits: return;
    case KeyState::encrypted: throw Error("kubeconfig_encrypted_key");
    case KeyState::other_certificate: throw Error("kubeconfig_other_key");
    case KeyState::damaged: throw Error("kubeconfig_damaged", {{"field", "client-key-data"}});
  }
}

}  // namespace

Secret to_text(const StoredAccess& stored) {
  Json object = Json::object();
  for (const auto& [name, member] : kTexts)
    if (!(stored.*member).empty()) object[std::string(name)] = stored.*member;
  for (const auto& [name, member] : kSecrets)
    if (!(stored.*member).empty()) object[std::string(name)] = (stored.*member).reveal();
  const SecretTree tree(std::move(object));
  return Secret(print_json(*tree));
}

StoredAccess stored_of(const Secret& opened) {
  const SecretTree tree(parse_json(opened.reveal()));
  StoredAccess stored;
  for (const auto& [name, member] : kTexts) stored.*member = text_member(*tree, name);
  for (const auto& [name, member] : kSecrets) stored.*member = secret_member(*tree, name);
  return stored;
}

StoredAccess stored_of_kubeconfig(Json kubeconfig, const std::string& context, const FileReader& read) {
  const SecretTree tree(std::move(kubeconfig));
  const Json& config = *tree;
  if (!config.is_object()) throw Error("kubeconfig_not_one", {{"what", "apiVersion, clusters, users, contexts"}});
  for (const char* list : {"clusters", "users", "contexts"})
    if (!config.contains(list) || !config.at(list).is_array()) throw Error("kubeconfig_not_one", {{"what", list}});
  check_type(config);
  check_list(config, "clusters", "cluster", kClusterFields);
  check_list(config, "users", "user", kUserFields);
  check_list(config, "contexts", "context", {});
  const std::string chosen = context.empty() ? text_member(config, "current-context") : context;
  if (chosen.empty()) throw Error("kubeconfig_no_context", {{"contexts", context_names(config)}});
  const Json& names = part(config, "contexts", "context", chosen);
  StoredAccess stored;
  take(part(config, "clusters", "cluster", text_member(names, "cluster")), kClusterFields, read, stored);
  take(part(config, "users", "user", text_member(names, "user")), kUserFields, read, stored);
  stored.context = clean_text(chosen, 253);
  return stored;
}

Access access_of(const StoredAccess& stored) {
  Access access;
  access.server = checked_server(stored.server);
  auto tls = std::make_shared<TlsIdentity>();
  tls->ca_pem = decoded(stored.certificate_authority_data, "certificate-authority-data").reveal();
  if (!tls->ca_pem.empty() && count_certificates(tls->ca_pem) == 0)
    throw Error("kubeconfig_damaged", {{"field", "certificate-authority-data"}});
  tls->server_name = stored.tls_server_name;
  const std::string& name = tls->server_name;
  if (name.size() > 253 || !std::all_of(name.begin(), name.end(), is_name_character))
    throw Error("kubeconfig_damaged", {{"field", "tls-server-name"}});
  take_client_certificate(stored, *tls);
  access.token = checked_token(stored.token);
  if (access.token.empty() && tls->cert_pem.empty()) throw Error("kubeconfig_no_credentials");
  access.tls = std::move(tls);
  return access;
}

}  // namespace podload::cluster
