// The kinds of receiver that a webhook may have: rows under `chats` in the plugin.yaml of this plugin and of others. The host
// has checked each row against the schema in plugin.yaml; README.md explains the keys. Values; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "podload/json.hpp"

namespace podload::notify {

struct Chat {
  using Pointer = Json::json_pointer;

  /// How a message is signed with the webhook's secret: base64 of HMAC-SHA256.
  struct Signature {
    enum class In { none, query, body, standard_webhooks } in = In::none;
    // In the query and the body:
    enum class Part { nothing, secret, timestamp_and_secret };  ///< The last: with a line feed between them.
    Part key = Part::secret, over = Part::timestamp_and_secret;
    bool milliseconds = false;         ///< The timestamp's unit; otherwise seconds.
    std::string timestamp, signature;  ///< Names in the query; JSON pointers into the body.
  };

  /// What an answer says.
  struct Answer {
    std::optional<int> status;      ///< Of an accepted message; otherwise any from 200 to 299.
    std::optional<Pointer> member;  ///< The code in its JSON; without it, the status decides.
    Json accepted;                  ///< The code of an accepted message.
    std::vector<Json> too_fast;     ///< Codes for too many messages.
    std::vector<Json> refused;      ///< Codes that no further attempt will change.
  };

  /// Reads a row. Throws Error{"bad_chat"} for pointers that lead nowhere in its body.
  static Chat of(const Json& row);

  /// Escapes a text so that it mentions nobody.
  std::string escaped(std::string text) const;

  std::string name;
  Json title;                      ///< By language.
  std::size_t most_bytes;          ///< Of a message's text after escaping.
  bool merges;                     ///< One message may contain several events.
  std::chrono::milliseconds pace;  ///< The least time between two messages.
  std::chrono::seconds ban;        ///< The pause after too many messages, if the answer does not give one.
  std::vector<std::pair<std::string, std::string>> escapes;  ///< What is replaced in a text, one after the other.
  std::string content_type;
  Json body;                                          ///< What is the same in every message.
  std::vector<std::pair<std::string, Pointer>> puts;  ///< What is put where: text, id, event, at, data.
  Signature sign;
  Answer answer;
};

class Chats {
 public:
  /// Reads the rows of Host::declared("chats"). A row that is not valid, or whose name is taken, is left out: faults()
  /// has an Error{"bad_chat"} for each.
  explicit Chats(const std::vector<Json>& rows);

  /// Null if there is none of that name. The pointer is valid as long as this object.
  const Chat* find(const std::string& name) const;
  const std::vector<Chat>& all() const { return chats_; }
  /// "dingtalk, wecom, …"
  std::string names() const;

  struct Fault {
    std::string plugin, name, what;
  };
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Chat> chats_;
  std::vector<Fault> faults_;
};

}  // namespace podload::notify
