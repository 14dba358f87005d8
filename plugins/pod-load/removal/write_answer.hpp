// What the API server's reply to a write of a Pod proves. Removal, restore, rehearsal and the settler's fence all ask
// this one function. Any thread.
#pragma once

#include <optional>
#include <string>

#include "kube/pod.hpp"
#include "podload/error.hpp"
#include "podload/kube_client.hpp"

namespace podload::pod_load {

struct WriteAnswer {
  enum class Result {
    stored,          ///< `pod` is what the API server has now (after a dry run: would have). Admission may have changed it.
    conflict,        ///< Nothing was stored: the Pod is of another version. Read it again.
    not_found,       ///< Nothing was stored: no Pod of that name and uid. Only a read says what became of it.
    not_permitted,   ///< Nothing was sent: podload may not act in this person's name there (`why`).
    cannot_rehearse, ///< Nothing was stored: an admission webhook takes no dry run (`why`).
    refused,         ///< Nothing was stored, for the reason `why`.
    unknown          ///< It may have been stored, or may be yet; `why` says what came instead of an answer.
  };
  Result result = Result::unknown;
  std::optional<Pod> pod;
  std::optional<Error> why;
  std::string writers;  ///< Of `pod`: the field managers other than podload that own the load label; empty for none.
};

/// How long the caller waits for a write's answer. An API server gives a PATCH up to 34 s (requestTimeoutUpperBound in
/// k8s.io/apiserver's handlers), its admission webhooks included.
inline constexpr std::chrono::seconds kWriteTimeout{45};
/// After this long no API server works on a request any more: --request-timeout is 60 s unless configured.
inline constexpr int kRequestLivesSeconds = 60;

WriteAnswer read_write_answer(const KubeReply& reply, const std::string& label);

/// Sends the write and reads its reply. An error that proves that nothing was sent is `refused` or
/// `not_permitted`; every other, `unknown`.
WriteAnswer send_write(KubeClient& kube, const KubeRequest& request, const std::string& label);

}  // namespace podload::pod_load
