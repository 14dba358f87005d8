#include "http/dispatcher.hpp"

#include <algorithm>
#include <variant>

#include "base/crash_report.hpp"
#include "http/conditional.hpp"
#include "http/path.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/parse_json.hpp"
#include "podload/secret.hpp"
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

/// A client connects again after one to three seconds; at random, so that all do not come at once after a restart.
Reply stream_head() {
  Reply reply;
  reply.content_type = "text/event-stream; charset=utf-8";
  reply.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  reply.body = "retry: " + std::to_string(1000 + static_cast<unsigned char>(random_bytes(1)[0]) * 8) + "\n\n";
  return reply;
}

Reply bare_error() {
  Reply reply;
  reply.status = 500;
  return reply;
}

}  // namespace

Dispatcher::Dispatcher(Options options, const Contract& contract, const Words& words, Parts parts, ReplySink& sink, Log& log)
    : options_(std::move(options)), contract_(contract), words_(words), has_audit_log_(parts.audit != nullptr), sink_(sink), log_(log),
      authenticator_(parts.authenticator), gate_(parts.authenticator, parts.clusters), addresses_(options_.public_addresses), limit_(options_.limits),
      watch_(options_.workers, *parts.clock, log), streams_(options_.streams, log), denials_(parts.audit, parts.database, *parts.clock, log),
      metrics_(parts.metrics, *parts.clock) {}

Dispatcher::~Dispatcher() = default;

std::optional<Reply> Dispatcher::serve(const std::shared_ptr<Exchange>& exchange) noexcept {
  const SteadyTime began = metrics_.begin();
  std::optional<IncomingRequest> request;
  std::optional<Reply> reply = answer(request, exchange);
  if (reply) metrics_.answered(request ? request->operation_id : "", reply->status, began);
  return reply;
}

std::optional<Reply> Dispatcher::answer(std::optional<IncomingRequest>& request, const std::shared_ptr<Exchange>& exchange) noexcept {
  try {
    request.emplace(sink_, exchange, log_);
    return run(*request, *exchange);
  } catch (const Error& error) {
    return refuse(error, request);
  } catch (...) {  // the request's edge
    return refuse_unexpected(request);
  }
}

std::optional<Reply> Dispatcher::run(IncomingRequest& request, Exchange& exchange) {
  const Operation& operation = route(request, exchange);
  check_origin(operation, request);
  gate_.identify(operation, request);
  if (!operation.unavailable.empty())
    throw Error("plugin_unavailable", {{"plugin", operation.plugin}, {"why", operation.unavailable}});
  check_parameters(operation, request);  // before a denial is written to the log
  gate_.admit(operation, request);
  if (!operation.change.empty() && !has_audit_log_) throw Error("no_audit_log");
  const auto place = [&] { return take_slot(operation, request); };
  const auto slot = operation.answers_from_memory ? nullptr : place();
  if (operation.answers_from_memory) request.take_place = place;
  read_body(operation, request, exchange);
  if (operation.streams) request.open_stream = [&] { return streams_.open(Gate::ticket(operation, request)); };
  return handle(operation, request, exchange);
}

void Dispatcher::stopping() noexcept {
  stopping_ = true;
  streams_.stop();
}

void Dispatcher::check_streams() {
  streams_.check([this](const std::vector<Gate::Ticket>& tickets) {
    std::vector<Principal> principals;
    principals.reserve(tickets.size());
    for (const Gate::Ticket& ticket : tickets) principals.push_back(ticket.principal);
    const auto now = authenticator_->current(principals);
    std::vector<bool> still(tickets.size(), false);
    for (std::size_t i = 0; i < tickets.size() && i < now.size(); ++i) still[i] = now[i] && gate_.still_admits(tickets[i], *now[i]);
    return still;
  });
}

