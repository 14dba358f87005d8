// Kubeconfigs: what of them is taken, and what is refused.
//
// Somebody else wrote the file. What kubectl refuses is refused (a name twice in a list, a field of a
// wrong type, a file beside its contents), and what it passes over is passed over. Taken is one context, by a list of what may stand in it: everything
// it needs must be inline. What would run a program, read a file, skip checks or act as another
// user is refused, each with its own code whose words say what to do instead. Free functions; any
// thread. Errors never carry contents of the file, but for names of contexts and of fields.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "podload/http_client.hpp"
#include "podload/json.hpp"
#include "podload/secret.hpp"

namespace podload::cluster {

/// Where an API server is, how to know it, and how to be known by it.
struct Access {
  std::string server;  ///< "https://host:port/base", no slash at the end.
  std::shared_ptr<const TlsIdentity> tls;
  Secret token;
};

/// Reads a file that a kubeconfig names; only the operator's command line may hand one in.
using FileReader = std::function<std::string(const std::string& path)>;

/// What is kept of a kubeconfig: the server and the credentials of its current context, or of the
/// one named, in a flat object of the kubeconfig's own field names, and the context's name as
/// `context`. Without `read`, files are refused. Throws Error{"kubeconfig_..."}.
Json kept_of_kubeconfig(const Json& kubeconfig, const std::string& context = {}, const FileReader& read = {});

/// What kept_of_kubeconfig returned, ready for use. Throws Error{"kubeconfig_..."}.
Access access_of(const Json& kept);

}  // namespace podload::cluster
