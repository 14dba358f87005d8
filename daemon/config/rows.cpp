#include "config/rows.hpp"

#include <algorithm>
#include <charconv>

#include "base/spelling.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"

namespace podload {
namespace {

ConfigRow::Type type_of(const std::string& name, const std::string& plugin, const std::string& key) {
  if (name == "string") return ConfigRow::Type::text;
  if (name == "integer") return ConfigRow::Type::integer;
  if (name == "boolean") return ConfigRow::Type::boolean;
  if (name == "list") return ConfigRow::Type::list;
  if (name == "map") return ConfigRow::Type::map;
  throw Error("bad_manifest", {{"plugin", plugin}, {"what", "config: row `" + key + "`: the type is string, integer, boolean, list or map, not " + name}});
}

bool fits(ConfigRow::Type type, const Json& value) {
  switch (type) {
    case ConfigRow::Type::text: return value.is_string();
    case ConfigRow::Type::integer: return value.is_number_integer();
    case ConfigRow::Type::boolean: return value.is_boolean();
    case ConfigRow::Type::list: return value.is_array();
    case ConfigRow::Type::map: return value.is_object();
  }
  return false;
}

[[noreturn]] void refuse(const ConfigRow& row, const std::string& section, const std::string& what) {
  const std::string key = section.empty() ? row.key : section + "." + row.key;
  throw Error("bad_config_value", {{"key", key}, {"what", what}});
}

std::string environment_name(const std::string& section, const std::string& key) {
  std::string name = "PODLOAD_" + (section.empty() ? "" : section + "_") + key;
  for (char& c : name) c = c == '-' || c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Json from_text(const ConfigRow& row, const std::string& section, const std::string& text) {
  switch (row.type) {
    case ConfigRow::Type::text: return text;
    case ConfigRow::Type::boolean:
      if (text == "true" || text == "1") return true;
      if (text == "false" || text == "0") return false;
      refuse(row, section, "the environment has `" + text + "`, not true or false");
    case ConfigRow::Type::integer: {
      std::int64_t value = 0;
      const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || stop != text.data() + text.size())
        refuse(row, section, "the environment has `" + text + "`, not a whole number");
      return value;
    }
    case ConfigRow::Type::list:
    case ConfigRow::Type::map: return parse_json(text);
  }
  return nullptr;
}

}  // namespace

ConfigRow ConfigRow::from_json(const Json& json, const std::string& plugin) {
  ConfigRow row;
  row.key = text_member(json, "key");
  if (row.key.empty()) throw Error("bad_manifest", {{"plugin", plugin}, {"what", "config: a row has no key"}});
  static const std::vector<std::string> kKeys{"key", "type", "default", "help", "secret", "env", "minimum", "maximum"};
  for (const auto& [key, value] : json.items())
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      throw Error("bad_manifest", {{"plugin", plugin}, {"what", "config: row `" + row.key + "`: `" + key + "` is not known" + did_you_mean(key, kKeys)}});
  row.type = type_of(text_member(json, "type", "string"), plugin, row.key);
  row.default_value = json.value("default", Json());
  row.help = text_member(json, "help");
  row.secret = json.value("secret", false);
  row.env = text_member(json, "env");
  if (json.contains("minimum")) row.minimum = json["minimum"].get<std::int64_t>();
  if (json.contains("maximum")) row.maximum = json["maximum"].get<std::int64_t>();
  if (!row.default_value.is_null() && !fits(row.type, row.default_value))
    throw Error("bad_manifest", {{"plugin", plugin}, {"what", "config: row `" + row.key + "`: the default has another type"}});
  return row;
}

Json checked_config(const std::vector<ConfigRow>& rows, const Json& given, const std::string& section,
                    const Environment& environment) {
  std::vector<std::string> known;
  for (const ConfigRow& row : rows) known.push_back(row.key);
  if (!given.is_null() && !given.is_object())
    throw Error("bad_config_value", {{"key", section}, {"what", "it must be a mapping"}});
  if (given.is_object())
    for (const auto& [key, value] : given.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        throw Error("unknown_config_key", {{"key", section.empty() ? key : section + "." + key}, {"nearest", nearest(key, known)}});

  Json checked = Json::object();
  for (const ConfigRow& row : rows) {
    Json value = given.is_object() ? given.value(row.key, row.default_value) : row.default_value;
    if (!row.env.empty())
      if (const auto text = environment(row.env)) value = from_text(row, section, *text);
    if (const auto text = environment(environment_name(section, row.key))) value = from_text(row, section, *text);
    if (!value.is_null()) {
      if (!fits(row.type, value)) refuse(row, section, "it has the wrong type");
      if (row.type == ConfigRow::Type::integer) {
        const auto number = value.get<std::int64_t>();
        if (row.minimum && number < *row.minimum) refuse(row, section, "it is below " + std::to_string(*row.minimum));
        if (row.maximum && number > *row.maximum) refuse(row, section, "it is above " + std::to_string(*row.maximum));
      }
    }
    checked[row.key] = std::move(value);
  }
  return checked;
}

}  // namespace podload
