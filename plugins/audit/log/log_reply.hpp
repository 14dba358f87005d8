// A row of the log in replies. Free functions; any thread.
#pragma once

#include "log/audit_store.hpp"
#include "log/log_sentence.hpp"

namespace podload::audit {

Json reply_row(const LogRow& row, const Say& say);

/// The row's time for display: RFC 3339, UTC, milliseconds.
std::string shown_time(const LogRow& row);

}  // namespace podload::audit
