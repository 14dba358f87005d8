// Handlers for POST …/remove-load, POST …/restore-traffic and GET …/operations/{id}: they parse and reply. Owned by the
// plugin; any thread. Throws Error (an operation's refusal or failure, with its view as details).
#pragma once

#include "podload/host.hpp"
#include "record/journal.hpp"
#include "removal/operation_runner.hpp"

namespace podload::pod_load {

class OperationHandlers {
 public:
  OperationHandlers(Host& host, Journal& journal, OperationRunner& runner) : host_(host), journal_(journal), runner_(runner) {}

  Answer change(Request& request, PodOperation::Kind kind);
  Reply show(Request& request);

 private:
  OperationRunner::Result run(const Order& order, const std::string& language);
  Json reply_of(const PodOperation& operation, const std::string& language, bool dry_run) const;

  Host& host_;
  Journal& journal_;
  OperationRunner& runner_;
};

}  // namespace podload::pod_load
