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

/// The code in the answer's body, if this kind of receiver sends one.
std::optional<int> code_of(const Format& format, const std::string& body) {
  if (format.code.empty()) return std::nullopt;
  try {
    const Json answer = parse_json(body);
    if (!answer.is_object()) return std::nullopt;
    const auto found = answer.find(format.code);
    if (found == answer.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<int>();
  } catch (const Error&) {  // not JSON: a proxy's page, for example
    return std::nullopt;
  }
}

bool has(const std::vector<int>& codes, const std::optional<int>& code) {
  return code && std::find(codes.begin(), codes.end(), *code) != codes.end();
}

Result result_of(const Format& format, int status, const std::optional<int>& code) {
  if (status == 429 || has(format.too_fast, code)) return Result::too_fast;
  if (has(format.refused, code)) return Result::refused;
  if (status >= 200 && status <= 299) return format.code.empty() || code == 0 ? Result::delivered : Result::again;
  // Redirects are not followed, and a client's error stays an error, except for statuses that mean "later".
  if (status >= 300 && status <= 499 && status != 408 && status != 425) return Result::refused;
  return Result::again;
}

}  // namespace

ReceiverAnswer answer_of(const Format& format, const HttpResult& result, const std::vector<std::string>& secrets) {
  const auto kept = [&](const std::string& text) { return clean_text(redacted(text, secrets), kLongest); };
  if (result.failure) return {Result::again, kept(result.failure->text), {}};
  const HttpReply& reply = result.reply;
  ReceiverAnswer answer;
  answer.result = result_of(format, reply.status, code_of(format, reply.body));
  if (answer.result == Result::delivered) {
    answer.rest = format.pace;
    return answer;
  }
  const bool fine = reply.status >= 200 && reply.status <= 299;
  answer.problem = (fine ? "" : "HTTP " + std::to_string(reply.status) + " ") + kept(reply.body);
  const auto requested = retry_after(reply);
  if (answer.result == Result::too_fast)
    answer.rest = requested.value_or(format.ban);
  else
    answer.rest = std::max<std::chrono::milliseconds>(format.pace, requested.value_or(std::chrono::seconds(0)));
  return answer;
}

}  // namespace podload::notify
