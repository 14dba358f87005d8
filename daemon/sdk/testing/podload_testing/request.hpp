// For tests of handlers: a Request to fill in.
#pragma once

#include <memory>
#include <stdexcept>

#include "podload/request.hpp"

namespace podload::testing {

class TestRequest final : public Request {
 public:
  TestRequest() {
    method = "GET";
    language = "en";
    address = "192.0.2.7";
    id = "0123456789abcdef0123456789abcdef";
  }
  void reach_cluster() override {}
  std::shared_ptr<EventStream> stream() override { throw std::logic_error("this test expects a reply at once"); }
  std::shared_ptr<LaterReply> later() override { throw std::logic_error("this test expects a reply at once"); }
};

}  // namespace podload::testing
