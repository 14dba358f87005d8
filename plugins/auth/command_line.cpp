// `podloadd user ...`, and the users' part of `podloadd import flask`: parses, calls, prints.
#include <cstdlib>
#include <iomanip>
#include <ostream>

#include "parts.hpp"

namespace podload::auth {
namespace {

Secret password_from_environment() {
  const char* const text = std::getenv("PODLOAD_PASSWORD");
  return Secret(text == nullptr ? "" : text);
}

int add_user(Parts& parts, const Json& args, std::ostream& out) {
  const std::string username = text_member(args, "username");
  const Level level = args.value("admin", false)   ? Level::admin
                      : args.value("write", false) ? Level::write
                                                   : Level::read;
  parts.commands.add(username, password_from_environment(), level, args.value("allow-weak", false), parts.audit());
  out << parts.host.say("en", "user_added", {{"username", username}, {"level", level_name(level)}}) << "\n";
  return 0;
}

int set_password(Parts& parts, const Json& args, std::ostream& out) {
  const std::string username = text_member(args, "username");
  const int ended = parts.commands.set_password(username, password_from_environment(), args.value("allow-weak", false),
                                                parts.audit());
  out << parts.host.say("en", "user_password_set", {{"username", username}, {"sessions", ended}}) << "\n";
  return 0;
}

int list_users(Parts& parts, std::ostream& out) {
  for (const User& user : parts.commands.all()) {
    out << std::left << std::setw(24) << user.username << " " << std::setw(6) << level_name(user.permissions.level)
        << " ";
    if (user.permissions.all_clusters || user.permissions.level == Level::admin)
      out << "all clusters";
    else
      out << user.permissions.listed.size() << " listed clusters";
    out << (user.disabled ? ", disabled" : "") << "\n";
  }
  return 0;
}

int import_flask(Parts& parts, const Json& args, std::ostream& out) {
  for (const ImportLine& line : parts.flask_users.import(text_member(args, "dir"), parts.cluster_names(), parts.audit()))
    out << parts.host.say("en", line.code, line.args) << "\n";
  return 0;
}

}  // namespace

void add_commands(Parts& parts) {
  Host& host = parts.host;
  host.command("user add", [&parts](const Json& args, std::ostream& out) { return add_user(parts, args, out); });
  host.command("user password",
               [&parts](const Json& args, std::ostream& out) { return set_password(parts, args, out); });
  host.command("user list", [&parts](const Json&, std::ostream& out) { return list_users(parts, out); });
  host.command("import flask", [&parts](const Json& args, std::ostream& out) { return import_flask(parts, args, out); });
}

}  // namespace podload::auth
