#include "kube/kubeconfig.hpp"

#include <catch2/catch.hpp>

#include "kube/secret_tree.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/certificates.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::cluster;

namespace {

const testing::Authority& authority() {
  static const testing::Authority made;
  return made;
}
const testing::Certificate& client() {
  static const testing::Certificate made = authority().issue({.common_name = "client"});
  return made;
}

Json good() {
  return {{"apiVersion", "v1"},
          {"kind", "Config"},
          {"current-context", "one"},
          {"contexts", {{{"name", "one"}, {"context", {{"cluster", "c"}, {"user", "u"}, {"namespace", "x"}}}},
                        {{"name", "two"}, {"context", {{"cluster", "c2"}, {"user", "u2"}}}}}},
          {"clusters", {{{"name", "c"}, {"cluster", {{"server", "https://10.0.0.1:6443"}, {"certificate-authority-data", base64(authority().cert_pem())}}}},
                        {{"name", "c2"}, {"cluster", {{"server", "https://two.example/k8s/clusters/c-1/"}}}}}},
          {"users", {{{"name", "u"}, {"user", {{"token", "sesame"}}}},
                     {{"name", "u2"}, {"user", {{"client-certificate-data", base64(client().cert_pem)}, {"client-key-data", base64(client().key_pem)}}}}}}};
}

std::string code_of(const Json& kubeconfig, const std::string& context = {}) {
  try {
    access_of(stored_of_kubeconfig(kubeconfig, context));
    return "taken";
  } catch (const Error& error) {
    return error.code();
  }
}

Json with_cluster(const char* field, const Json& value) {
  Json config = good();
  config["clusters"][0]["cluster"][field] = value;
  return config;
}
Json with_user(const char* field, const Json& value) {
  Json config = good();
  config["users"][0]["user"][field] = value;
  return config;
}

Json with_other_user(const char* field, const Json& value) {
  Json config = good();
  config["users"][1]["user"][field] = value;
  return config;
}
Json with_top(const char* field, const Json& value) {
  Json config = good();
  config[field] = value;
  return config;
}
/// A second row with the name of the first.
Json twice(const char* list) {
  Json config = good();
  config[list].push_back(config[list][0]);
  return config;
}

}  // namespace

TEST_CASE("a duplicate name in a list is reported with the list") {
  try {
    stored_of_kubeconfig(twice("users"));
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.args() == Json{{"list", "users"}, {"name", "u"}});
  }
}

TEST_CASE("the current context, or the named one") {
  const StoredAccess stored = stored_of_kubeconfig(good());
  CHECK(parse_json(to_text(stored).reveal()).size() == 4);  // nothing from the other context
  CHECK(stored.context == "one");
  CHECK(stored_of_kubeconfig(good(), "two").context == "two");
  const Access one = access_of(stored);
  CHECK(one.server == "https://10.0.0.1:6443");
  CHECK(one.token.reveal() == "sesame");
  CHECK(one.tls->ca_pem == authority().cert_pem());
  const Access two = access_of(stored_of_kubeconfig(good(), "two"));
  CHECK(two.server == "https://two.example/k8s/clusters/c-1");
  CHECK(two.token.empty());
  CHECK(two.tls->cert_pem == client().cert_pem);
  CHECK(code_of(good(), "three") == "kubeconfig_missing_part");
}

