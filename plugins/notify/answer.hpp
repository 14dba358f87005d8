// What a receiver's answer means. The one place where its text enters: secrets are taken out of it here,
// and it is cleaned and cut. Pure functions; any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "format.hpp"
#include "podload/events.hpp"
#include "podload/http_client.hpp"

namespace podload::notify {

struct Answer {
  Heard::Result result = Heard::Result::told;
  std::string problem;                ///< Why it was not taken, in one line; empty where it was.
  std::chrono::milliseconds rest{0};  ///< How long nothing more may be sent.
};

/// `secrets` as secret_parts() gives them.
Answer answer_of(const Format& format, const HttpResult& result, const std::vector<std::string>& secrets);

}  // namespace podload::notify
