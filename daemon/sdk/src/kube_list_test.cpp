#include "podload/kube_list.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;

namespace {

/// Answers with a function of the number of earlier calls.
class Scripted : public testing::ScriptedKube {
 public:
  explicit Scripted(std::function<std::string(int call, const KubeRequest&)> answer)
      : ScriptedKube([answer = std::move(answer), call = 0](const KubeRequest& request) mutable { return KubeReply{200, answer(call++, request), {}}; }) {}
};

std::string page(int items, const std::string& next = {}) {
  std::string list;
  for (int i = 0; i < items; ++i) list += (i == 0 ? "" : ",") + std::string(R"({"metadata":{"name":"a]}\"{["}})");
  return R"({"kind":"List","metadata":{"continue":")" + next + R"("},"items":[)" + list + "]}";
}

std::string list_result(KubeClient& kube, const ListLimits& limits = {}, int* seen = nullptr) {
  try {
    KubeRequest request;
    request.path = "/things?x=1";
    each_item(kube, request, "list things", [&](JsonView item) {
      if (seen != nullptr) *seen += item["metadata"]["name"].text() == "a]}\"{[";
    }, limits);
    return "read";
  } catch (const Error& error) {
    return error.code();
  }
}

std::string list_result(const std::string& body, const ListLimits& limits = {}, int* seen = nullptr) {
  Scripted kube([&](int, const KubeRequest&) { return body; });
  return list_result(kube, limits, seen);
}

}  // namespace

TEST_CASE("A list is read page by page") {
  Scripted kube([](int call, const KubeRequest&) { return call < 2 ? page(2, "next/" + std::to_string(call)) : page(1); });
  ListLimits limits;
  limits.page = 2;
  int seen = 0;
  CHECK(list_result(kube, limits, &seen) == "read");
  CHECK(seen == 5);
  CHECK(kube.paths() == std::vector<std::string>{"/things?x=1&limit=2", "/things?x=1&limit=2&continue=next%2F0", "/things?x=1&limit=2&continue=next%2F1"});
}

TEST_CASE("A server's lists are limited") {
  ListLimits limits;
  limits.page = 2;
  limits.pages = 20;
  limits.items = 30;
  const auto endless = [](int items) { return Scripted([items](int call, const KubeRequest&) { return page(items, std::to_string(call)); }); };
  Scripted pages = endless(1), many = endless(2), more = endless(3), none = endless(0);
  CHECK(list_result(pages, limits) == "kube_list_too_long");
  CHECK(pages.paths().size() == 20);
  CHECK(list_result(many, limits) == "kube_list_too_long");
  CHECK(many.paths().size() == 16);
  CHECK(list_result(more, limits) == "kube_bad_reply");
  CHECK(list_result(none, limits) == "kube_bad_reply");
  CHECK(none.paths().size() == 1);
  CHECK(list_result(page(1, "same"), limits) == "kube_bad_reply");
  CHECK(list_result(page(30), limits) == "read");  // no paging
  CHECK(list_result(page(31), limits) == "kube_list_too_long");
  CHECK(list_result(page(1, std::string(9000, 'x')), limits) == "kube_bad_reply");
  limits.time = std::chrono::milliseconds(0);
  CHECK(list_result(page(1), limits) == "kube_list_too_long");
}

TEST_CASE("The timeout of a page is what remains of the list's") {
  std::chrono::milliseconds last{};
  Scripted kube([&](int, const KubeRequest& request) {
    last = request.timeout;
    return page(1);
  });
  ListLimits limits;
  limits.time = std::chrono::milliseconds(700);
  CHECK(list_result(kube, limits) == "read");
  CHECK(last <= limits.time);
}

TEST_CASE("Large objects are requested in smaller pages") {
  Scripted kube([](int call, const KubeRequest& request) {
    if (request.path.find("limit=62") == std::string::npos) throw KubeError(KubeError::Fault::too_large, "cluster_too_large");
    return page(1, call == 1 ? "on" : "");
  });
  CHECK(list_result(kube) == "read");
  CHECK(kube.paths() == std::vector<std::string>{"/things?x=1&limit=500", "/things?x=1&limit=62", "/things?x=1&limit=62&continue=on"});
  Scripted never([](int, const KubeRequest&) -> std::string { throw KubeError(KubeError::Fault::too_large, "cluster_too_large"); });
  CHECK(list_result(never) == "cluster_too_large");
  CHECK(never.paths().size() == 3);
}