const Operation& Dispatcher::route(IncomingRequest& request, const Exchange& exchange) {
  Target target = parse_target(exchange.param("REQUEST_URI"));
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  const Operation* operation = nullptr;
  try {
    operation = &contract_.route(request.method, target.segments, request.params);
  } catch (const Error&) {
    // Without authentication, not even the existence of a route is revealed.
    if (!gate_.has_authenticator()) throw Error("no_authenticator");
    throw;
  }
  request.operation_id = operation->id;
  request.change = operation->change;
  request.plugin = operation->plugin;
  request.background = request.background || operation->streams;  // a stream must not keep its session alive
  request.answered = [this, id = operation->id, began = metrics_.begin()](int status) { metrics_.answered(id, status, began); };
  request.lost_reply = [this, language = request.language, id = request.id] {
    return error_reply(Error(stopping_ ? "stopping" : "reply_lost"), language, id);
  };
  return *operation;
}

void Dispatcher::check_origin(const Operation& operation, const Request& request) const {
  const std::string host = clean_text(request.header("host"), kShownText);
  if (!operation.any_host && !addresses_.has_host(request)) throw Error("unknown_host", {{"host", host}});
  if (!operation.change.empty() && addresses_.is_cross_site(request))
    throw Error("cross_site", {{"origin", clean_text(request.header("origin"), kShownText)}, {"host", host}});
}

std::unique_ptr<ConcurrencyLimit::Slot> Dispatcher::take_slot(const Operation& operation, const Request& request) {
  if (!request.cluster) return nullptr;
  if (operation.change.empty()) return limit_.enter_read(*request.cluster, request.principal ? request.principal->user_id : "");
  const auto name_space = request.params.find("namespace");
  return limit_.enter_change(*request.cluster, name_space == request.params.end() ? "" : name_space->second);
}

std::optional<Reply> Dispatcher::handle(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  const auto entry = watch_.enter(operation, request.id);
  const RunningPlugin running(operation.plugin, operation.id, request.id);
  Answer answer = operation.handler(request);
  if (const auto* const stream = std::get_if<Stream>(&answer)) return begin_stream(request, exchange, *stream);
  auto* const reply = std::get_if<Reply>(&answer);
  if (request.is_late()) {
    if (reply != nullptr)
      log_.error("a handler requested a later reply and also returned one; the later one is used",
                 {{"request", request.id}, {"operation", operation.id}, {"plugin", operation.plugin}});
    return std::nullopt;
  }
  if (reply == nullptr) throw Error("internal", Json::object(), "the handler of the plugin " + operation.plugin + " returned the later reply of another request");
  return conditional(request, std::move(*reply));
}

std::optional<Reply> Dispatcher::begin_stream(const IncomingRequest& request, Exchange& exchange, const Stream& stream) {
  if (request.method == "HEAD") return stream_head();
  streams_.attach(stream.stream(), [&] { return sink_.detach(exchange, stream_head()); });
  request.answered(200);
  return std::nullopt;
}

std::optional<Reply> Dispatcher::refuse_unexpected(const std::optional<IncomingRequest>& request) noexcept {
  try {
    return refuse(Error("internal", Json::object(), caught_text()), request);
  } catch (...) {  // out of memory
    return bare_error();
  }
}

std::optional<Reply> Dispatcher::refuse(const Error& error, const std::optional<IncomingRequest>& request) noexcept {
  try {
    if (request) {
      note(error, *request);
      if (dynamic_cast<const Forbidden*>(&error) != nullptr) denials_.record(*request, error);
      if (request->is_late()) return std::nullopt;
      return error_reply(error, request->language, request->id);
    }
    log_.error("a request could not be read", {{"what", error.what()}});
  } catch (...) {  // out of memory
    log_.error("the error reply to a request failed", {{"what", caught_text()}});
  }
  return bare_error();
}

void Dispatcher::read_body(const Operation& operation, IncomingRequest& request, Exchange& exchange) {
  if (operation.method == "GET") return;
  const Secret text(exchange.read_body(body_limit(operation)));  // it may have a password
  if (text.empty()) {
    if (operation.body_required) throw Error("body_missing");
    return;
  }
  if (!operation.has_body) throw Error("no_body_here");
  const std::string_view type = exchange.param("CONTENT_TYPE");
  if (!is_json(type)) throw Error("not_json_type", {{"type", clean_text(type, kShownText)}});
  request.body = parse_json(text.reveal(), kBodyJson);
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
