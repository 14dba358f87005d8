// What the API server's reply to a write of a Pod proves; used for removals, restores, dry runs and the settler's fence.
// Value types and free functions; any thread. Does not throw Error: errors are part of the result.
#pragma once

#include <optional>
#include <string>

#include "kube/pod.hpp"
#include "podload/error.hpp"
#include "podload/kube_client.hpp"

namespace podload::pod_load {

struct WriteAnswer {
  enum class Result {
    stored,          ///< `pod` is the stored Pod (of a dry run: the Pod that would be stored). Admission may have changed it.
    conflict,        ///< Nothing was stored: the Pod has another resourceVersion. Read it again.
    not_found,       ///< Nothing was stored: there is no Pod of that name and uid. Read it again.
    not_permitted,   ///< Nothing was sent: podload may not impersonate this user (`why`).
    dry_run_unsupported, ///< Nothing was stored: an admission webhook does not support dry runs (`why`).
    refused,         ///< Nothing was stored, for the reason `why`.
    unknown          ///< It may have been stored or may yet be (`why`).
  };
  Result result = Result::unknown;
  std::optional<Pod> pod;
  std::optional<Error> why;
  std::string writers;  ///< The field managers other than podload that own the load label of `pod`, comma-separated.
};

/// How long to wait for the reply to a write. An API server takes up to 34 s for a PATCH (requestTimeoutUpperBound in
/// k8s.io/apiserver's handlers), including its admission webhooks.
inline constexpr std::chrono::seconds kWriteTimeout{45};
/// No API server works on a request for longer: the default of --request-timeout is 60 s.
inline constexpr int kRequestLivesSeconds = 60;

WriteAnswer read_write_answer(const KubeReply& reply, const std::string& label);

/// Sends the write and reads its reply. An error that proves that nothing was sent is `refused` or `not_permitted`; any
/// other is `unknown`.
WriteAnswer send_write(KubeClient& kube, const KubeRequest& request, const std::string& label);

}  // namespace podload::pod_load
