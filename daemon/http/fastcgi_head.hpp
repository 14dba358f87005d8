// A look at the front of a FastCGI connection before libfcgi reads it: whether it is a request as
// nginx sends one, and how much of it has come. libfcgi takes lengths as they are sent and asserts that
// it got the memory, and waits on its caller's thread for what has not come; so it is given only what
// was looked at here. Reads no descriptor and keeps nothing. Any thread.
#pragma once

#include <stdexcept>
#include <string_view>

namespace podload {

/// The bytes are no FastCGI request that libfcgi may read: the connection is to be closed.
class BadFastCgi : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class FastCgiHead {
  part,    ///< FCGI_BEGIN_REQUEST and the parameters are not all here.
  params,  ///< They are, and libfcgi reads them without waiting; the body is not all here.
  whole,   ///< The body is here too.
};

/// Looks at what has come on a connection since its last reply. What it says of some bytes it says of
/// more of them, or something later in the list above, or it throws BadFastCgi.
FastCgiHead check_fastcgi(std::string_view bytes);

}  // namespace podload
