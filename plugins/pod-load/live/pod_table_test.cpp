#include "live/pod_table.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

Json object(const std::string& name, const std::string& load, const std::string& version,
            const std::string& uid = "u") {
  return {{"metadata",
           {{"name", name},
            {"namespace", "shop"},
            {"uid", uid},
            {"resourceVersion", version},
            {"labels", {{"load", load}}}}}};
}

struct Fixture {
  void put(const Json& pod) { table.put(JsonDocument(print_json(pod)).root()); }
  void put_newer(const Json& pod) { table.put_newer(read_pod(JsonDocument(print_json(pod)).root())); }
  void erase(const Json& pod) { table.erase(JsonDocument(print_json(pod)).root()); }
  /// "a=online b=done"
  std::string shown() const {
    std::string text;
    for (const auto& [name, record] : table.of("shop"))
      text += (text.empty() ? "" : " ") + name + "=" + *record.label("load");
    return text;
  }
  PodTable table{std::make_shared<Names>()};
};

}  // namespace

TEST_CASE("A complete list replaces what was there") {
  Fixture f;
  f.table.begin();
  f.put(object("a", "online", "5"));
  f.put(object("b", "online", "6"));
  f.table.end();
  CHECK(f.shown() == "a=online b=online");
  f.table.begin();
  f.put(object("b", "done", "3"));  // an older version: the cluster was restored from a backup
  f.table.end();
  CHECK(f.shown() == "b=done");
  CHECK(f.table.size() == 1);
}

TEST_CASE("A namespace's version changes with what its pages show, and only then") {
  Fixture f;
  f.put(object("a", "online", "5"));
  const auto version = f.table.version("shop");
  f.put(object("a", "online", "6"));
  CHECK(f.table.version("shop") == version);
  f.put(object("a", "done", "7"));
  CHECK(f.table.version("shop") != version);
  CHECK(f.table.version("other") == 0);
}

TEST_CASE("podload's own change is there at once, and no older event undoes it") {
  Fixture f;
  f.put(object("a", "online", "5"));
  f.put_newer(object("a", "done", "7"));
  CHECK(f.shown() == "a=done");
  f.put(object("a", "online", "6"));
  CHECK(f.shown() == "a=done");
  f.put(object("a", "online", "8"));
  CHECK(f.shown() == "a=online");
  f.put_newer(object("a", "done", "7"));
  CHECK(f.shown() == "a=online");
}

TEST_CASE("A Pod that is gone stays gone, and another of its name is another Pod") {
  Fixture f;
  f.put(object("a", "online", "5"));
  f.erase(object("a", "online", "6"));
  f.put_newer(object("a", "done", "7"));
  CHECK(f.shown().empty());
  f.put(object("a", "online", "8", "second"));
  f.erase(object("a", "online", "9"));
  f.put_newer(object("a", "done", "9"));
  CHECK(f.shown() == "a=online");
}

TEST_CASE("A table takes bounded memory, and gives it back") {
  Fixture f;
  const Json huge = object("a", std::string(1U << 20U, 'x'), "1");
  f.put(huge);
  f.put(huge);
  CHECK(f.table.bytes() < 2U << 20U);
  CHECK(testing::code_of([&] {
          for (int i = 0; i < 50; ++i) f.put(object("p" + std::to_string(i), std::string(1U << 20U, 'x'), "1"));
        }) == "kube_list_too_long");
  f.table.begin();
  f.table.end();
  CHECK(f.table.bytes() == 0);
}
