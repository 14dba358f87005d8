// For tests: the chats that notify itself declares.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "chat.hpp"
#include "podload_testing/house.hpp"

namespace podload::notify {

inline const Chats& own_chats() {
  static const Chats chats(podload::testing::plugin_yaml(PODLOAD_FOLDER).at("chats").get<std::vector<Json>>());
  return chats;
}

inline const Chat& chat_of(const std::string& name) {
  const Chat* const found = own_chats().find(name);
  if (found == nullptr) throw std::logic_error("notify declares no chat " + name);
  return *found;
}

}  // namespace podload::notify
