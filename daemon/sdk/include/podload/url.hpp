// URLs that podload calls, or judges before it calls them: one reader for both, so that a URL leads where it was judged to
// lead. It reads as libcurl does, and refuses whatever libcurl accepts and other readers take for something else. Free
// functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace podload {

/// A URL in its parts.
struct Url {
  bool tls = true;    ///< https, otherwise http.
  std::string host;   ///< Lower case; an IPv6 address in its canonical form, without brackets.
  int port = 443;     ///< Also if the URL names none: 443, or 80 without TLS.
  std::string path;   ///< As it is written, `..` included; begins with a slash.
  std::string query;  ///< As it is written, without the question mark.

  /// "host:port", an IPv6 address in brackets.
  std::string authority() const;
  /// The whole URL. Reading it gives the same parts.
  std::string text() const;

  bool operator==(const Url&) const = default;
};

/// What is wrong with a text that is not a URL to call.
enum class UrlProblem {
  scheme,      ///< It does not begin with https:// or http://, in letters of either case.
  characters,  ///< White space, a control character, a backslash, # or a character that is not ASCII.
  user,        ///< A username or password.
  host,        ///< None, or not a name or address in its usual form: "127.1", "a%2eb", "a_b" are none.
  port,        ///< Not a number from 1 to 65535 in its usual form.
};

/// Reads an http or https URL.
std::variant<Url, UrlProblem> read_url(std::string_view text);

}  // namespace podload
