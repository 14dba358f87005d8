#include "format.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace podload::notify {
namespace {

using std::chrono::seconds;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
  return text;
}

std::string plain(std::string text) { return text; }

/// Slack parses <...> as commands ("<!channel>").
std::string for_slack(std::string text) { return replaced(replaced(replaced(std::move(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;"); }

/// Feishu parses <at ...> as a mention of users and cannot escape it.
std::string without_calls(std::string text) { return replaced(std::move(text), "<", "\uFF1C"); }

/// WeCom parses <@userid> in a text as a mention of a user.
std::string for_wecom(std::string text) { return replaced(std::move(text), "<@", "\uFF1C@"); }

// The limits leave room for the JSON around the texts and for JSON's escapes.
const std::vector<Format> kFormats{
    {"dingtalk", 15'000, true, seconds(4), seconds(600), "errcode", {130101, 130102, 90030}, {310000, 300001, 300005, 400013, 400101, 400102, 400105, 400106, 40035, 43004}, plain},
    {"wecom", 2'048, true, seconds(4), seconds(60), "errcode", {45009, 45033}, {40058, 45002, 93000, 93004, 93008, 93017, 40008, 44004}, for_wecom},
    {"feishu", 15'000, true, seconds(1), seconds(60), "code", {9499, 11232, 11233, 99991400, 230020}, {19001, 19002, 19021, 19022, 19024, 19036}, without_calls},
    {"slack", 15'000, true, seconds(1), seconds(60), "", {}, {}, for_slack},
    {"json", 15'000, false, seconds(0), seconds(60), "", {}, {}, plain},
};

}  // namespace

const Format& format_of(const std::string& name) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& format) { return format.name == name; });
  if (found == kFormats.end()) throw std::logic_error("no webhook format is called " + name);
  return *found;
}

}  // namespace podload::notify