TEST_CASE("what is stored has the same form as ever, and is read back") {
  const std::string ca = base64(authority().cert_pem()), cert = base64(client().cert_pem),
                    key = base64(client().key_pem);
  Json config = good();
  config["clusters"][1]["cluster"]["tls-server-name"] = "kubernetes";
  config["clusters"][1]["cluster"]["certificate-authority-data"] = ca;
  config["users"][1]["user"]["token"] = "sesame\n";
  // Rows of the database have this text: members in the order of the alphabet, none that is empty, no spaces.
  const std::string text =
      R"({"certificate-authority-data":")" + ca + R"(","client-certificate-data":")" + cert +
      R"(","client-key-data":")" + key +
      R"(","context":"two","server":"https://two.example/k8s/clusters/c-1/","tls-server-name":"kubernetes","token":"sesame\n"})";
  const StoredAccess stored = stored_of_kubeconfig(config, "two");
  CHECK(to_text(stored).reveal() == text);
  const StoredAccess again = stored_of(Secret(text));
  CHECK(again.context == "two");
  CHECK(again.server == "https://two.example/k8s/clusters/c-1/");
  CHECK(again.certificate_authority_data == ca);
  CHECK(again.tls_server_name == "kubernetes");
  CHECK(again.client_certificate_data == cert);
  CHECK(again.client_key_data.reveal() == key);
  CHECK(again.token.reveal() == "sesame\n");
  CHECK(to_text(again).reveal() == text);
  CHECK(to_text(StoredAccess()).reveal() == "{}");
  CHECK(stored_of(Secret("{}")).token.empty());
  CHECK(stored_of(Secret(R"({"token": ["x"], "server": 1, "more": "x"})")).token.empty());
  CHECK(testing::code_of([] { access_of(stored_of(Secret("[]"))); }) == "kubeconfig_server");
}

