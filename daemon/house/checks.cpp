#include "house/checks.hpp"

#include "podload/error.hpp"

namespace podload::testing {

/// May outlive the Checks.
class Checks::Unbind final : public BoundCheck {
 public:
  Unbind(std::shared_ptr<All> bound, int number) : bound_(std::move(bound)), number_(number) {}
  ~Unbind() override { bound_->erase(number_); }
  Unbind(const Unbind&) = delete;
  Unbind& operator=(const Unbind&) = delete;

 private:
  const std::shared_ptr<All> bound_;
  const int number_;
};

std::unique_ptr<BoundCheck> Checks::bind(const std::string& plugin, OperationPlan::Kind kind, OperationCheck check) {
  const std::string operation = kind == OperationPlan::Kind::remove ? "remove" : "restore";
  if (!declares_(plugin, operation))
    throw Error("bad_manifest", {{"plugin", plugin},
                                 {"what", "it binds a check on " + operation + ", which is not among its `checks`"}});
  bound_->emplace(next_, Bound{kind, std::move(check)});
  return std::make_unique<Unbind>(bound_, next_++);
}

std::vector<CheckNotice> Checks::call(const OperationPlan& plan) const {
  std::vector<CheckNotice> notices;
  for (const auto& [number, bound] : *bound_) {
    if (bound.kind != plan.kind) continue;
    for (CheckNotice& notice : bound.check(plan)) notices.push_back(std::move(notice));
  }
  return notices;
}

}  // namespace podload::testing
