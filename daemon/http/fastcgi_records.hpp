// FastCGI records of a reply, as a stream sends them without libfcgi (FastCGI Specification 1.0, sections 3.3 and 5.5).
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace podload {

/// FCGI_STDOUT records with that content; none for an empty one.
std::string stdout_records(std::uint16_t request_id, std::string_view content);

/// The end of FCGI_STDOUT, and FCGI_END_REQUEST.
std::string end_records(std::uint16_t request_id);

}  // namespace podload
