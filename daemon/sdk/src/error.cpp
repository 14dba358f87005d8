#include "podload/error.hpp"

namespace podload {

Error::Error(std::string code, Json args, std::string internal)
    : code_(std::move(code)), args_(std::move(args)), internal_(std::move(internal)), what_(code_) {
  if (!args_.empty()) what_ += " " + print_json(args_);
  if (!internal_.empty()) what_ += ": " + internal_;
}

Error& Error::with_details(Json details) {
  details_ = std::move(details);
  return *this;
}

Error& Error::with_retry_after(int seconds) {
  retry_after_ = seconds;
  return *this;
}

std::string caught_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

}  // namespace podload
