// Describes a row of the log in one sentence, from outcome, reason and details, in the reader's language. Pure
// function; any thread.
#pragma once

#include <functional>
#include <string>

#include "podload/audit_log.hpp"

namespace podload::audit {

/// Returns the text of a code in the reader's language, or the code itself if it has none.
using Say = std::function<std::string(const std::string& code, const Json& args)>;

/// The outcome's text has the code "outcome_NAME" (an attempt's "outcome_attempt"). "code" and "args" in the details
/// become the error's text; other plain members the text of "detail_KEY", or "KEY: value" if that has none. Nested
/// members are left out.
std::string log_sentence(const AuditEntry& entry, const Say& say);

}  // namespace podload::audit
