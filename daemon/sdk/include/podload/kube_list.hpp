// Reads lists from an API server page by page and object by object, with limits on memory and time whatever the server
// sends. Free functions and value types; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/error.hpp"
#include "podload/json_view.hpp"
#include "podload/kube_client.hpp"

namespace podload {

struct ListLimits {
  std::size_t page = 500;  ///< Objects per page; fewer if they are large.
  std::size_t pages = 400;
  std::size_t items = 20'000;
  std::size_t page_bytes = 16U << 20;
  std::chrono::milliseconds time{20'000};  ///< For the whole list.
};

/// One page, split into the texts of its members without parsing them. It refers to `text`. Throws
/// KubeError (bad_reply).
class ListPage {
 public:
  explicit ListPage(std::string_view text);

  /// The text of a member of the page; empty if it is missing.
  std::string_view member(std::string_view name) const;
  /// Calls `use` with the text of each value of the list `name`; false if there are more than `most`.
  bool each(std::string_view name, std::size_t most, const std::function<void(std::string_view)>& use) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> members_;
};

/// A list that is read page by page; the caller sends the requests. Not thread-safe.
class KubeListing {
 public:
  /// A page whose reply is valid. It refers to the reply's body.
  struct Page {
    ListPage parts;
    std::size_t most;  ///< More items are an invalid reply, or too many.
  };

  KubeListing(KubeRequest request, std::string what, const ListLimits& limits);

  /// The request for the next page. Throws KubeError (too_large) past the limits.
  KubeRequest next();
  /// After a page that failed with this error: lets next() ask for fewer objects. False if that would not help.
  bool ask_for_fewer(const KubeError& error);
  /// Checks the reply, and finds whether another page follows. Throws what body_of() throws, and KubeError (bad_reply) as
  /// each_item() does.
  Page open(const KubeReply& reply);
  bool complete() const { return complete_; }
  /// Calls `use` with the text of each value of the page's list `name` ("items").
  void each(const Page& page, std::string_view name, const std::function<void(std::string_view)>& use);

  /// The list's resourceVersion.
  const std::string& version() const { return version_; }

 private:
  const KubeRequest request_;
  const std::string what_;
  const ListLimits limits_;
  const std::chrono::steady_clock::time_point end_;
  std::size_t limit_, pages_ = 0, items_ = 0;
  bool complete_ = false;
  std::set<std::string> seen_;
  std::string query_, version_;
  JsonDocument reader_;
};

/// Reads a list and calls `use` with each object; the view is valid during that call only. Throws what send() and
/// body_of() throw, KubeError (bad_reply) for an invalid list (more objects than requested although a page follows,
/// an empty page that continues, the same continue token twice), and KubeError (too_large) past the limits.
void each_item(KubeClient& kube, KubeRequest request, const std::string& what, const std::function<void(JsonView)>& use,
               const ListLimits& limits = {});

/// The same for a list requested as a Table: calls `use` with the columns and each row.
void each_row(KubeClient& kube, KubeRequest request, const std::string& what,
              const std::function<void(JsonView columns, JsonView row)>& use, const ListLimits& limits = {});

/// The kinds left out of a list of several kinds: one that cannot be listed is named and does not hide the others. Not
/// thread-safe.
class SkippedKinds {
 public:
  /// Records that `kind` is left out. Rethrows an error that concerns the whole server: it is unreachable, it rejects
  /// podload's credentials, or it timed out a second time.
  void add(const std::string& kind, const KubeError& error);

  /// Throws the last error if all `tried` kinds failed, and not only for lack of permission.
  void check(std::size_t tried) const;

  /// "job, cronjob": for the header X-Podload-Skipped; empty if no kind was skipped.
  const std::string& names() const { return names_; }

 private:
  std::string names_;
  std::size_t failed_ = 0, late_ = 0;
  std::optional<KubeError> last_;
};

/// Rows of a reply, printed as they are added: a bare array. Throws KubeError (too_large) past 24 MB. Not
/// thread-safe.
class RowList {
 public:
  void add(const Json& row) { add_printed(print_json(row)); }
  void add_printed(std::string_view row);
  /// Returns the array and empties the list.
  std::string take();
  /// The current position, and a way back to it that drops the rows added since.
  std::size_t mark() const { return text_.size(); }
  void back_to(std::size_t mark) { text_.resize(mark); }

 private:
  std::string text_ = "[";
};

}  // namespace podload
