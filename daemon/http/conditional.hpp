// Conditional requests (RFC 9110, section 13): the ETag of a reply, 304 if the client has the same bytes, and the
// encoding of a shared text. Called after the permission check and the handler, here and nowhere else. Any thread.
#pragma once

#include "podload/request.hpp"

namespace podload {

/// The reply to send. Only a GET's reply of status 200 that is not produced in pieces gets an ETag or becomes 304.
Reply conditional(const Request& request, Reply reply);

}  // namespace podload
