#include "kube/status.hpp"

namespace podload::cluster {
namespace {

struct Meaning {
  KubeError::Fault fault;
  const char* code;
};

Meaning meaning_of(HttpFailure::Kind kind) {
  using Fault = KubeError::Fault;
  switch (kind) {
    case HttpFailure::Kind::address_refused: return {Fault::not_sent, "cluster_address"};
    case HttpFailure::Kind::tls: return {Fault::not_sent, "cluster_tls"};
    case HttpFailure::Kind::timeout: return {Fault::late, "cluster_timeout"};
    case HttpFailure::Kind::busy:
    case HttpFailure::Kind::over_budget: return {Fault::not_sent, "cluster_busy"};
    case HttpFailure::Kind::too_large: return {Fault::too_large, "cluster_too_large"};
    default: return {Fault::unreachable, "cluster_unreachable"};
  }
}

}  // namespace

KubeError no_reply(const std::string& cluster, const HttpFailure& failure) {
  const Meaning meaning = meaning_of(failure.kind);
  KubeError error(meaning.fault, meaning.code, {{"cluster", cluster}, {"why", cluster_text(failure.text)}});
  const bool is_busy = failure.kind == HttpFailure::Kind::busy || failure.kind == HttpFailure::Kind::over_budget;
  if (is_busy) error.with_retry_after(1);
  return error;
}

const KubeReply& expect_success(const std::string& cluster, const KubeReply& reply) {
  if (reply.status >= 200 && reply.status < 300) return reply;
  const Json args = {{"cluster", cluster}, {"status", reply.status}, {"why", status_of(reply).message}};
  using Fault = KubeError::Fault;
  if (reply.status == 401) throw KubeError(Fault::unauthenticated, "cluster_sign_in", args);
  if (reply.status == 403) throw KubeError(Fault::forbidden, "cluster_forbids", args);
  if (reply.status != 429) throw KubeError(Fault::status, "cluster_answer", args);
  KubeError overloaded(Fault::status, "cluster_overloaded", args);
  overloaded.with_retry_after(reply.retry_after.value_or(1));
  throw overloaded;
}

}  // namespace podload::cluster
