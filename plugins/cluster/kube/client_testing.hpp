// Shared by the tests of the client and of the check: a client, and a server that a handler simulates.
#pragma once

#include <catch2/catch.hpp>

#include "kube/client.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/network.hpp"
#include "podload_testing/tls_server.hpp"

namespace podload::cluster::testing {

using namespace podload::testing;
using namespace std::chrono_literals;

class Fixture {
 public:
  explicit Fixture(TlsServer::Handler handler)
      : server(authority.issue({.common_name = "server", .names = {"IP:127.0.0.1"}}), std::move(handler)) {}

  Access access() const {
    auto tls = std::make_shared<TlsIdentity>();
    tls->ca_pem = authority.cert_pem();
    return {server.url("/base"), tls, Secret("sesame")};
  }
  static HttpKubeClient::Options options(bool any_address = true) {
    HttpKubeClient::Options options;
    options.cluster = "shop";
    options.group = "id";
    options.any_address = any_address;
    options.timeout = 2s;
    return options;
  }

  Authority authority;
  TlsServer server;
  SetClock clock;
  std::unique_ptr<HttpClient> http = make_network();
  HttpKubeClient client{*http, clock, access(), options()};
};

inline KubeRequest get(const std::string& path, std::chrono::milliseconds timeout = 2s) {
  KubeRequest request;
  request.path = path;
  request.timeout = timeout;
  return request;
}

}  // namespace podload::cluster::testing
