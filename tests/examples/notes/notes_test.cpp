// Notes as callers meet them.
#include <catch2/catch.hpp>

#include "podload_testing/house.hpp"

using namespace podload;
using namespace podload::testing;

namespace {

constexpr const char* kNote = "/api/one/shop/notes/web-1";

Json text(const char* text) { return {{"text", text}}; }

}  // namespace

TEST_CASE("a note is set, changed, listed and logged", "[database]") {
  House house(PODLOAD_FOLDER);
  house.add_cluster("one");
  const Caller writer = house.as(Level::write, "li.wei");
  CHECK(writer.put(kNote, text("leaks")).status == 200);
  CHECK(writer.put(kNote, text("leaks memory")).json["text"] == "leaks memory");
  const Json notes = house.as(Level::read).get("/api/one/shop/notes").json;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0]["pod"] == "web-1");
  CHECK(notes[0]["text"] == "leaks memory");
  CHECK(notes[0]["by"] == "li.wei");
  CHECK(house.as(Level::read).get("/api/one/bank/notes").json == Json::array());

  REQUIRE(house.audit().size() == 2);
  const AuditEntry row = house.audit().back();
  CHECK(row.action == "set_note");
  CHECK(row.outcome == "ok");
  CHECK(row.username == "li.wei");
  CHECK(row.resource == "pod/shop/web-1");
}

TEST_CASE("a note is its cluster's and its namespace's", "[database]") {
  House house(PODLOAD_FOLDER);
  house.add_cluster("one");
  house.add_cluster("two");
  const Caller reader = house.as(Level::read), writer = house.as(Level::write);
  CHECK(reader.put(kNote, text("mine")).code() == "forbidden");
  CHECK(writer.in("one", {"bank"}).put(kNote, text("mine")).code() == "forbidden");
  CHECK(writer.in("two").put(kNote, text("mine")).code() == "forbidden");
  CHECK(writer.signed_out_meanwhile().put(kNote, text("mine")).code() == "signed_out");
  CHECK(house.anonymous().get("/api/one/shop/notes").code() == "unauthenticated");
  CHECK(reader.get("/api/three/shop/notes").code() == "unknown_cluster");
  CHECK(reader.get("/api/one/shop/notes").json == Json::array());
  CHECK(writer.in("one", {"shop"}).put(kNote, text("mine")).status == 200);
  CHECK(reader.in("two").get("/api/two/shop/notes").json == Json::array());
}

TEST_CASE("a body that is no note is refused, in the caller's language", "[database]") {
  House house(PODLOAD_FOLDER, {.config = {{"longest", 3}}});
  house.add_cluster("one");
  const Caller writer = house.as(Level::write);
  CHECK(writer.put(kNote, {{"texts", "x"}}).code() == "unknown_member");
  CHECK(writer.put(kNote, text("")).code() == "invalid");
  CHECK(writer.put(kNote).code() == "body_missing");
  CHECK(writer.put(kNote, text("long")).message() == "A note may have at most 3 characters.");
  const HouseReply reply = writer.with_header("accept-language", "zh-CN").put(kNote, text("四个字符"));
  CHECK(reply.status == 422);
  CHECK(reply.message() == "备注最多 3 个字符。");
  CHECK(writer.put(kNote, text("三个字")).status == 200);
}

TEST_CASE("without the operation log or sign-in the host lets no change through") {
  House unlogged(PODLOAD_FOLDER, HouseOptions().without<AuditLog>());
  unlogged.add_cluster("one");
  CHECK(unlogged.as(Level::write).put(kNote, text("x")).code() == "no_audit_log");
  House nobody(PODLOAD_FOLDER, HouseOptions().without<Authenticator>());
  CHECK(nobody.as(Level::write).put(kNote, text("x")).code() == "no_authenticator");
}

TEST_CASE("the page lists the notes of a namespace, and has a form for writers") {
  House house(PODLOAD_FOLDER);
  const Json page = house.as(Level::read).get("/api/ui").json["pages"][0];
  CHECK(page["list"]["path"] == "/api/{cluster}/{namespace}/notes");
  CHECK(page["form"]["method"] == "PUT");
  CHECK(page["form"]["permission"] == "write");
}
