// notes: an example of REST operations and a table of a plugin's own.
#include "podload/plugin.hpp"

#include "note_store.hpp"
#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload::notes {
namespace {

Json shown(const Note& note) { return {{"pod", note.pod}, {"text", note.text}, {"by", note.by}, {"at", note.at}}; }

Reply list(Host& host, const Request& request) {
  const auto notes = host.database().transact([&](Transaction& tx) { return NoteStore::all(tx, request.the_cluster().id, request.param("namespace")); });
  Json reply = Json::array();
  for (const Note& note : notes) reply.push_back(shown(note));
  return Reply::json(reply);
}

Reply set(Host& host, const Request& request) {
  const auto longest = host.config().at("longest").get<std::size_t>();
  Note note{request.param("pod"), text_member(request.body, "text"), request.the_principal().username, {}};
  if (code_points(note.text) > longest) throw Error("note_too_long", {{"longest", longest}});
  AuditEntry entry = AuditEntry::of(request);
  entry.outcome = "ok";
  entry.resource = "pod/" + entry.name_space + "/" + note.pod;
  host.database().transact([&](Transaction& tx) {
    // The check of the permission, the row and its log row: all in one transaction.
    host.want<Authenticator>()->confirm(tx, request.the_principal(), Level::write, entry.cluster_id, entry.name_space);
    NoteStore::set(tx, entry.cluster_id, entry.name_space, note);
    host.want<AuditLog>()->record(tx, entry);
  });
  return Reply::json(shown(note));
}

class Notes final : public Plugin {
 public:
  void start(Host& host) override {
    host.handle("notes.list", [&host](Request& request) { return list(host, request); });
    host.handle("notes.set", [&host](Request& request) { return set(host, request); });
  }
  void stop() noexcept override {}
};

}  // namespace
}  // namespace podload::notes

PODLOAD_PLUGIN(podload::notes::Notes, "notes", "1.0.0")
