#include "chat.hpp"

#include <algorithm>
#include <string_view>

#include "podload/error.hpp"

namespace podload::notify {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw Error("bad_chat", {{"what", what}}); }

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

Chat::Pointer pointer(const std::string& text) {
  try {
    return Chat::Pointer(text);
  } catch (const Json::exception&) {
    refuse(text + " is not a JSON pointer");
  }
}

Chat::Signature::Part part(const Json& row, const char* name) {
  const std::string text = text_member(row, name);
  using Part = Chat::Signature::Part;
  return text == "secret" ? Part::secret : text == "nothing" ? Part::nothing : Part::timestamp_and_secret;
}

Chat::Signature signature_of(const Json& row) {
  using In = Chat::Signature::In;
  Chat::Signature sign;
  if (row.contains("standard_webhooks")) sign.in = In::standard_webhooks;
  for (const auto& [key, in] : {std::pair("query", In::query), std::pair("body", In::body)}) {
    if (!row.contains(key)) continue;
    const Json& given = row.at(key);
    sign.in = in;
    sign.key = part(given, "key");
    sign.over = part(given, "over");
    sign.milliseconds = text_member(given, "unit") == "milliseconds";
    sign.timestamp = text_member(given, "timestamp");
    sign.signature = text_member(given, "signature");
  }
  return sign;
}

Chat::Answer answer_of(const Json& row) {
  Chat::Answer answer;
  if (row.contains("status")) answer.status = row.at("status").get<int>();
  if (!row.contains("member")) return answer;
  answer.member = pointer(text_member(row, "member"));
  answer.accepted = row.at("equals");
  answer.too_fast = row.value("too_fast", std::vector<Json>());
  answer.refused = row.value("refused", std::vector<Json>());
  return answer;
}

/// A message to nobody: the pointers lead somewhere, and to different places.
void try_body(const Chat& chat) {
  std::vector<std::string> places;
  for (const auto& [value, at] : chat.puts) places.push_back(at.to_string());
  if (chat.sign.in == Chat::Signature::In::body)
    places.insert(places.end(), {chat.sign.timestamp, chat.sign.signature});
  Json body = chat.body;
  for (const std::string& place : places) {
    try {
      body[pointer(place)] = "";
    } catch (const Json::exception&) {
      refuse(place + " leads to nothing in its `body`");
    }
    if (std::any_of(places.begin(), places.end(), [&](const std::string& other) {
          return &other != &place && (other + "/").starts_with(place + "/");
        }))
      refuse("two values are put at " + place);
  }
}

}  // namespace

Chat Chat::of(const Json& row) {
  Chat chat;
  chat.name = text_member(row, "name");
  chat.title = row.at("title");
  chat.most_bytes = row.at("most_bytes").get<std::size_t>();
  chat.merges = row.value("merges", true);
  chat.pace = std::chrono::milliseconds(row.value("pace_ms", 1000));
  chat.ban = std::chrono::seconds(row.value("ban_seconds", 60));
  for (const Json& pair : row.value("escape", Json::array()))
    chat.escapes.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  chat.content_type = text_member(row, "content_type", "application/json; charset=utf-8");
  chat.body = row.value("body", Json::object());
  for (const auto& [value, at] : row.at("put").items()) chat.puts.emplace_back(value, pointer(at.get<std::string>()));
  chat.sign = signature_of(row.value("sign", Json::object()));
  chat.answer = answer_of(row.value("answer", Json::object()));
  try_body(chat);
  return chat;
}

std::string Chat::escaped(std::string text) const {
  for (const auto& [what, with] : escapes) text = replaced(std::move(text), what, with);
  return text;
}

Chats::Chats(const std::vector<Json>& rows) {
  for (const Json& row : rows) {
    const std::string name = text_member(row, "name");
    try {
      if (find(name) != nullptr) refuse("another row has its name");
      chats_.push_back(Chat::of(row));
    } catch (const Error& error) {
      faults_.push_back({text_member(row, "plugin"), name, text_member(error.args(), "what")});
    }
  }
}

const Chat* Chats::find(const std::string& name) const {
  const auto found = std::find_if(chats_.begin(), chats_.end(), [&](const Chat& chat) { return chat.name == name; });
  return found == chats_.end() ? nullptr : &*found;
}

std::string Chats::names() const {
  std::string names;
  for (const Chat& chat : chats_) names += (names.empty() ? "" : ", ") + chat.name;
  return names;
}

}  // namespace podload::notify
