#include "answer.hpp"

#include <algorithm>
#include <optional>

#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"
#include "redact.hpp"

namespace podload::notify {
namespace {

using Result = DeliveryResult::Result;

constexpr std::size_t kLongest = 200;
constexpr int kLongestRequested = 3600;  // the longest pause that a receiver may request, in seconds

std::optional<std::chrono::seconds> retry_after(const HttpReply& reply) {
  const auto found = reply.headers.find("retry-after");
  if (found == reply.headers.end() || found->second.empty() || found->second.size() > 6) return std::nullopt;
  if (found->second.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::chrono::seconds(std::clamp(std::stoi(found->second), 1, kLongestRequested));
}

/// The code in the answer's body, if this kind of receiver sends one: a text, a whole number or a boolean.
std::optional<Json> code_of(const Chat& chat, const std::string& body) {
  if (!chat.answer.member) return std::nullopt;
  try {
    const Json answer = parse_json(body);
    if (!answer.is_structured() || !answer.contains(*chat.answer.member)) return std::nullopt;
    const Json& code = answer.at(*chat.answer.member);
    if (!code.is_string() && !code.is_number_integer() && !code.is_boolean()) return std::nullopt;
    return code;
  } catch (const Error&) {  // not JSON: a proxy's page, for example
    return std::nullopt;
  } catch (const Json::exception&) {  // the pointer leads through a list
    return std::nullopt;
  }
}

bool has(const std::vector<Json>& codes, const std::optional<Json>& code) {
  return code && std::find(codes.begin(), codes.end(), *code) != codes.end();
}

Result result_of(const Chat& chat, int status, const std::optional<Json>& code) {
  const bool is_good = chat.answer.status ? status == *chat.answer.status : status >= 200 && status <= 299;
  if (status == 429 || has(chat.answer.too_fast, code)) return Result::too_fast;
  if (has(chat.answer.refused, code)) return Result::refused;
  if (is_good) return !chat.answer.member || (code && *code == chat.answer.accepted) ? Result::delivered : Result::again;
  // Redirects are not followed, and a client's error stays an error, except for statuses that mean "later".
  if (status >= 300 && status <= 499 && status != 408 && status != 425) return Result::refused;
  return Result::again;
}

}  // namespace

ReceiverAnswer answer_of(const Chat& chat, const HttpResult& result, const std::vector<std::string>& secrets) {
  const auto kept = [&](const std::string& text) { return clean_text(redacted(text, secrets), kLongest); };
  if (result.failure) return {Result::again, kept(result.failure->text), {}};
  const HttpReply& reply = result.reply;
  ReceiverAnswer answer;
  answer.result = result_of(chat, reply.status, code_of(chat, reply.body));
  if (answer.result == Result::delivered) {
    answer.rest = chat.pace;
    return answer;
  }
  const bool fine = reply.status >= 200 && reply.status <= 299;
  answer.problem = (fine ? "" : "HTTP " + std::to_string(reply.status) + " ") + kept(reply.body);
  const auto requested = retry_after(reply);
  if (answer.result == Result::too_fast)
    answer.rest = requested.value_or(chat.ban);
  else
    answer.rest = std::max<std::chrono::milliseconds>(chat.pace, requested.value_or(std::chrono::seconds(0)));
  return answer;
}

}  // namespace podload::notify
