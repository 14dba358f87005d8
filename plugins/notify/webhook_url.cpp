#include "webhook_url.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kLongest = 2000;

[[noreturn]] void refuse(const char* what) { throw Error("bad_webhook_url", {{"what", what}}); }

const char* sentence_of(UrlProblem problem) {
  switch (problem) {
    case UrlProblem::scheme: break;
    case UrlProblem::characters: return "it must not contain spaces, backslashes, # or non-ASCII characters";
    case UrlProblem::user: return "it must not contain a username or password";
    case UrlProblem::host: return "its host is not valid";
    case UrlProblem::port: return "its port is not valid";
  }
  return "it must begin with https://";
}

}  // namespace

bool Exceptions::named(const std::vector<std::string>& hosts, std::string_view host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

Url check_url(std::string_view url, const Exceptions& exceptions) {
  if (url.size() > kLongest) refuse("it has more than 2000 characters");
  auto read = read_url(url);
  if (const auto* problem = std::get_if<UrlProblem>(&read)) refuse(sentence_of(*problem));
  Url& parsed = std::get<Url>(read);
  if (!url.starts_with(parsed.tls ? "https://" : "http://"))
    refuse(sentence_of(UrlProblem::scheme));  // as every chat shows it
  if (!parsed.tls && !Exceptions::named(exceptions.plain_http, parsed.host)) throw Error("webhook_needs_tls", {{"host", parsed.host}});
  return std::move(parsed);
}

}  // namespace podload::notify
