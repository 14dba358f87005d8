// The expected rows follow the logic and the test cases of kubectl's printer.
#include "kube/pod_status.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::pod_load;

namespace {

struct Case {
  const char* name;
  const char* pod;
  const char* text;
  std::int64_t restarts, ready, containers;
};

const Case kCases[] = {
    {"running", R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":{"phase":"Running","containerStatuses":[
      {"ready":true,"restartCount":3,"state":{"running":{}}},{"ready":true,"restartCount":3,"state":{"running":{}}}]}})", "Running", 6, 2, 2},
    {"one not ready", R"({"spec":{"containers":[{},{}]},"status":{"phase":"Running","containerStatuses":[
      {"ready":true,"restartCount":3,"state":{"running":{}}},{"restartCount":3,"state":{"running":{}}}]}})", "Running", 6, 1, 2},
    {"an unknown phase", R"({"spec":{"containers":[{},{}]},"status":{"phase":"podPhase"}})", "podPhase", 0, 0, 2},
    {"pending", R"({"spec":{"containers":[{}]},"status":{"phase":"Pending"}})", "Pending", 0, 0, 1},
    {"a reason", R"({"spec":{"containers":[{}]},"status":{"phase":"Failed","reason":"Evicted"}})", "Evicted", 0, 0, 1},
    {"an empty reason", R"({"spec":{"containers":[{}]},"status":{"phase":"Failed","reason":""}})", "Failed", 0, 0, 1},
    {"waiting", R"({"spec":{"containers":[{},{}]},"status":{"phase":"Running","containerStatuses":[
      {"ready":true,"restartCount":3,"state":{"running":{}}},{"restartCount":3,"state":{"waiting":{"reason":"ContainerWaitingReason"}}}]}})", "ContainerWaitingReason", 6, 1, 2},
    {"two waiting: the first counts", R"({"spec":{"containers":[{},{}]},"status":{"phase":"Pending","containerStatuses":[
      {"state":{"waiting":{"reason":"ErrImagePull"}}},{"state":{"waiting":{"reason":"ImagePullBackOff"}}}]}})", "ErrImagePull", 0, 0, 2},
    {"crash loop", R"({"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[
      {"restartCount":7,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})", "CrashLoopBackOff", 7, 0, 1},
    {"completed", R"({"spec":{"containers":[{}]},"status":{"phase":"Succeeded","containerStatuses":[
      {"state":{"terminated":{"reason":"Completed","exitCode":0}}}]}})", "Completed", 0, 0, 1},
    {"terminated without a reason, by signal", R"({"spec":{"containers":[{}]},"status":{"phase":"Failed","containerStatuses":[
      {"state":{"terminated":{"signal":9,"exitCode":137}}}]}})", "Signal:9", 0, 0, 1},
    {"terminated without a reason, by exit code", R"({"spec":{"containers":[{}]},"status":{"phase":"Failed","containerStatuses":[
      {"state":{"terminated":{"exitCode":2}}}]}})", "ExitCode:2", 0, 0, 1},
    {"out of memory", R"({"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[
      {"restartCount":1,"state":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}})", "OOMKilled", 1, 0, 1},
    {"one completed, one running, ready", R"({"spec":{"containers":[{},{}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[
      {"restartCount":3,"state":{"terminated":{"reason":"Completed"}}},{"ready":true,"restartCount":3,"state":{"running":{}}}]}})", "Running", 6, 1, 2},
    {"one completed, one running, not ready", R"({"spec":{"containers":[{},{}]},"status":{"phase":"Running","containerStatuses":[
      {"restartCount":3,"state":{"terminated":{"reason":"Completed"}}},{"ready":true,"restartCount":3,"state":{"running":{}}}]}})", "NotReady", 6, 1, 2},
    {"being deleted", R"({"metadata":{"deletionTimestamp":"2026-11-22T07:04:05Z"},"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[
      {"ready":true,"state":{"running":{}}}]}})", "Terminating", 0, 1, 1},
    {"being deleted on a lost node", R"({"metadata":{"deletionTimestamp":"2026-11-22T07:04:05Z"},"spec":{"containers":[{}]},"status":{"phase":"Running","reason":"NodeLost"}})", "Unknown", 0, 0, 1},
    {"on a lost node", R"({"spec":{"containers":[{}]},"status":{"phase":"Running","reason":"NodeLost"}})", "NodeLost", 0, 0, 1},
    {"deleted after it succeeded", R"({"metadata":{"deletionTimestamp":"2026-11-22T07:04:05Z"},"spec":{"containers":[{}]},"status":{"phase":"Succeeded","containerStatuses":[
      {"state":{"terminated":{"reason":"Completed"}}}]}})", "Completed", 0, 0, 1},
    {"deleted after it failed", R"({"metadata":{"deletionTimestamp":"2026-11-22T07:04:05Z"},"spec":{"containers":[{}]},"status":{"phase":"Failed","containerStatuses":[
      {"state":{"terminated":{"reason":"Error"}}}]}})", "Error", 0, 0, 1},
    {"evicted and deleted", R"({"metadata":{"deletionTimestamp":"2026-11-22T07:04:05Z"},"spec":{"containers":[{}]},"status":{"phase":"Failed","reason":"Evicted"}})", "Evicted", 0, 0, 1},
    {"scheduling gates", R"({"spec":{"containers":[{}],"schedulingGates":[{"name":"x"}]},"status":{"phase":"Pending","conditions":[
      {"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}})", "SchedulingGated", 0, 0, 1},
    {"scheduling gates override a reason", R"({"spec":{"containers":[{}]},"status":{"phase":"Pending","reason":"x","conditions":[
      {"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}})", "SchedulingGated", 0, 0, 1},
    {"unschedulable", R"({"spec":{"containers":[{}]},"status":{"phase":"Pending","conditions":[
      {"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}})", "Pending", 0, 0, 1},
    {"init containers: the second of three", R"({"spec":{"initContainers":[{"name":"a"},{"name":"b"},{"name":"c"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[
      {"name":"a","restartCount":2,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"b","restartCount":1,"state":{"running":{}}},
      {"name":"c","restartCount":9,"state":{"waiting":{"reason":"PodInitializing"}}}],"containerStatuses":[{"restartCount":5,"state":{"waiting":{"reason":"PodInitializing"}}}]}})", "Init:1/3", 3, 0, 1},
    {"init container failed", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Failed","initContainerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}})", "Init:Error", 0, 0, 1},
    {"init container failed without a reason", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Failed","initContainerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":3}}}]}})", "Init:ExitCode:3", 0, 0, 1},
    {"init container ended by a signal", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Failed","initContainerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]}})", "Init:Signal:9", 0, 0, 1},
    {"init container waits", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[
      {"name":"a","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})", "Init:CrashLoopBackOff", 4, 0, 1},
    {"init containers have finished", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Running","initContainerStatuses":[
      {"name":"a","restartCount":4,"state":{"terminated":{"exitCode":0}}}],"containerStatuses":[{"ready":true,"restartCount":1,"state":{"running":{}}}]}})", "Running", 1, 1, 1},
    {"an init container runs again in a Pod that was initialized", R"({"spec":{"initContainers":[{"name":"a"}],"containers":[{}]},"status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True"}],"initContainerStatuses":[
      {"name":"a","restartCount":4,"state":{"running":{}}}],"containerStatuses":[{"ready":true,"restartCount":1,"state":{"running":{}}}]}})", "Init:0/1", 1, 1, 1},
    {"a sidecar that is started and ready", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{}]},"status":{"phase":"Running","initContainerStatuses":[
      {"name":"s","ready":true,"started":true,"restartCount":2,"state":{"running":{}}}],"containerStatuses":[{"ready":true,"restartCount":1,"state":{"running":{}}}]}})", "Running", 3, 2, 2},
    {"a sidecar that is started and not ready", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{}]},"status":{"phase":"Running","initContainerStatuses":[
      {"name":"s","started":true,"restartCount":2,"state":{"running":{}}}],"containerStatuses":[{"ready":true,"state":{"running":{}}}]}})", "Running", 2, 1, 2},
    {"a sidecar that is not started", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[
      {"name":"s","started":false,"restartCount":2,"state":{"running":{}}}],"containerStatuses":[{"state":{"waiting":{"reason":"PodInitializing"}}}]}})", "Init:0/1", 2, 0, 2},
    {"a sidecar in a crash loop before the Pod was initialized", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"},{"name":"a"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[
      {"name":"s","started":false,"restartCount":6,"state":{"waiting":{"reason":"CrashLoopBackOff"}}},{"name":"a","restartCount":1,"state":{"waiting":{"reason":"PodInitializing"}}}]}})", "Init:CrashLoopBackOff", 6, 0, 2},
    {"the restarts of a finished init container do not count", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"},{"name":"a"}],"containers":[{}]},"status":{"phase":"Running","initContainerStatuses":[
      {"name":"s","ready":true,"started":true,"restartCount":2,"state":{"running":{}}},{"name":"a","restartCount":5,"state":{"terminated":{"exitCode":0}}}],"containerStatuses":[{"ready":true,"restartCount":1,"state":{"running":{}}}]}})", "Running", 3, 2, 2},
    {"a sidecar that exited with 0 after the others", R"({"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{}]},"status":{"phase":"Succeeded","initContainerStatuses":[
      {"name":"s","restartCount":1,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}],"containerStatuses":[{"state":{"terminated":{"reason":"Completed"}}}]}})", "Completed", 1, 0, 2},
    {"an empty object", R"({})", "", 0, 0, 0},
    {"wrong types", R"({"spec":{"containers":7,"initContainers":{}},"status":{"phase":[],"conditions":3,"containerStatuses":[1,"x",null,{"state":[]}]}})", "", 0, 0, 0},
};

}  // namespace

TEST_CASE("A Pod is printed as by the newest kubectl") {
  for (const Case& each : kCases) {
    INFO(each.name);
    const JsonDocument document(each.pod);
    const PrintedStatus printed = printed_status(document.root());
    CHECK(printed.text == each.text);
    CHECK(printed.restarts == each.restarts);
    CHECK(printed.ready == each.ready);
    CHECK(printed.containers == each.containers);
  }
}

TEST_CASE("A reason is cleaned and truncated, like any text from a cluster") {
  const JsonDocument document(R"({"status":{"reason":"a\u0000\u202e)" + std::string(300, 'x') + "\"}}");
  const std::string text = printed_status(document.root()).text;
  CHECK(text.starts_with("a\uFFFD\uFFFDx"));
  CHECK(text.size() < 120);
}
