// Kubeconfigs: which parts are stored, and which are refused.
//
// The file is untrusted. What kubectl refuses is refused (a duplicate name in a list, a field of a wrong type, a file
// beside its contents), and what kubectl ignores is ignored. One context is stored, restricted to a list of fields;
// everything it needs must be inline. A field that would run a program, read a file, skip checks or act as another user
// is refused with a code of its own, whose text says what to do instead. Free functions; any thread. Errors never
// contain text of the file, except for names of contexts and of fields.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "podload/http_client.hpp"
#include "podload/json.hpp"
#include "podload/secret.hpp"

namespace podload::cluster {

/// The address of an API server, how to authenticate it, and the credentials for it.
struct Access {
  std::string server;  ///< "https://host:port/base", without a slash at the end.
  std::shared_ptr<const TlsIdentity> tls;
  Secret token;
};

/// The stored part of a kubeconfig: the server and the credentials of one context. Members are named after the
/// kubeconfig's fields and have their form there; a field that is missing is empty.
struct StoredAccess {
  std::string context;  ///< The name of the context.
  std::string server;
  std::string certificate_authority_data;  ///< base64 of PEM, as the other data.
  std::string tls_server_name;
  std::string client_certificate_data;
  Secret client_key_data;
  Secret token;
};

/// The text that is sealed for the database: a flat JSON object with the kubeconfig's field names.
Secret to_text(const StoredAccess& stored);

/// Reads the opened text. Throws NotJson.
StoredAccess stored_of(const Secret& opened);

/// Reads a file that a kubeconfig names; only the operator's command line may pass one.
using FileReader = std::function<Secret(const std::string& path)>;

/// The part of a parsed kubeconfig that is stored, of its current context or of `context`. The texts of `kubeconfig` are
/// overwritten. Without `read`, files are refused. Throws Error{"kubeconfig_..."}.
StoredAccess stored_of_kubeconfig(Json kubeconfig, const std::string& context = {}, const FileReader& read = {});

/// The stored part, checked and ready for use. Throws Error{"kubeconfig_..."}.
Access access_of(const StoredAccess& stored);

}  // namespace podload::cluster
