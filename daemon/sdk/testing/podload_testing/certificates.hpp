// Certificates for tests, generated at run time.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace podload::testing {

struct Certificate {
  std::string cert_pem;
  std::string key_pem;
};

struct CertificateOptions {
  std::string common_name = "test";
  std::vector<std::string> names = {};  ///< As in subjectAltName: "DNS:localhost", "IP:127.0.0.1"
  int starts_in_days = -1;
  int ends_in_days = 1;
};

class __attribute__((visibility("default"))) Authority {
 public:
  explicit Authority(const std::string& name = "test authority");
  ~Authority();

  const std::string& cert_pem() const;
  Certificate issue(const CertificateOptions& options) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

}  // namespace podload::testing
