// Lists of an API server, read page by page and object by object, so that memory and time are
// bounded whatever the server sends. Free functions and value types; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/error.hpp"
#include "podload/json_view.hpp"
#include "podload/kube_client.hpp"

namespace podload {

struct ListLimits {
  std::size_t page = 500;       ///< Objects asked for at once; fewer where they are large.
  std::size_t pages = 400;
  std::size_t items = 20'000;
  std::size_t page_bytes = 16U << 20;
  std::chrono::milliseconds time{20'000};  ///< Of the whole list.
};

/// Reads a list; `use` gets each object, whose view is over when it returns. Throws what send and
/// body_of throw, Error{"kube_bad_reply"} for what is not such a list (more objects than were asked
/// for and others to follow, an empty page that is to be continued, the same continuation twice), and
/// Error{"kube_list_too_long"} past the limits.
void each_item(KubeClient& kube, KubeRequest request, const std::string& what, const std::function<void(JsonView)>& use,
               const ListLimits& limits = {});

/// The same for a list asked for as a Table: its columns, and each row.
void each_row(KubeClient& kube, KubeRequest request, const std::string& what,
              const std::function<void(JsonView columns, JsonView row)>& use, const ListLimits& limits = {});

/// One page, taken apart into the texts of its members without reading what is in them. It refers to
/// `text`. Throws Error{"kube_bad_reply"}.
class ListPage {
 public:
  explicit ListPage(std::string_view text);

  /// The text of a member of the page; empty without it.
  std::string_view member(std::string_view name) const;
  /// Calls `use` with the text of each value of the list `name`; false where there are more than `most`.
  bool each(std::string_view name, std::size_t most, const std::function<void(std::string_view)>& use) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> members_;
};

/// The kinds that are left out of a list of several: one that cannot be listed hides no other, and is
/// named. For one thread.
class SkippedKinds {
 public:
  /// Notes why `kind` is left out. Throws the error on where it is the whole server's: it cannot be
  /// reached, does not know podload, or did not answer in time once before.
  void add(const std::string& kind, const KubeError& error);

  /// Throws the last error where all of so many kinds failed, and not only for lack of a right.
  void check(std::size_t asked) const;

  /// "job, cronjob": for the header X-Podload-Skipped; empty where none is.
  const std::string& names() const { return names_; }

 private:
  std::string names_;
  std::size_t failed_ = 0, late_ = 0;
  std::optional<KubeError> last_;
};

/// Rows of a reply, printed as they are added: a bare array. Throws Error{"kube_list_too_long"} past
/// 24 MB. For one thread.
class RowList {
 public:
  void add(const Json& row);
  /// The array; the list is empty then.
  std::string take();
  /// How far it is, and back to there: what was added since is left out.
  std::size_t mark() const { return text_.size(); }
  void back_to(std::size_t mark) { text_.resize(mark); }

 private:
  std::string text_ = "[";
};

}  // namespace podload
