// The table notes.notes. Any thread; throws what the database throws.
#pragma once

#include <string>
#include <vector>

#include "podload/database.hpp"

namespace podload::notes {

struct Note {
  std::string pod, text, by, at;
};

class NoteStore {
 public:
  static std::vector<Note> all(Transaction& tx, const std::string& cluster_id, const std::string& name_space);
  /// Sets `at`.
  static void set(Transaction& tx, const std::string& cluster_id, const std::string& name_space, Note& note);
};

}  // namespace podload::notes
