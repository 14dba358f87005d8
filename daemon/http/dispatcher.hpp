// What happens to every request, in order: path, route, origin, who, plugin, where, permission,
// record, crowd, body, handler. Each check is made once, here. Any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/contract.hpp"
#include "http/denials.hpp"
#include "http/exchange.hpp"
#include "http/words.hpp"
#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class IncomingRequest;

class Dispatcher {
 public:
  struct Options {
    std::size_t body_limit = 512U << 10;
    std::size_t per_cluster = 4;  ///< Requests of one cluster that may hold a worker at once.
  };
  /// What plugins offer; null where none does.
  struct Parts {
    Authenticator* authenticator = nullptr;
    ClusterDirectory* clusters = nullptr;
    AuditLog* audit = nullptr;
    Database* database = nullptr;  ///< For the rows of what was denied.
  };

  Dispatcher(Options options, const Contract& contract, const Words& words, Parts parts, ReplySink& sink, Log& log);
  ~Dispatcher();

  /// Serves one request; nothing where its reply comes later. Does not throw.
  std::optional<Reply> serve(const std::shared_ptr<Exchange>& exchange) noexcept;

 private:
  class Crowd;
  std::optional<Reply> run(const Operation& operation, IncomingRequest& request, Exchange& exchange);
  void identify(const Operation& operation, IncomingRequest& request);
  void locate(const Operation& operation, IncomingRequest& request);
  void read_body(const Operation& operation, IncomingRequest& request, Exchange& exchange);
  void note(const Error& error, const Request& request) const;  ///< In the daemon's log.
  Reply error_reply(const Error& error, const Request& request) const;

  const Options options_;
  const Contract& contract_;
  const Words& words_;
  const Parts parts_;
  ReplySink& sink_;
  Log& log_;
  std::unique_ptr<Crowd> crowd_;
  Denials denials_;
};

}  // namespace podload
