#include "record/outcome.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace podload::pod_load {
namespace {

constexpr std::array kRows{
    OutcomeRow{Outcome::removed, "removed", Tone::good, Label::as_requested},
    OutcomeRow{Outcome::removed_still_routed, "removed_still_routed", Tone::bad, Label::as_requested},
    OutcomeRow{Outcome::already_not_serving, "already_not_serving", Tone::good, Label::as_requested},
    OutcomeRow{Outcome::restored, "restored", Tone::good, Label::as_requested},
    OutcomeRow{Outcome::restored_not_ready, "restored_not_ready", Tone::warn, Label::as_requested},
    OutcomeRow{Outcome::restored_not_reached, "restored_not_reached", Tone::warn, Label::as_requested},
    OutcomeRow{Outcome::applied_unverified, "applied_unverified", Tone::warn, Label::as_requested},
    OutcomeRow{Outcome::overridden, "overridden", Tone::bad, Label::other},
    OutcomeRow{Outcome::replaced, "replaced", Tone::warn, Label::other},
    OutcomeRow{Outcome::refused, "refused", Tone::bad, Label::unchanged},
    OutcomeRow{Outcome::failed, "failed", Tone::bad, Label::unchanged},
    OutcomeRow{Outcome::not_applied, "not_applied", Tone::bad, Label::unchanged},
    OutcomeRow{Outcome::undecided, "undecided", Tone::warn, Label::other},
};

}  // namespace

const OutcomeRow& row_of(Outcome outcome) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const OutcomeRow& row) { return row.outcome == outcome; });
  if (found == kRows.end()) throw std::logic_error("this outcome is not in the table kRows");
  return *found;
}

std::optional<Outcome> outcome_named(std::string_view name) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const OutcomeRow& row) { return row.name == name; });
  return found == kRows.end() ? std::nullopt : std::optional(found->outcome);
}

}  // namespace podload::pod_load
