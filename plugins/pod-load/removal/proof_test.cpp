#include "removal/proof.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::pod_load;
using namespace std::chrono_literals;

namespace {

const SteadyTime kStart = SteadyTime() + 1h;

EndpointSlice slice(const std::string& name, const std::string& service, const std::vector<std::string>& uids, bool serving = true) {
  EndpointSlice made;
  made.name = name;
  made.service = service;
  for (const std::string& uid : uids) made.endpoints.push_back({uid, "", {}, serving, serving});
  return made;
}

}  // namespace

TEST_CASE("a removal is proven per Service once none of its slices lists the uid") {
  Proof proof("u", {{"web", Proof::Goal::gone}, {"api", Proof::Goal::gone}});
  proof.reset({slice("web-1", "web", {"u", "v"}), slice("web-2", "web", {"u"}), slice("api-1", "api", {"u"})}, kStart);
  proof.sent(kStart + 1ms);
  proof.changed(slice("web-1", "web", {"v"}), kStart + 10ms);
  CHECK_FALSE(proof.milliseconds("web"));  // web-2 still lists it
  proof.deleted("web-2", kStart + 21ms);
  CHECK(proof.milliseconds("web") == 20);
  CHECK_FALSE(proof.complete());
  proof.changed(slice("api-1", "api", {}), kStart + 31ms);
  CHECK(proof.complete());
  CHECK(proof.milliseconds("api") == 30);
}

TEST_CASE("observations before the PATCH was sent prove nothing") {
  Proof proof("u", {{"web", Proof::Goal::gone}});
  proof.reset({slice("web-1", "web", {"u"})}, kStart);
  proof.changed(slice("web-1", "web", {}), kStart + 1ms);
  proof.changed(slice("web-1", "web", {"u"}), kStart + 2ms);
  proof.sent(kStart + 3ms);
  CHECK_FALSE(proof.complete());
}

TEST_CASE("a restored Pod that was still listed must be seen gone and then listed again") {
  Proof proof("u", {{"web", Proof::Goal::serving}});
  proof.reset({slice("web-1", "web", {"u"})}, kStart);
  proof.sent(kStart + 1ms);
  proof.changed(slice("web-1", "web", {"u", "v"}), kStart + 2ms);
  CHECK_FALSE(proof.complete());
  proof.changed(slice("web-1", "web", {"v"}), kStart + 3ms);
  CHECK_FALSE(proof.complete());
  proof.changed(slice("web-1", "web", {"v", "u"}), kStart + 6ms);
  CHECK(proof.milliseconds("web") == 5);
}

TEST_CASE("a restore waits until the Pod serves, or is listed if it is not Ready") {
  Proof ready("u", {{"web", Proof::Goal::serving}}), unready("u", {{"web", Proof::Goal::listed}});
  for (Proof* proof : {&ready, &unready}) {
    proof->reset({slice("web-1", "web", {"v"})}, kStart);
    proof->sent(kStart);
    proof->changed(slice("web-1", "web", {"u"}, false), kStart + 4ms);
  }
  CHECK_FALSE(ready.complete());
  CHECK(unready.complete());
}

TEST_CASE("if the Pod is known to have been gone, being listed is enough") {
  Proof proof("u", {{"web", Proof::Goal::serving}}, true);
  proof.reset({slice("web-1", "web", {"u"})}, kStart);
  proof.sent(kStart);
  CHECK(proof.complete());
}

TEST_CASE("a complete list replaces the slices seen before") {
  Proof proof("u", {{"web", Proof::Goal::gone}});
  proof.reset({slice("web-1", "web", {"u"}), slice("web-2", "web", {})}, kStart);
  proof.sent(kStart);
  proof.reset({slice("web-2", "web", {"v"})}, kStart + 50ms);
  CHECK(proof.milliseconds("web") == 50);
}
