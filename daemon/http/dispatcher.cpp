#include "http/dispatcher.hpp"

#include <algorithm>
#include <atomic>

#include "http/path.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload {
namespace {

/// nginx's request id, or one of our own where it is missing or odd.
std::string request_id(std::string_view given) {
  const bool plain = !given.empty() && given.size() <= 64 &&
                     std::all_of(given.begin(), given.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  return plain ? std::string(given) : hex(random_bytes(16));
}

/// Whether a browser says that another site made this request.
bool is_cross_site(const Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return false;
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos || origin.substr(scheme_end + 3) != request.header("host");
}

std::string_view permission_name(Permission permission) {
  switch (permission) {
    case Permission::admin: return "admin";
    case Permission::write: return "write";
    default: return "read";
  }
}

Error forbidden(Permission permission, const std::string& where) {
  return Error("forbidden", {{"permission", permission_name(permission)}, {"where", where}});
}

class LateReply final : public LaterReply {
 public:
  LateReply(ReplySink& sink, std::shared_ptr<Exchange> exchange, Reply lost)
      : sink_(sink), exchange_(std::move(exchange)), lost_(std::move(lost)) {}
  ~LateReply() override { LateReply::finish(std::move(lost_)); }
  LateReply(const LateReply&) = delete;
  LateReply& operator=(const LateReply&) = delete;

  void finish(Reply reply) override {
    if (!done_.exchange(true)) sink_.send(std::move(exchange_), std::move(reply));
  }

 private:
  ReplySink& sink_;
  std::shared_ptr<Exchange> exchange_;
  Reply lost_;  ///< Sent where nobody ever finished it.
  std::atomic<bool> done_{false};
};

}  // namespace

class IncomingRequest final : public Request {
 public:
  IncomingRequest(ReplySink& sink, std::shared_ptr<Exchange> exchange) : sink_(sink), exchange_(std::move(exchange)) {
    id = request_id(exchange_->param("REQUEST_ID"));
    method = exchange_->param("REQUEST_METHOD");
    address = exchange_->param("REMOTE_ADDR");
    tls = exchange_->param("HTTPS") == "on";
    exchange_->headers([this](std::string name, std::string_view value) { headers.emplace(std::move(name), value); });
    language = language_of(header("accept-language"));
    background = header("x-podload-background") == "1";
  }

  std::shared_ptr<LaterReply> later() override {
    is_late = true;
    return std::make_shared<LateReply>(sink_, exchange_, make_lost_reply());
  }

  std::function<Reply()> make_lost_reply;
  bool is_late = false;  ///< Whoever has the LateReply answers, whatever the handler throws then.

 private:
  ReplySink& sink_;
  std::shared_ptr<Exchange> exchange_;
};

/// Counts the requests of a cluster that hold a worker, so that one that hangs cannot hold all.
class Dispatcher::Crowd {
 public:
  explicit Crowd(std::size_t limit) : limit_(limit) {}

  class Place {
   public:
    Place(Crowd& crowd, std::string cluster_id) : crowd_(crowd), cluster_id_(std::move(cluster_id)) {}
    ~Place() {
      const std::lock_guard lock(crowd_.mutex_);
      const auto found = crowd_.inside_.find(cluster_id_);
      if (--found->second == 0) crowd_.inside_.erase(found);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Crowd& crowd_;
    const std::string cluster_id_;
  };

