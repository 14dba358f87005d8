#include "http/dispatcher.hpp"

#include <algorithm>

#include "http/incoming_request.hpp"
#include "http/path.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::size_t kSmallBody = 16U << 10;  // the limit outside /api/admin/, in bytes
constexpr JsonLimits kBodyJson{.levels = 64, .values = 100'000, .repeated_members = false};
constexpr std::size_t kShownText = 100;  // of a refused header, in characters

/// Whether the type is application/json, with any parameters.
bool is_json(std::string_view content_type) {
  std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  return type == "application/json";
}

std::string_view permission_name(Permission permission) {
  switch (permission) {
    case Permission::admin: return "admin";
    case Permission::write: return "write";
    default: return "read";
  }
}

Forbidden forbidden(Permission permission, const std::string& where) { return {permission_name(permission), where}; }

/// Whether the principal may know which clusters exist.
bool sees_all_clusters(const Principal& principal) {
  return principal.level == Level::admin || (principal.all_clusters && principal.level >= Level::read);
}

}  // namespace

Dispatcher::Dispatcher(Options options, const Contract& contract, const Words& words, Parts parts, ReplySink& sink, Log& log)
    : options_(std::move(options)), contract_(contract), words_(words), parts_(parts), sink_(sink), log_(log),
      addresses_(options_.public_addresses), limit_(options_.limits), denials_(parts.audit, parts.database, *parts.clock, log) {}

Dispatcher::~Dispatcher() = default;

std::optional<Reply> Dispatcher::serve(const std::shared_ptr<Exchange>& exchange) noexcept {
  std::optional<IncomingRequest> request;
  try {
    request.emplace(sink_, exchange, log_);
    try {
      Target target = parse_target(exchange->param("REQUEST_URI"));
      request->path = std::move(target.path);
      request->query = std::move(target.query);
      const Operation* operation = nullptr;
      try {
        operation = &contract_.route(request->method, target.segments, request->params);
      } catch (const Error&) {
        // Without authentication, not even the existence of a route is revealed.
        if (parts_.authenticator == nullptr) throw Error("no_authenticator");
        throw;
      }
      request->operation_id = operation->id;
      request->change = operation->change;
      request->plugin = operation->plugin;
      request->lost_reply = [this, language = request->language, id = request->id] {
        return error_reply(Error(stopping_ ? "stopping" : "reply_lost"), language, id);
      };
      return run(*operation, *request, *exchange);
    } catch (const Error& error) {
      note(error, *request);
      if (dynamic_cast<const Forbidden*>(&error) != nullptr) denials_.record(*request, error);
      Reply reply = error_reply(error, request->language, request->id);
      return request->is_late() ? std::nullopt : std::optional(std::move(reply));
    } catch (...) {  // the request's edge
      const Error internal("internal", Json::object(), caught_text());
      note(internal, *request);
      Reply reply = error_reply(internal, request->language, request->id);
      return request->is_late() ? std::nullopt : std::optional(std::move(reply));
    }
  } catch (...) {
    log_.error("the error reply to a request failed", {{"what", caught_text()}});
    Reply reply;
    reply.status = 500;
    return reply;
  }
}

std::optional<Reply> Dispatcher::run(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  const bool changes = !operation.change.empty();
  if (!operation.any_host && !addresses_.has_host(request))
    throw Error("unknown_host", {{"host", clean_text(request.header("host"), kShownText)}});
  if (changes && addresses_.is_cross_site(request))
    throw Error("cross_site", {{"origin", clean_text(request.header("origin"), kShownText)}, {"host", clean_text(request.header("host"), kShownText)}});
  identify(operation, request);
  if (!operation.unavailable.empty())
    throw Error("plugin_unavailable", {{"plugin", operation.plugin}, {"why", operation.unavailable}});
  check_parameters(operation, request);  // before a denial is written to the log
  locate(operation, request);
  if (changes && parts_.audit == nullptr) throw Error("no_audit_log");
  std::unique_ptr<ConcurrencyLimit::Slot> slot;
  if (request.cluster && changes) {
    const auto name_space = request.params.find("namespace");
    slot = limit_.enter_change(*request.cluster, name_space == request.params.end() ? "" : name_space->second);
  } else if (request.cluster) {
    slot = limit_.enter_read(*request.cluster, request.principal ? request.principal->user_id : "");
  }
  read_body(operation, request, exchange);
  std::optional<Reply> reply = operation.handler(request);
  if (request.is_late() && reply) {
    log_.error("a handler requested a later reply and also returned one; the later one is used",
               {{"request", request.id}, {"operation", operation.id}, {"plugin", operation.plugin}});
    return std::nullopt;
  }
  if (!request.is_late() && !reply) throw Error("internal", Json::object(), "the handler of the plugin " + operation.plugin + " neither replied nor requested a later reply");
  return reply;
}