TEST_CASE("an opened text that is not JSON is not quoted") {
  try {
    stored_of(Secret(R"({"token":"canary5ecret)"));
    FAIL("read");
  } catch (const Error& error) {
    CHECK((std::string(error.what()) + error.args().dump() + error.internal()).find("canary") == std::string::npos);
  }
}

TEST_CASE("a secret text is taken out of a body") {
  Json body = {{"name", "shop"}, {"kubeconfig_content", "canary5ecret"}, {"context", 1}};
  CHECK(take_text(body, "kubeconfig_content").reveal() == "canary5ecret");
  CHECK(body == Json{{"name", "shop"}, {"context", 1}});
  CHECK(take_text(body, "kubeconfig_content").empty());
  CHECK(take_text(body, "context").empty());
  Json list = Json::array({"x"}), none;
  CHECK(take_text(list, "kubeconfig_content").empty());
  CHECK(take_text(none, "kubeconfig_content").empty());
}

TEST_CASE("refusals, each with its own code") {
  struct Case {
    Json config;
    const char* code;
  };
  const std::string pem = base64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const std::vector<Case> cases{
      {with_user("exec", {{"command", "aws"}}), "kubeconfig_exec"},
      {with_user("auth-provider", {{"name", "oidc"}}), "kubeconfig_auth_provider"},
      {with_user("tokenFile", "/etc/shadow"), "kubeconfig_token_file"},
      {with_user("client-certificate", "c.pem"), "kubeconfig_file"},
      {with_user("client-key", "/root/.ssh/id_rsa"), "kubeconfig_file"},
      {with_cluster("certificate-authority", "/etc/passwd"), "kubeconfig_file"},
      {with_cluster("insecure-skip-tls-verify", true), "kubeconfig_insecure"},
      {with_cluster("insecure-skip-tls-verify", "true"), "kubeconfig_insecure"},
      {with_cluster("proxy-url", "socks5://10.0.0.2"), "kubeconfig_proxy"},
      {with_user("username", "admin"), "kubeconfig_password"},
      {with_user("password", "word"), "kubeconfig_password"},
      {with_user("as", "system:admin"), "kubeconfig_impersonation"},
      {with_user("as-groups", {"system:masters"}), "kubeconfig_impersonation"},
      {with_user("as-uid", "1"), "kubeconfig_impersonation"},
      {with_user("as-user-extra", {{"a", {"b"}}}), "kubeconfig_impersonation"},
      {with_cluster("server", "http://10.0.0.1:8080"), "kubeconfig_not_https"},
      {with_cluster("server", "10.0.0.1:6443"), "kubeconfig_not_https"},
      {with_cluster("server", "file:///etc/passwd"), "kubeconfig_not_https"},
      {with_cluster("server", ""), "kubeconfig_server"},
      {with_cluster("server", "https://"), "kubeconfig_server"},
      {with_cluster("server", "https://user:word@10.0.0.1"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1:0"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1:65536"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1:64x"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1/?x"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1/#x"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1/../x"), "kubeconfig_server"},
      {with_cluster("server", "https://10.0.0.1\r\nHost: x"), "kubeconfig_server"},
      {with_cluster("server", "https://[::1"), "kubeconfig_server"},
      {with_cluster("server", "https://[fe80::1%25eth0]"), "kubeconfig_server"},
      {with_cluster("server", "https://127.1:6443"), "kubeconfig_server"},
      {with_cluster("server", "https://%31.example"), "kubeconfig_server"},
      {with_cluster("server", 7), "kubeconfig_not_one"},
      {with_cluster("certificate-authority-data", "%%%"), "kubeconfig_damaged"},
      {with_cluster("certificate-authority-data", base64("no certificate")), "kubeconfig_damaged"},
      {with_cluster("certificate-authority-data", pem), "kubeconfig_damaged"},
      {with_cluster("tls-server-name", "a\r\nb"), "kubeconfig_damaged"},
      {with_cluster("tls-server-name", "a:443:evil"), "kubeconfig_damaged"},
      {with_user("token", "a\r\nX-Evil: b"), "kubeconfig_damaged"},
      {with_user("token", "令牌"), "kubeconfig_damaged"},
      {with_user("token", ""), "kubeconfig_no_credentials"},
      {with_user("client-certificate-data", base64(client().cert_pem)), "kubeconfig_damaged"},
      {with_user("client-key-data", base64(client().key_pem)), "kubeconfig_damaged"},
      {Json(), "kubeconfig_not_one"},
      {Json::array(), "kubeconfig_not_one"},
      {Json("text"), "kubeconfig_not_one"},
      {Json::object(), "kubeconfig_not_one"},
      {{{"clusters", 1}, {"users", 2}, {"contexts", 3}}, "kubeconfig_not_one"},
      // What kubectl refuses anywhere in the file, also outside the context.
      {twice("clusters"), "kubeconfig_twice"},
      {twice("users"), "kubeconfig_twice"},
      {twice("contexts"), "kubeconfig_twice"},
      {with_top("apiVersion", "v2"), "kubeconfig_not_one"},
      {with_top("kind", "Pod"), "kubeconfig_not_one"},
      {with_other_user("token", 7), "kubeconfig_not_one"},
      {with_other_user("client-key-data", "%%%"), "kubeconfig_damaged"},
      {with_other_user("client-key-data", "YWJj YWJj"), "kubeconfig_damaged"},
  };
  for (const Case& each : cases) {
    INFO(each.config.dump());
    CHECK(code_of(each.config) == each.code);
  }
  Json config = good();
  config.erase("current-context");
  CHECK(code_of(config) == "kubeconfig_no_context");
  for (const char* list : {"contexts", "clusters", "users"}) {
    config = good();
    config[list] = Json::array();
    CHECK(code_of(config) == "kubeconfig_missing_part");
    config[list] = Json::array({Json::object(), {{"name", "c"}}, {{"name", "x"}}});
    CHECK(code_of(config) == "kubeconfig_missing_part");
    for (const Json& row : {Json(1), Json("x"), Json::array()}) {
      config[list] = Json::array({row});
      CHECK(code_of(config) == "kubeconfig_not_one");
    }
  }
}

TEST_CASE("fields without effect are not refused") {
  CHECK(code_of(with_cluster("insecure-skip-tls-verify", false)) == "taken");
  CHECK(code_of(with_cluster("certificate-authority", "")) == "taken");
  CHECK(code_of(with_cluster("extensions", Json::array({{{"name", "x"}}}))) == "taken");
  CHECK(code_of(with_cluster("server", "HTTPS://[2001:db8::1]:6443")) == "taken");
  CHECK(code_of(with_cluster("tls-server-name", "kubernetes.default.svc")) == "taken");
  CHECK(code_of(with_user("exec", nullptr)) == "taken");
  CHECK(code_of(with_user("token", "sesame\n")) == "taken");
  // kubectl ignores fields that it does not know.
  CHECK(code_of(with_user("impersonate", "x")) == "taken");
  CHECK(code_of(with_cluster("api-version", 7)) == "taken");
  CHECK(code_of(with_top("apiVersion", nullptr)) == "taken");
  CHECK(code_of(with_top("unknown", Json::array({1}))) == "taken");
}

TEST_CASE("keys that do not fit or are encrypted") {
  Json config = good();
  Json& user = config["users"][1]["user"];
  user["client-key-data"] = base64(authority().issue({}).key_pem);
  CHECK(code_of(config, "two") == "kubeconfig_other_key");
  // openssl genpkey -algorithm ED25519 | openssl pkcs8 -topk8 -passout pass:x
  user["client-key-data"] = base64(
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhY7kDTyCQQ8gICCAAw\n"
      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEM0fYQOUSGSAxK+kmfYE1AoEQHz/\n"
      "QO0QQaYXmVae7W5ieiKarpSYKLGOeOqsNv9YLm3WCzUmjS6CRRsWqjQsuz83VSMh\n"
      "kPUgSeLEXfFsxJgPpYQ=\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n");
  CHECK(code_of(config, "two") == "kubeconfig_encrypted_key");
}

TEST_CASE("files are read for the operator only") {
  Json config = good();
  config["users"][0]["user"] = {{"tokenFile", "token"}, {"client-certificate", "c.pem"}, {"client-key", "k.pem"}};
  config["clusters"][0]["cluster"] = {{"server", "https://10.0.0.1"}, {"certificate-authority", "ca.pem"}};
  CHECK(code_of(config) == "kubeconfig_file");
  const std::map<std::string, std::string> files{
      {"token", "sesame\n"}, {"c.pem", client().cert_pem}, {"k.pem", client().key_pem}, {"ca.pem", authority().cert_pem()}};
  const auto read = [&](const std::string& path) { return Secret(files.at(path)); };
  const Access access = access_of(stored_of_kubeconfig(config, {}, read));
  CHECK(access.token.reveal() == "sesame");
  CHECK(access.tls->cert_pem == client().cert_pem);
  CHECK(access.tls->ca_pem == authority().cert_pem());

  config["users"][0]["user"]["token"] = "inline";
  CHECK(access_of(stored_of_kubeconfig(config, {}, read)).token.reveal() == "sesame");  // as kubectl does
  const auto unreadable = [&](const std::string& path) {
    if (path == "token") throw Error("kubeconfig_unreadable");
    return Secret(files.at(path));
  };
  CHECK(access_of(stored_of_kubeconfig(config, {}, unreadable)).token.reveal() == "inline");
  for (const char* data : {"client-certificate-data", "client-key-data"}) {
    Json both = config;
    both["users"][0]["user"][data] = base64("x");
    CHECK(testing::code_of([&] { stored_of_kubeconfig(both, {}, read); }) == "kubeconfig_both");
  }
  config["users"][0]["user"]["exec"] = {{"command", "x"}};
  CHECK(testing::code_of([&] { stored_of_kubeconfig(config, {}, read); }) == "kubeconfig_exec");
}

TEST_CASE("errors do not quote the kubeconfig") {
  const std::string canary = "canary5ecret";
  for (const Json& config : {with_user("token", canary + "\x01"), with_user("client-key-data", canary + "%"),
                             with_user("password", canary), with_other_user("token", Json::array({canary})),
                             with_cluster("server", "https://u:" + canary + "@x"), with_cluster("proxy-url", canary)}) {
    try {
      access_of(stored_of_kubeconfig(config));
      FAIL("taken");
    } catch (const Error& error) {
      INFO(error.what());
      CHECK(std::string(error.what()).find(canary) == std::string::npos);
      CHECK((error.args().dump() + error.internal() + error.details().dump()).find(canary) == std::string::npos);
    }
  }
}
