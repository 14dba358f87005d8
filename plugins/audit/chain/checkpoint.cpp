#include "chain/checkpoint.hpp"

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload/parse_json.hpp"

namespace podload::audit {

StoredCheckpoint signed_by(const SigningKey& key, const Checkpoint& checkpoint) {
  Json statement = {{"checkpoint", checkpoint.ordinal},
                    {"at", checkpoint.at},
                    {"installation", key.name()},
                    {"rows", checkpoint.rows},
                    {"hash", checkpoint.hash},
                    {"last_row", checkpoint.last_row},
                    {"last_row_at", checkpoint.last_row_at},
                    {"complete_until", checkpoint.complete_until}};
  if (!checkpoint.months.empty()) statement["months"] = checkpoint.months;
  const std::string text = print_json(statement);
  return {checkpoint.ordinal, text, key.sign(text)};
}

std::optional<Checkpoint> read_statement(const std::string& statement) {
  try {
    const Json json = parse_json(statement);
    Checkpoint checkpoint;
    checkpoint.ordinal = json.at("checkpoint").get<long long>();
    checkpoint.at = json.at("at").get<std::string>();
    checkpoint.installation = json.at("installation").get<std::string>();
    checkpoint.rows = json.at("rows").get<long long>();
    checkpoint.hash = json.at("hash").get<std::string>();
    checkpoint.last_row = json.at("last_row").get<long long>();
    checkpoint.last_row_at = json.at("last_row_at").get<std::string>();
    checkpoint.complete_until = json.at("complete_until").get<std::string>();
    if (json.contains("months")) checkpoint.months = json.at("months").get<std::vector<std::string>>();
    return checkpoint;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string line_of(const StoredCheckpoint& checkpoint) {
  return base64(checkpoint.signature) + " " + checkpoint.statement;
}

std::optional<StoredCheckpoint> read_line(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  StoredCheckpoint stored;
  std::optional<std::string> signature = decode_base64(line.substr(0, space));
  if (!signature) return std::nullopt;
  stored.signature = *std::move(signature);
  stored.statement = line.substr(space + 1);
  const auto checkpoint = read_statement(stored.statement);
  if (!checkpoint) return std::nullopt;
  stored.ordinal = checkpoint->ordinal;
  return stored;
}

}  // namespace podload::audit