void Dispatcher::identify(const Operation& operation, IncomingRequest& request) {
  if (operation.permission == Permission::everyone) return;
  if (parts_.authenticator == nullptr) throw Error("no_authenticator");
  request.principal = parts_.authenticator->authenticate(request);
  if (!request.principal) throw Error("unauthenticated");
}

void Dispatcher::locate(const Operation& operation, IncomingRequest& request) {
  if (operation.permission == Permission::everyone || operation.permission == Permission::signed_in) return;
  const Principal& principal = *request.principal;
  if (!principal.barred.empty()) throw Error(principal.barred);
  if (operation.permission == Permission::admin) {
    if (principal.level != Level::admin) throw forbidden(operation.permission, "*");
    return;
  }
  const Level needed = operation.permission == Permission::write ? Level::write : Level::read;
  const auto name = request.params.find("cluster");
  if (name == request.params.end()) {
    if (principal.level < needed) throw forbidden(operation.permission, "*");
    return;
  }
  if (parts_.clusters == nullptr) throw Error("no_clusters");
  request.cluster = visible_cluster(principal, name->second);
  const auto space = request.params.find("namespace");
  const std::string where = space == request.params.end() ? name->second : name->second + "/" + space->second;
  if (!request.cluster) {
    if (sees_all_clusters(principal)) throw Error("unknown_cluster", {{"cluster", name->second}});
    throw forbidden(operation.permission, where);
  }
  const bool allowed = space == request.params.end()
                           ? (needed == Level::read && !operation.whole_cluster ? principal.sees(request.cluster->id) : principal.may(needed, request.cluster->id, ""))
                           : principal.may(needed, request.cluster->id, space->second);
  if (!allowed) throw forbidden(operation.permission, where);
}

std::optional<Cluster> Dispatcher::visible_cluster(const Principal& principal, const std::string& name) const {
  if (sees_all_clusters(principal)) return parts_.clusters->find(name);
  // A cluster that the principal does not see is not looked up, so that neither status nor timing reveals whether it
  // exists.
  for (Cluster& cluster : parts_.clusters->all())
    if (principal.sees(cluster.id) && cluster.name == name) return std::move(cluster);
  return std::nullopt;
}

void Dispatcher::read_body(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  if (operation.method == "GET") return;
  const std::string text = exchange.read_body(body_limit(operation));
  if (text.empty()) {
    if (operation.body_required) throw Error("body_missing");
    return;
  }
  if (!operation.has_body) throw Error("no_body_here");
  const std::string_view type = exchange.param("CONTENT_TYPE");
  if (!is_json(type)) throw Error("not_json_type", {{"type", clean_text(type, kShownText)}});
  request.body = parse_json(text, kBodyJson);
  check_body(operation, request.body);
}

std::size_t Dispatcher::body_limit(const Operation& operation) const {
  const bool administers = operation.path.starts_with("/api/admin/");
  const std::size_t least = administers ? options_.body_limit : std::min(options_.body_limit, kSmallBody);
  return operation.body_limit > 0 ? operation.body_limit : least;
}

void Dispatcher::note(const Error& error, const Request& request) const {
  const bool ours = words_.status(error.code()) >= 500;
  if (ours || !error.internal().empty())
    log_.write(ours ? LogLevel::error : LogLevel::warn, "a request failed",
               {{"request", request.id}, {"operation", request.operation_id}, {"code", error.code()},
                {"args", error.args()}, {"what", error.internal()}});
}

Reply Dispatcher::error_reply(const Error& error, const std::string& language, const std::string& id) const {
  const int status = words_.status(error.code());
  Json args = error.args();
  args["incident"] = id;
  Json body = {{"success", false}, {"code", words_.knows(error.code()) ? error.code() : "internal"},
               {"message", words_.say(language, words_.knows(error.code()) ? error.code() : "internal", args)},
               {"incident", id}};
  if (!error.details().is_null()) body["details"] = error.details();
  Reply reply = Reply::json(body, status);
  if (error.retry_after()) reply.headers.emplace_back("Retry-After", std::to_string(*error.retry_after()));
  return reply;
}

}  // namespace podload
