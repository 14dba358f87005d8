#include "note_store.hpp"

namespace podload::notes {
std::vector<Note> NoteStore::all(Transaction& tx, const std::string& cluster_id, const std::string& name_space) {
  std::vector<Note> notes;
  for (const auto& row : query(tx, "SELECT pod, text, by, " + rfc3339_of("at") + " FROM notes.notes WHERE cluster_id = $1 AND namespace = $2 ORDER BY pod",
                               cluster_id, name_space))
    notes.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str()});
  return notes;
}

void NoteStore::set(Transaction& tx, const std::string& cluster_id, const std::string& name_space, Note& note) {
  note.at = query(tx,
                  "INSERT INTO notes.notes (cluster_id, namespace, pod, text, by) VALUES ($1, $2, $3, $4, $5)"
                  " ON CONFLICT (cluster_id, namespace, pod) DO UPDATE SET text = EXCLUDED.text, by = EXCLUDED.by, at = now()"
                  " RETURNING " + rfc3339_of("at"),
                  cluster_id, name_space, note.pod, note.text, note.by)[0][0].c_str();
}

}  // namespace podload::notes
