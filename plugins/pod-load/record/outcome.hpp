// How an operation ended. One table has, for each outcome, its name in the database, the API, the log and the events, how
// it is shown, and what it says about the load label. tests/rules/outcomes_test.py compares the SQL CHECK, api.yaml, the
// words and the console with it. Any thread.
#pragma once

#include <optional>
#include <string_view>

namespace podload::pod_load {

enum class Outcome {
  removed,               ///< The slices show that the Pod is out.
  removed_still_routed,  ///< Out by the load label; something else still sends to it.
  already_not_serving,   ///< The label is set; the Pod did not serve before either.
  restored,              ///< The slices show that it is back.
  restored_not_ready,    ///< The label is back; the Pod is not ready yet.
  restored_not_reached,  ///< The label is back; no Service sends to the Pod.
  applied_unverified,    ///< The label is as requested; the slices did not show it in time.
  overridden,            ///< The label was set, and another writer changed it.
  replaced,              ///< The Pod was deleted or replaced.
  refused,               ///< podload refused it.
  failed,                ///< The cluster refused it, or could not be asked.
  not_applied,           ///< Interrupted before the change.
  undecided              ///< The cluster was deleted here before it could be asked.
};

/// How the outcome is shown: as requested, needs attention, not as requested.
enum class Tone { good, warn, bad };

/// What the outcome says about the load label at that moment.
enum class Label {
  as_asked,   ///< Set as requested.
  unchanged,  ///< Nothing was changed.
  other       ///< Unknown, or set by another writer.
};

struct OutcomeRow {
  Outcome outcome;
  std::string_view name;  ///< In the database, the API, the log and the events.
  Tone tone;
  Label label;
};

const OutcomeRow& row_of(Outcome outcome);
inline std::string_view name_of(Outcome outcome) { return row_of(outcome).name; }
/// Nothing for a name that is not in the table.
std::optional<Outcome> outcome_named(std::string_view name);

}  // namespace podload::pod_load
