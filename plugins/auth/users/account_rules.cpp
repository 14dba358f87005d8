#include "users/account_rules.hpp"

#include "podload/error.hpp"
#include "podload/text.hpp"
#include "users/common_passwords.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kLongestUsername = 64;

bool is_letter(char32_t c) {
  const bool ascii = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  const bool chinese = (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF);
  return ascii || chinese;
}

bool is_mark(char32_t c) { return c == '.' || c == '_' || c == '@' || c == '+' || c == '-'; }

}  // namespace

bool is_username(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const char32_t c = next_code_point(text, at);
    if (!is_letter(c) && (count == 0 || !is_mark(c))) return false;
  }
  return count > 0 && count <= kLongestUsername;
}

void check_username(std::string_view text) {
  if (!is_username(text)) throw Error("bad_username");
}

Error unknown_user(const std::string& username) {
  return Error("unknown_user", {{"username", clean_text(username, kLongestUsername)}});
}

void check_password(const Secret& password, std::string_view username, const PasswordPolicy& policy) {
  const std::string& text = password.reveal();
  if (text.empty()) throw Error("password_missing");
  if (text.size() > kLongestPassword) throw Error("password_too_long", {{"maximum", kLongestPassword}});
  if (policy.weak) return;
  if (code_points(text) < policy.minimum) throw Error("password_too_short", {{"minimum", policy.minimum}});
  const Secret lower(lower_case(text));
  if (lower.reveal() == lower_case(username)) throw Error("password_is_username");
  if (is_common_password(lower.reveal())) throw Error("password_too_common");
}

}  // namespace podload::auth
