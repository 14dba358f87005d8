#include "log/log_handlers.hpp"

#include <memory>

#include "log/log_export.hpp"
#include "log/log_reply.hpp"
#include "podload/authenticator.hpp"
#include "podload/encoding.hpp"

namespace podload::audit {
namespace {

constexpr int kMostRows = 1000;

Say saying(const Host& host, const std::string& language) {
  return [&host, language](const std::string& code, const Json& args) { return host.say(language, code, args); };
}

/// A link to the next page of the same request.
std::string link_to(const Request& request, const std::string& cursor) {
  std::string link = "<" + request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "cursor") continue;
    link += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  return link + separator + "cursor=" + cursor + ">; rel=\"next\"";
}

Reply list(Host& host, const AuditStore& store, const Request& request) {
  const LogFilter filter = filter_of(request);
  const auto after = position_of(request.query_value("cursor"));
  const LogPage page =
      host.database().transact([&](Transaction& tx) { return store.page(tx, filter, after, static_cast<int>(request.query_number("limit", kMostRows))); });
  const Say say = saying(host, request.language);
  Json rows = Json::array();
  for (const LogRow& row : page.rows) rows.push_back(reply_row(row, say));
  Reply reply = Reply::json(rows);
  if (page.next) {
    const std::string cursor = cursor_of(*page.next);
    reply.headers.emplace_back("X-Next-Cursor", cursor);
    reply.headers.emplace_back("Link", link_to(request, cursor));
  }
  return reply;
}

/// "20261122T070405Z"
std::string file_time(const Host& host) {
  std::string text = rfc3339(host.clock().now()).substr(0, 19) + "Z";
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Reply download(Host& host, AuditStore& store, const Request& request) {
  const LogFilter filter = filter_of(request);
  const ExportFormat format = request.query_value("format") == "ndjson" ? ExportFormat::ndjson : ExportFormat::csv;
  const std::string ending = format == ExportFormat::csv ? "csv" : "ndjson";
  AuditEntry entry = AuditEntry::of(request);
  entry.action = "export_logs";
  entry.outcome = "ok";
  entry.details = {{"format", ending}, {"filter", filter.json()}};
  host.database().transact([&](Transaction& tx) { store.record(tx, entry); });

  const auto check = [&host, principal = request.the_principal()](Transaction& tx) {
    if (auto* const authenticator = host.want<Authenticator>()) authenticator->confirm(tx, principal, Level::admin, "", "");
  };
  const auto file =
      std::make_shared<LogExport>(host.database(), store, filter, format, saying(host, request.language), check);
  Reply reply;
  reply.content_type = format == ExportFormat::csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  reply.headers.emplace_back("Content-Disposition",
                             "attachment; filename=\"podload-log-" + file_time(host) + "." + ending + "\"");
  reply.body = file->head();
  reply.more = [file] { return file->next(); };
  return reply;
}

}  // namespace

void bind_log_handlers(Host& host, AuditStore& store) {
  host.handle("audit.list", [&](Request& request) { return list(host, store, request); });
  host.handle("audit.export", [&](Request& request) { return download(host, store, request); });
  host.handle("audit.actions", [&](Request&) {
    return Reply::json(host.database().transact([&](Transaction& tx) { return store.actions(tx); }));
  });
}

}  // namespace podload::audit
