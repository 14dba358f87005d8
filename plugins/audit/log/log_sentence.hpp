// What a row of the log says to a reader: one sentence out of outcome, reason and details, in the
// reader's language. Pure function; any thread.
#pragma once

#include <functional>
#include <string>

#include "podload/audit_log.hpp"

namespace podload::audit {

/// The words of a code in the reader's language; the code itself where nobody has words for it.
using Say = std::function<std::string(const std::string& code, const Json& args)>;

/// The outcome is said with the code "outcome_NAME" (an attempt with "outcome_attempt"); details'
/// "code" and "args" as the error that they are; its other plain members with "detail_KEY", or as
/// "KEY: value" where that has no words. What is nested stays in the row.
std::string log_sentence(const AuditEntry& entry, const Say& say);

}  // namespace podload::audit
