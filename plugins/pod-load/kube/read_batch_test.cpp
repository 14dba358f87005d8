#include "kube/read_batch.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

/// Replies with the path and how often it was requested; the first request for `failing` does not succeed.
struct Server {
  std::map<std::string, int> requested;
  std::string failing;
  int status = 500;
  testing::ScriptedKube kube{[this](const KubeRequest& request) {
    const int times = ++requested[request.path];
    if (request.path == failing && times == 1) return KubeReply{status, "no", {}};
    return KubeReply{200, request.path + " " + std::to_string(times), {}};
  }};
};

struct Reader {
  ReadBatch batch;
  std::string got;
  void add(const std::string& path) {
    batch.add(path, [this](const KubeReply& reply) { got += reply.body + ";"; });
  }
};

}  // namespace

TEST_CASE("a reply that was read ahead serves one later read of the same path, in the order of add()") {
  Server server;
  Reader reader;
  reader.batch.send_ahead(server.kube, "/b");
  reader.batch.send_ahead(server.kube, "/b");
  CHECK(server.requested["/b"] == 1);
  reader.add("/a");
  CHECK(reader.batch.run(server.kube));
  reader.add("/b");
  reader.add("/c");
  CHECK(reader.batch.run(server.kube));
  CHECK(reader.got == "/a 1;/b 1;/c 1;");
  reader.add("/b");
  CHECK(reader.batch.run(server.kube));
  CHECK(reader.got == "/a 1;/b 1;/c 1;/b 2;");
  CHECK_FALSE(reader.batch.run(server.kube));
}

TEST_CASE("a read that does not succeed ahead is made again when it is needed, and only then") {
  Server server;
  server.failing = "/b";
  server.status = GENERATE(403, 429, 500);
  Reader reader;
  reader.batch.send_ahead(server.kube, "/b");
  reader.add("/a");
  CHECK(reader.batch.run(server.kube));
  CHECK(reader.got == "/a 1;");
  CHECK(server.requested["/b"] == 1);
  reader.add("/b");
  CHECK(reader.batch.run(server.kube));
  CHECK(reader.got == "/a 1;/b 2;");
}

TEST_CASE("a path that is added twice has two replies, also if it was read ahead") {
  Server server;
  Reader reader;
  reader.batch.send_ahead(server.kube, "/a");
  reader.add("/a");
  reader.add("/a");
  CHECK(reader.batch.run(server.kube));
  CHECK(reader.got == "/a 1;/a 2;");
}
