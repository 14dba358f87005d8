// The steps of every request, in order: path, route, host, origin, principal, plugin, parameters, cluster and
// permission, audit log, slot, body, handler. Each check is made once, here. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/concurrency_limit.hpp"
#include "http/contract.hpp"
#include "http/denials.hpp"
#include "http/exchange.hpp"
#include "http/gate.hpp"
#include "http/handler_watch.hpp"
#include "http/incoming_request.hpp"
#include "http/public_addresses.hpp"
#include "http/request_metrics.hpp"
#include "http/stream_hub.hpp"
#include "http/words.hpp"
#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"

namespace podload {

class Dispatcher {
 public:
  struct Options {
    std::size_t body_limit = 512U << 10;  ///< In bytes, under /api/admin/; elsewhere 16 kB. An operation's x-body-limit overrides both.
    ConcurrencyLimit::Limits limits;
    std::vector<std::string> public_addresses;  ///< In the form that PublicAddresses takes.
    std::size_t workers = 32;  ///< Of which a plugin's handlers get a share.
    StreamHub::Limits streams = {};
  };
  /// Objects that plugins offer, null if no plugin does; and the host's clock, never null.
  struct Parts {
    Authenticator* authenticator = nullptr;
    ClusterDirectory* clusters = nullptr;
    AuditLog* audit = nullptr;
    Database* database = nullptr;  ///< For the rows of denials.
    const Clock* clock = nullptr;
    Metrics* metrics = nullptr;  ///< May be null: then nothing is counted.
  };

  Dispatcher(Options options, const Contract& contract, const Words& words, Parts parts, ReplySink& sink, Log& log);
  ~Dispatcher();

  /// Serves one request; returns nothing if its reply comes later. Does not throw.
  std::optional<Reply> serve(const std::shared_ptr<Exchange>& exchange) noexcept;

  /// From now on a dropped reply gets the error `stopping`. Ends all streams.
  void stopping() noexcept;

  /// Ends the streams of callers who are signed out or no longer authorized; a job calls it every second. Throws
  /// DatabaseUnavailable; all streams have then ended.
  void check_streams();

  std::size_t open_streams() const { return streams_.size(); }

  /// Writes the log rows of omitted denials; a job calls it periodically.
  void write_left_out() noexcept { denials_.write_left_out(); }

  /// Logs handlers that have not returned in time; a job calls it periodically.
  void report_slow_handlers() noexcept { watch_.report(); }

 private:
  std::optional<Reply> answer(std::optional<IncomingRequest>& request, const std::shared_ptr<Exchange>& exchange) noexcept;
  std::optional<Reply> run(IncomingRequest& request, Exchange& exchange);
  const Operation& route(IncomingRequest& request, const Exchange& exchange);
  void check_origin(const Operation& operation, const Request& request) const;
  std::unique_ptr<ConcurrencyLimit::Slot> take_slot(const Operation& operation, const Request& request);
  std::optional<Reply> handle(const Operation& operation, IncomingRequest& request, Exchange& exchange);
  std::optional<Reply> begin_stream(const IncomingRequest& request, Exchange& exchange, const Stream& stream);
  std::optional<Reply> refuse(const Error& error, const std::optional<IncomingRequest>& request) noexcept;
  std::optional<Reply> refuse_unexpected(const std::optional<IncomingRequest>& request) noexcept;  ///< In a handler of `catch (...)`.
  std::size_t body_limit(const Operation& operation) const;
  void read_body(const Operation& operation, IncomingRequest& request, Exchange& exchange);
  void note(const Error& error, const Request& request) const;  ///< Writes the daemon's log.
  Reply error_reply(const Error& error, const std::string& language, const std::string& id) const;

  const Options options_;
  const Contract& contract_;
  const Words& words_;
  const bool has_audit_log_;
  ReplySink& sink_;
  Log& log_;
  Authenticator* const authenticator_;
  const Gate gate_;
  const PublicAddresses addresses_;
  ConcurrencyLimit limit_;
  HandlerWatch watch_;
  StreamHub streams_;
  Denials denials_;
  RequestMetrics metrics_;
  std::atomic<bool> stopping_{false};
};

}  // namespace podload
