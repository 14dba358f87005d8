#include "rows.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::objects;

namespace {

/// The row of an object given as text.
Json row_of(Json (*make)(JsonView), const std::string& text) {
  const JsonDocument document(text);
  return make(document.root());
}

}  // namespace

TEST_CASE("A node, as the predecessor showed it") {
  const std::string node = R"({"metadata":{"name":"n1","creationTimestamp":"2026-11-22T07:04:05Z",
    "labels":{"node-role.kubernetes.io/control-plane":""}},"spec":{"unschedulable":true},
    "status":{"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"True"}],
    "addresses":[{"type":"Hostname","address":"n1"},{"type":"InternalIP","address":"10.0.0.1"}],
    "allocatable":{"cpu":"31850m","memory":"134217728Ki"},"nodeInfo":{"osImage":"Debian","kubeletVersion":"v1.20.2"}}})";
  const Json row = row_of(node_row, node);
  CHECK(row["role"] == "control-plane");
  CHECK(row["status"] == "True");
  CHECK(row["internal_ip"] == "10.0.0.1");
  CHECK(row["cpu_allocatable"] == "31.8核");
  CHECK(row["memory_allocatable"] == "128.0Gi");
  CHECK(row["unschedulable"] == true);
  const Json empty = row_of(node_row, R"({"metadata":{"name":"n2"}})");
  CHECK(empty["role"] == "worker");
  CHECK(empty["status"] == "Unknown");
  CHECK(empty["cpu_allocatable"] == "");
}

TEST_CASE("A node's roles, from any of the labels in use") {
  const auto role = [](const char* labels) { return row_of(node_row, std::string(R"({"metadata":{"labels":)") + labels + "}}")["role"]; };
  CHECK(role(R"({"node-role.kubernetes.io/control-plane":"","node-role.kubernetes.io/master":""})") == "control-plane");
  CHECK(role(R"({"node-role.kubernetes.io/master":""})") == "master");
  CHECK(role(R"({"kubernetes.io/role":"master"})") == "master");
  CHECK(role(R"({"node-role.kubernetes.io/gpu":"","kubernetes.io/role":"edge"})") == "edge,gpu");
  CHECK(role(R"({"node-role.kubernetes.io/":"","kubernetes.io/role":""})") == "worker");
  CHECK(role(R"({"node-role.kubernetes.io/worker":""})") == "worker");
}

TEST_CASE("A Service's ports, address and state") {
  CHECK(row_of(service_row, R"({"metadata":{"name":"web","namespace":"shop"},"spec":{"type":"ClusterIP","clusterIP":"10.96.0.9",
    "ports":[{"port":80,"targetPort":8080},{"port":443,"targetPort":"https"},{"port":9}]}})")["ports"] == "80:8080, 443:https, 9");
  const Json waiting = row_of(service_row, R"({"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.9"}})");
  CHECK(waiting["status"] == "Pending");
  CHECK(waiting["ip"] == "10.96.0.9");
  const Json ready = row_of(service_row, R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"},{"hostname":"lb.example"}]}}})");
  CHECK(ready["status"] == "Ready");
  CHECK(ready["ip"] == "192.0.2.1, lb.example");
}

TEST_CASE("An Ingress of either version") {
  const Json now = row_of(ingress_row, R"({"spec":{"rules":[{"http":{"paths":[
    {"path":"/a","backend":{"service":{"name":"web","port":{"number":80}}}},{"backend":{"service":{"name":"api","port":{"name":"http"}}}}]}}],
    "defaultBackend":{"service":{"name":"rest","port":{"number":1}}}}})");
  CHECK(now["ports"] == "/a -> web:80, / -> api:http, * -> rest:1");
  CHECK(now["status"] == "Pending");
  const Json old = row_of(ingress_row, R"({"spec":{"rules":[{"http":{"paths":[{"path":"/b","backend":{"serviceName":"web","servicePort":"http"}}]}}]},
    "status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}})");
  CHECK(old["ports"] == "/b -> web:http");
  CHECK(old["status"] == "Ready");
}

TEST_CASE("An Ingress to a backend that is not a Service") {
  CHECK(row_of(ingress_row, R"({"spec":{"rules":[{"http":{"paths":[{"path":"/icons","backend":{"resource":{"apiGroup":"k8s.example.com","kind":"StorageBucket","name":"icons"}}}]}}],
    "defaultBackend":{"resource":{"kind":"StorageBucket","name":"static"}}}})")["ports"] == "/icons -> StorageBucket/icons, * -> StorageBucket/static");
}

TEST_CASE("Configuration and storage") {
  CHECK(row_of(config_map_row, R"({"data":{"a":"1","b":"2"},"binaryData":{"c":""}})")["data_count"] == 3);
  CHECK(row_of(claim_row, R"({"spec":{"resources":{"requests":{"storage":"5Gi"}}},"status":{"phase":"Pending"}})")["capacity"] == "5Gi");
  CHECK(row_of(claim_row, R"({"spec":{"resources":{"requests":{"storage":"5Gi"}}},"status":{"phase":"Bound","capacity":{"storage":"8Gi"}}})")["capacity"] == "8Gi");
  const Json volume = row_of(volume_row, R"({"metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Ti"}},"status":{"phase":"Bound"}})");
  CHECK((volume["capacity"] == "1Ti" && volume["status"] == "Bound" && volume["namespace"] == ""));
}

TEST_CASE("A Secret's row has the API server's own count, and none of its contents") {
  const JsonDocument columns(R"([{"name":"Name"},{"name":"Type"},{"name":"Data"},{"name":"Age"}])");
  const JsonDocument row(R"({"cells":["s","Opaque",3,"5m"],"object":{"metadata":{"name":"s","namespace":"shop","creationTimestamp":"t"}}})");
  CHECK(secret_row(columns.root(), row.root()) == Json{{"name", "s"}, {"type", "Secret"}, {"namespace", "shop"}, {"data_count", 3}, {"creation_time", "t"}});
}

TEST_CASE("Unexpected fields read as empty") {
  for (const char* text : {"{}", R"({"metadata":null,"spec":[],"status":{"conditions":{}}})", R"({"spec":{"ports":[1,"x",{}],"rules":[{"http":3}]}})"})
    for (const auto make : {node_row, service_row, ingress_row, config_map_row, claim_row, volume_row, storage_class_row}) {
      INFO(text);
      CHECK_NOTHROW(row_of(make, text));
    }
}