  /// Throws Error{"cluster_crowded"} where the cluster has its share already.
  std::unique_ptr<Place> enter(const Cluster& cluster) {
    const std::lock_guard lock(mutex_);
    std::size_t& count = inside_[cluster.id];
    if (count >= limit_) throw Error("cluster_crowded", {{"cluster", cluster.name}}).with_retry_after(1);
    ++count;
    return std::make_unique<Place>(*this, cluster.id);
  }

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> inside_;
};

Dispatcher::Dispatcher(Options options, const Contract& contract, const Words& words, Parts parts, ReplySink& sink, Log& log)
    : options_(options), contract_(contract), words_(words), parts_(parts), sink_(sink), log_(log),
      crowd_(std::make_unique<Crowd>(options.per_cluster)), denials_(parts.audit, parts.database, log) {}

Dispatcher::~Dispatcher() = default;

std::optional<Reply> Dispatcher::serve(const std::shared_ptr<Exchange>& exchange) noexcept {
  std::optional<IncomingRequest> request;
  try {
    request.emplace(sink_, exchange);
    try {
      Target target = parse_target(exchange->param("REQUEST_URI"));
      request->path = std::move(target.path);
      request->query = std::move(target.query);
      const Operation* operation = nullptr;
      try {
        operation = &contract_.route(request->method, target.segments, request->params);
      } catch (const Error&) {
        // Nobody can be told apart: then not even what exists is told.
        if (parts_.authenticator == nullptr) throw Error("no_authenticator");
        throw;
      }
      request->operation_id = operation->id;
      request->change = operation->change;
      request->make_lost_reply = [this, &request] { return error_reply(Error("stopping"), *request); };
      return run(*operation, *request, *exchange);
    } catch (const Error& error) {
      note(error, *request);
      if (error.code() == "forbidden") denials_.record(*request, error);
      Reply reply = error_reply(error, *request);
      return request->is_late ? std::nullopt : std::optional(std::move(reply));
    } catch (...) {  // the request's edge
      const Error internal("internal", Json::object(), caught_text());
      note(internal, *request);
      Reply reply = error_reply(internal, *request);
      return request->is_late ? std::nullopt : std::optional(std::move(reply));
    }
  } catch (...) {
    log_.error("a request could not even be refused", {{"what", caught_text()}});
    Reply reply;
    reply.status = 500;
    return reply;
  }
}

std::optional<Reply> Dispatcher::run(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  const bool changes = !operation.change.empty();
  if (changes && is_cross_site(request)) throw Error("cross_site");
  identify(operation, request);
  if (!operation.unavailable.empty())
    throw Error("plugin_unavailable", {{"plugin", operation.plugin}, {"why", operation.unavailable}});
  locate(operation, request);
  if (changes && parts_.audit == nullptr) throw Error("no_audit_log");
  std::unique_ptr<Crowd::Place> place;
  if (request.cluster) place = crowd_->enter(*request.cluster);
  check_parameters(operation, request);
  read_body(operation, request, exchange);
  return operation.handler(request);
}

void Dispatcher::identify(const Operation& operation, IncomingRequest& request) {
  if (operation.permission == Permission::everyone) return;
  if (parts_.authenticator == nullptr) throw Error("no_authenticator");
  request.principal = parts_.authenticator->authenticate(request);
  if (!request.principal) throw Error("unauthenticated");
}

void Dispatcher::locate(const Operation& operation, IncomingRequest& request) {
  if (operation.permission == Permission::everyone || operation.permission == Permission::signed_in) return;
  const Principal& who = *request.principal;
  if (!who.barred.empty()) throw Error(who.barred);
  if (operation.permission == Permission::admin) {
    if (who.level != Level::admin) throw forbidden(operation.permission, "*");
    return;
  }
  const Level needed = operation.permission == Permission::write ? Level::write : Level::read;
  const auto name = request.params.find("cluster");
  if (name == request.params.end()) {
    if (who.level < needed) throw forbidden(operation.permission, "*");
    return;
  }
  if (parts_.clusters == nullptr) throw Error("no_clusters");
  request.cluster = parts_.clusters->find(name->second);
  const auto space = request.params.find("namespace");
  const std::string where = space == request.params.end() ? name->second : name->second + "/" + space->second;
  if (!request.cluster) {
    // Who may not see all clusters is not told which exist.
    if (who.level == Level::admin || who.all_clusters) throw Error("unknown_cluster", {{"cluster", name->second}});
    throw forbidden(operation.permission, where);
  }
  const bool allowed = space == request.params.end()
                           ? (needed == Level::read && !operation.whole_cluster ? who.sees(request.cluster->id) : who.may(needed, request.cluster->id, ""))
                           : who.may(needed, request.cluster->id, space->second);
  if (!allowed) throw forbidden(operation.permission, where);
}

void Dispatcher::read_body(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  if (operation.method == "GET") return;
  const std::string text = exchange.read_body(options_.body_limit);
  if (!operation.has_body) return;
  if (text.empty()) {
    if (operation.body_required) throw Error("body_missing");
    return;
  }
  if (exchange.param("CONTENT_TYPE").find("json") == std::string_view::npos) throw Error("not_json_type");
  request.body = parse_json(text);
  check_body(operation, request.body);
}

void Dispatcher::note(const Error& error, const Request& request) const {
  const bool ours = words_.status(error.code()) >= 500;
  if (ours || !error.internal().empty())
    log_.write(ours ? LogLevel::error : LogLevel::warn, "a request failed",
               {{"request", request.id}, {"operation", request.operation_id}, {"code", error.code()},
                {"args", error.args()}, {"what", error.internal()}});
}

Reply Dispatcher::error_reply(const Error& error, const Request& request) const {
  const int status = words_.status(error.code());
  Json args = error.args();
  args["incident"] = request.id;
  Json body = {{"success", false}, {"code", words_.knows(error.code()) ? error.code() : "internal"},
               {"message", words_.say(request.language, words_.knows(error.code()) ? error.code() : "internal", args)},
               {"incident", request.id}};
  if (!error.details().is_null()) body["details"] = error.details();
  Reply reply = Reply::json(body, status);
  if (error.retry_after()) reply.headers.emplace_back("Retry-After", std::to_string(*error.retry_after()));
  return reply;
}

}  // namespace podload
