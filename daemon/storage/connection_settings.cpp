#include "storage/connection_settings.hpp"

#include <libpq-fe.h>

#include <map>
#include <memory>

#include "podload/error.hpp"

namespace podload {
namespace {

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

std::string connection_string(const std::string& text, const std::string& key) {
  char* wrong = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(text.c_str(), &wrong), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> message(wrong, &PQfreemem);
  if (!parsed) {
    std::string what = wrong != nullptr ? wrong : "out of memory";
    while (what.ends_with('\n')) what.pop_back();
    throw Error("bad_config_value", {{"key", key}, {"what", "libpq does not understand it: " + what}});
  }
  std::map<std::string, std::string> values{{"target_session_attrs", "read-write"}, {"connect_timeout", "2"}, {"application_name", "podloadd"}};
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) values[option->keyword] = option->val;
  std::string made;
  for (const auto& [name, value] : values) made += (made.empty() ? "" : " ") + name + "=" + quoted(value);
  return made;
}

void set_limits(pqxx::connection& connection) {
  pqxx::nontransaction session(connection);
  // No JIT: statements here take milliseconds, and where PostgreSQL overestimated one, it spent a hundred times as long
  // on compiling it as on running it.
  session.exec("SET statement_timeout = 5000; SET lock_timeout = 3000; SET idle_in_transaction_session_timeout = 30000; SET jit = off");
}

}  // namespace podload
