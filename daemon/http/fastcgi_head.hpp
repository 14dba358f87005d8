// Checks the start of a FastCGI connection before libfcgi reads it: whether it is a request as nginx sends one, and how
// much of it has arrived. libfcgi trusts the lengths that it reads, asserts that it got the memory for them, and blocks
// its caller's thread for missing data; so it only gets data that was checked here. Reads no descriptor and keeps no
// state. Any thread.
#pragma once

#include <stdexcept>
#include <string_view>

namespace podload {

/// The bytes are not a FastCGI request that libfcgi may read: close the connection.
class BadFastCgi : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class FastCgiHead {
  part,    ///< FCGI_BEGIN_REQUEST and the parameters are incomplete.
  params,  ///< The parameters are complete, so libfcgi reads them without waiting; the body is incomplete.
  whole,   ///< The body is complete too.
};

/// Checks the data received since the last reply. With more data, the result stays, moves down the list above, or
/// becomes a BadFastCgi.
FastCgiHead check_fastcgi(std::string_view bytes);

}  // namespace podload
