#include "handlers.hpp"

#include "object_yaml.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/workload_types.hpp"

namespace podload::objects {
namespace {

/// Objects without a namespace need a grant for the whole cluster.
bool may_see(const Request& request, const Kind& kind) {
  return kind.served.namespaced || request.the_principal().may(Level::read, request.the_cluster().id, {});
}

Reply reply_of(RowList& rows) {
  Reply reply;
  reply.body = rows.take();
  return reply;
}

void check_scope(const Request& request, const Kind& kind) {
  if (!may_see(request, kind)) throw Forbidden("read", request.the_cluster().name);
}

}  // namespace

Reply Handlers::nodes(const Request& request) {
  RowList rows;
  list_nodes(*clusters_.client(request.the_cluster()), rows);
  return reply_of(rows);
}

Reply Handlers::list_family(const Request& request, const char* family) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const std::string_view type = request.query_value("type");
  const auto kube = clusters_.client(request.the_cluster());
  RowList rows;
  SkippedKinds skipped;
  std::size_t tried = 0;
  for (const Kind* kind : kinds_of(family, type)) {
    if (!type.empty()) check_scope(request, *kind);
    if (!may_see(request, *kind)) continue;
    ++tried;
    const std::size_t before = rows.mark();
    try {
      list(*kube, *kind, name_space, rows);
    } catch (const KubeError& error) {
      if (!type.empty()) throw;
      rows.back_to(before);
      skipped.add(kind->name, error);
    }
  }
  skipped.check(tried);
  Reply reply = reply_of(rows);
  if (!skipped.names().empty()) reply.headers.emplace_back("X-Podload-Skipped", skipped.names());
  return reply;
}

Reply Handlers::family_yaml(const Request& request, const char* family) {
  check_kube_name("namespace", request.param("namespace"));
  check_kube_name("name", request.param("name"));
  const Kind& kind = kind_named(family, request.param("kind"));
  if (kind.names_only) throw Error("secret_has_no_yaml");
  check_scope(request, kind);
  const auto kube = clusters_.client(request.the_cluster());
  const auto path = kind.served.path(*kube, request.param("namespace"));
  if (!path) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", kind.kind}});
  return yaml(request, *kube, *path, kind.served.plural);
}

Reply Handlers::workload_yaml(const Request& request) {
  check_kube_name("namespace", request.param("namespace"));
  check_kube_name("name", request.param("name"));
  auto* const types = host_.want<WorkloadTypes>();
  if (types == nullptr) throw Error("no_workload_types");
  const WorkloadType& type = types->find(request.param("type"));
  const auto kube = clusters_.client(request.the_cluster());
  const auto path = types->path(*kube, type, request.param("namespace"));
  if (!path) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", type.kind}});
  return yaml(request, *kube, *path, type.plural);
}

Reply Handlers::yaml(const Request& request, KubeClient& kube, const std::string& path, const std::string& what) {
  KubeRequest get;
  get.path = path + "/" + percent_encode(request.param("name"));
  get.body_limit = kObjectBytes;
  const KubeReply reply = kube.send(get);
  const bool with_values = request.the_principal().may(Level::write, request.the_cluster().id, request.param("namespace"));
  bool hidden = false;
  const Json object = shown_object(JsonDocument(body_of(reply, "get " + what)).root().tree(), with_values, hidden);
  Reply text;
  text.content_type = "text/plain; charset=utf-8";
  if (hidden) text.body = "# " + host_.say(request.language, "env_hidden") + "\n";
  text.body += host_.print_yaml(object);
  return text;
}

}  // namespace podload::objects
