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

/// Reads a file that a kubeconfig names; only the operator's command line may pass one.
using FileReader = std::function<std::string(const std::string& path)>;

/// The stored part of a kubeconfig: the server and the credentials of its current context, or of `context`, as a flat
/// object with the kubeconfig's own field names, and the context's name as `context`. Without `read`, files are
/// refused. Throws Error{"kubeconfig_..."}.
Json kept_of_kubeconfig(const Json& kubeconfig, const std::string& context = {}, const FileReader& read = {});

/// The result of kept_of_kubeconfig, ready for use. Throws Error{"kubeconfig_..."}.
Access access_of(const Json& kept);

}  // namespace podload::cluster
