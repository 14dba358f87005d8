// The answer of a webhook's receiver: one byte chooses the chat, two are the status, a line is Retry-After, the rest is
// the body.
#include "answer.hpp"
#include "check.hpp"
#include "redact.hpp"

namespace {

podload::notify::Chat with_answer(const podload::Json& answer) {
  return podload::notify::Chat::of(
      {{"name", "x"}, {"title", podload::Json::object()}, {"most_bytes", 2000}, {"put", {{"text", "/text"}}}, {"answer", answer}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace podload;
  if (size < 3) return 0;
  static const std::vector<std::string> secrets =
      notify::secret_parts("https://hooks.example/services/canary-path?access_token=canary-token", "canary-secret");
  static const notify::Chat kChats[] = {
      with_answer(Json::object()), with_answer({{"status", 202}}),
      with_answer({{"member", "/errcode"}, {"equals", 0}, {"too_fast", {130101}}, {"refused", {310000}}}),
      with_answer({{"member", "/results/0/ok"}, {"equals", true}, {"refused", {"no_room", false}}})};
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  HttpResult result;
  result.reply.status = (data[1] << 8 | data[2]) % 600;
  const auto end = std::min(text.find('\n'), text.size());
  result.reply.headers["retry-after"] = std::string(text.substr(0, end));
  result.reply.body = std::string(text.substr(std::min(end + 1, text.size())));
  const notify::ReceiverAnswer answer = notify::answer_of(kChats[data[0] % 4], result, secrets);
  MUST((answer.result == DeliveryResult::Result::delivered) == answer.problem.empty() || answer.result != DeliveryResult::Result::delivered);
  MUST(answer.rest >= std::chrono::seconds(0) && answer.rest <= std::chrono::hours(1));
  MUST(answer.result != DeliveryResult::Result::too_fast || answer.rest >= std::chrono::seconds(1));
  MUST(fuzz::is_clean(answer.problem) || answer.problem.find("\uFFFD") != std::string::npos);
  const std::string kept = lower_case(answer.problem);
  for (const char* secret : {"canary-path", "canary-token", "canary-secret"}) MUST(kept.find(secret) == std::string::npos);
  MUST(code_points(answer.problem) <= 220);
  return 0;
}
