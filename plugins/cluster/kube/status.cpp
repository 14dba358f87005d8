#include "kube/status.hpp"

namespace podload::cluster {
namespace {

const char* code_of(HttpFailure::Kind kind) {
  switch (kind) {
    case HttpFailure::Kind::address_refused: return "cluster_address";
    case HttpFailure::Kind::tls: return "cluster_tls";
    case HttpFailure::Kind::timeout: return "cluster_timeout";
    case HttpFailure::Kind::busy:
    case HttpFailure::Kind::crowded: return "cluster_busy";
    case HttpFailure::Kind::too_large: return "cluster_too_large";
    default: return "cluster_unreachable";
  }
}

}  // namespace

Error no_reply(const std::string& cluster, const HttpFailure& failure) {
  Error error(code_of(failure.kind), {{"cluster", cluster}, {"why", cluster_text(failure.text)}});
  if (error.code() == "cluster_busy") error.with_retry_after(1);
  return error;
}

const KubeReply& expect_success(const std::string& cluster, const KubeReply& reply) {
  if (reply.status >= 200 && reply.status < 300) return reply;
  const Json args = {{"cluster", cluster}, {"status", reply.status}, {"why", status_of(reply).message}};
  if (reply.status == 401) throw Error("cluster_sign_in", args);
  if (reply.status == 403) throw Error("cluster_forbids", args);
  if (reply.status == 429) throw Error("cluster_overloaded", args).with_retry_after(reply.retry_after.value_or(1));
  throw Error("cluster_answer", args);
}

}  // namespace podload::cluster