TEST_CASE("An invalid list counts as the cluster's fault, and a missing one is empty") {
  for (const char* text : {"", "{", "[]", "7", "null", "<html>", R"({"items":[)", R"({"items":[{]})", R"({"items":7})", R"({"items":[{"a":"b]}]})", R"({"items":[]}{})",
                           R"({"items":[{}],"metadata":})", R"({"items":[nonsense]})", R"({"items":[{"a":1 2}]})"}) {
    INFO(text);
    CHECK(list_result(text) == "kube_bad_reply");
  }
  for (const char* text : {"{}", R"({"items":null})", R"({"items":[], "metadata":null})", R"({"items":[1,"x",null,{}],"metadata":[]})"}) {
    INFO(text);
    CHECK(list_result(text) == "read");
  }
  CHECK(list_result(R"({"items":[")" + std::string(kObjectBytes, 'x') + "\"]}") == "kube_bad_reply");
  CHECK(list_result(R"({"items":[)" + std::string(200, '[') + std::string(200, ']') + "]}") == "kube_bad_reply");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += (i == 0 ? "\"a\":1" : ",\"a\":1");
  CHECK(list_result(many + "}") == "kube_bad_reply");
}

TEST_CASE("A Table's rows come with its columns") {
  Scripted kube([](int call, const KubeRequest&) {
    return call == 0 ? R"({"metadata":{"continue":"x"},"columnDefinitions":[{"name":"Data"}],"rows":[{"cells":[1]}]})"
                     : std::string(R"({"metadata":{},"rows":[{"cells":[2]},{"cells":[3]}]})");
  });
  std::vector<std::int64_t> cells;
  each_row(kube, {}, "list secrets", [&](JsonView columns, JsonView row) {
    CHECK(columns.at("/0/name").text() == "Data");
    cells.push_back(row.at("/cells/0").number());
  });
  CHECK(cells == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("Rows are printed as they come, up to a limit") {
  RowList rows;
  CHECK(rows.take() == "[]");
  rows.add({{"a", 1}});
  rows.add("x");
  CHECK(rows.take() == R"([{"a":1},"x"])");
  rows.add(1);
  const std::size_t mark = rows.mark();
  rows.add(2);
  rows.back_to(mark);
  CHECK(rows.take() == "[1]");
  const Json large = std::string(1 << 20, 'x');
  CHECK(testing::code_of([&] { for (int i = 0; i < 25; ++i) rows.add(large); }) == "kube_list_too_long");
}

TEST_CASE("A kind that cannot be listed is named; an unreachable server is an error") {
  using Fault = KubeError::Fault;
  const auto error = [](Fault fault) { return KubeError(fault, "kube_error"); };
  SkippedKinds skipped;
  skipped.add("job", error(Fault::forbidden));
  skipped.add("cronjob", error(Fault::status));
  skipped.add("pv", error(Fault::late));
  CHECK(skipped.names() == "job, cronjob, pv");
  CHECK_NOTHROW(skipped.check(3));
  CHECK_THROWS_AS(skipped.add("x", error(Fault::late)), KubeError);
  for (const Fault fault : {Fault::unreachable, Fault::unauthenticated, Fault::not_sent, Fault::not_permitted})
    CHECK_THROWS_AS(skipped.add("x", error(fault)), KubeError);
  SkippedKinds all;
  all.add("a", error(Fault::status));
  all.add("b", error(Fault::bad_reply));
  CHECK_THROWS_AS(all.check(2), KubeError);
}

TEST_CASE("How a watch ended") {
  const KubeWatchEnd limited = watch_end(watch_end_text({429, R"({"message":"slow down"})", 5, {}}));
  CHECK((limited.status == 429 && limited.retry_after == 5 && limited.message == "slow down"));
  const KubeWatchEnd gone = watch_end(watch_end_text({410, R"({"message":"too old"})", {}, {}}));
  CHECK((gone.status == 410 && !gone.retry_after && gone.message == "too old"));
  CHECK((watch_end("").status == 0 && watch_end("broken pipe").message == "broken pipe"));
}
