// A client of a registered API server, over the host's HttpClient. Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kube/discovery.hpp"
#include "kube/identity.hpp"
#include "kube/kubeconfig.hpp"
#include "podload/clock.hpp"
#include "podload/http_client.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {

class HttpKubeClient final : public KubeClient {
 public:
  struct Options {
    std::string cluster;  ///< The cluster's name, for errors.
    std::string group;    ///< The cluster's id, as the bulkhead. Long-lived watches have a separate one.
    bool any_address = false;
    Identity identity;
    std::chrono::milliseconds timeout{5000};  ///< For the client's own requests.
  };

  HttpKubeClient(HttpClient& http, const Clock& clock, Access access, Options options);

  KubeReply send(const KubeRequest& request) override;
  std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) override;
  void send_async(const KubeRequest& request, OnReply on_done) override;
  std::unique_ptr<KubeWatch> watch(const std::string& path, std::function<void(std::string_view)> on_line,
                                   std::function<void(std::string)> on_end) override;
  std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>& versions) override;
  std::optional<KubeResource> resource(std::string_view api_version, std::string_view kind) override;

  /// Sends without waiting, and retries as kube/retry.hpp says; `on_done` is called exactly once, on the network
  /// thread. Throws KubeError (not_permitted).
  void start(const KubeRequest& request, HttpClient::OnDone on_done);

  const std::string& server() const { return access_.server; }
  std::chrono::milliseconds timeout() const { return options_.timeout; }

 private:
  HttpRequest prepare(const KubeRequest& request) const;

  HttpClient& http_;
  const Access access_;
  const Options options_;
  Discovery discovery_;
};

}  // namespace podload::cluster
