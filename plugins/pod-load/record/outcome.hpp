// The outcomes of an operation. One table has, for each outcome, its name in the database, the API, the log and the
// events, how it is shown, and what it says about the load label. tests/rules/outcomes_test.py compares the SQL CHECK,
// api.yaml, words.yaml and the console with it. Value types and free functions; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace podload::pod_load {

enum class Outcome {
  removed,               ///< The slices show that the Pod was removed.
  removed_still_routed,  ///< The load label is set, but other Services or slices still route to the Pod.
  already_not_serving,   ///< The label is set; the Pod was not serving before.
  restored,              ///< The slices show that the Pod was restored.
  restored_not_ready,    ///< The label is restored; the Pod is not ready yet.
  restored_not_reached,  ///< The label is restored; no Service routes to the Pod.
  applied_unverified,    ///< The label is as requested; the slices did not show it in time.
  overridden,            ///< The label was set, and another writer changed it.
  replaced,              ///< The Pod was deleted or replaced.
  refused,               ///< podload refused it.
  failed,                ///< The cluster refused it or was unavailable.
  not_applied,           ///< Interrupted before the change.
  undecided              ///< The cluster was deleted from podload before the result was known.
};

/// How the outcome is shown: as requested, needs attention, not as requested.
enum class Tone { good, warn, bad };

/// What the outcome says about the load label at that moment.
enum class Label {
  as_requested,  ///< Set as requested.
  unchanged,     ///< Nothing was changed.
  other          ///< Unknown, or set by another writer.
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
