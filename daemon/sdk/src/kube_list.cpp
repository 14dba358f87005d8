#include "podload/kube_list.hpp"

#include <malloc.h>

#include <algorithm>
#include <set>

#include "podload/clock.hpp"
#include "podload/encoding.hpp"

namespace podload {
namespace {

constexpr std::size_t kMostMembers = 32, kLongestContinue = 8192, kRowsBytes = 24U << 20;
constexpr std::size_t kFewest = 20;          // objects per page, however large they are
constexpr std::size_t kHandyPage = 4U << 20;  // the preferred bytes per page
constexpr std::size_t kWorthTrimming = 16U << 20, kLongestColumns = 64U << 10;

[[noreturn]] void bad(const char* what) { throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", what}}); }

[[noreturn]] void too_long(const std::string& what, std::size_t items) {
  throw KubeError(KubeError::Fault::too_large, "kube_list_too_long", {{"what", what}, {"items", items}});
}

/// Walks over JSON without parsing it: the parts it skips are checked when they are parsed.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  char peek() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void need(char c) {
    if (!take(c)) bad("not a Kubernetes list");
  }
  /// A string as written, without its quotes.
  std::string_view string() {
    need('"');
    const std::size_t from = at_;
    pass_string();
    return text_.substr(from, at_ - 1 - from);
  }
  /// Any value as written.
  std::string_view value() {
    const char first = peek();
    const std::size_t from = at_;
    if (first == '"') {
      ++at_;
      pass_string();
    } else if (first == '{' || first == '[') {
      pass_block();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      if (at_ == from) bad("not JSON");
    }
    return text_.substr(from, at_ - from);
  }

 private:
  /// From after the opening quote to after the closing one.
  void pass_string() {
    for (;;) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) bad("truncated JSON");
      if (text_[at_++] == '"') return;
      ++at_;
    }
  }
  void pass_block() {
    std::size_t depth = 0;
    do {
      if (at_ >= text_.size()) bad("truncated JSON");
      switch (text_[at_++]) {
        case '"': pass_string(); break;
        case '{': case '[': ++depth; break;
        case '}': case ']': --depth; break;
        default: break;
      }
    } while (depth > 0);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
};

/// Decides whether a list continues, and validates its continue tokens.
class Continuation {
 public:
  /// False at the end of the list.
  bool take(std::string next, std::size_t items) {
    if (next.empty()) return false;
    if (items == 0) bad("an empty page that continues");
    if (next.size() > kLongestContinue) bad("a continue token that is too long");
    if (!seen_.insert(next).second) bad("the same continue token twice");
    query_ = "&continue=" + percent_encode(next);
    return true;
  }
  const std::string& query() const { return query_; }

 private:
  std::set<std::string> seen_;
  std::string query_;
};

using Use = std::function<void(JsonDocument& reader, const ListPage& page, std::string_view item)>;

/// Returns memory to the system after large pages.
struct Trim {
  std::size_t bytes = 0;
  ~Trim() {
    if (bytes > kWorthTrimming) malloc_trim(0);
  }
};

void each_text(KubeClient& kube, KubeRequest request, const std::string& what, const char* list, const Use& use, const ListLimits& limits) {
  const SteadyTime end = std::chrono::steady_clock::now() + limits.time;
  const auto timeout = request.timeout;
  const std::string path = request.path + (request.path.find('?') == std::string::npos ? "?" : "&") + "limit=";
  std::size_t limit = limits.page, items = 0;
  Continuation continuation;
  JsonDocument reader("{}");
  Trim trim;
  request.body_limit = limits.page_bytes;
  for (std::size_t pages = 0;; ++pages) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (pages == limits.pages || left.count() <= 0) too_long(what, items);
    request.timeout = std::min(timeout, left);
    request.path = path + std::to_string(limit) + continuation.query();
    KubeReply reply;
    try {
      reply = kube.send(request);
    } catch (const KubeError& error) {
      if (error.fault() != KubeError::Fault::too_large || limit <= kFewest) throw;
      limit = std::max(kFewest, limit / 8);  // large objects: fewer of them
      continue;
    }
    trim.bytes += reply.body.size();
    const ListPage page(body_of(reply, what));
    std::string next;
    if (const auto metadata = page.member("metadata"); !metadata.empty()) {
      reader.read(metadata);
      next = reader.root()["continue"].string();
    }
    // A server without paging (an aggregated one may be) sends all objects at once, and then no page follows.
    const std::size_t most = next.empty() ? limits.items - items : limit;
    std::size_t here = 0;
    const bool whole = page.each(list, most, [&](std::string_view item) {
      ++here;
      use(reader, page, item);
    });
    if (!whole && next.empty()) too_long(what, limits.items);
    if (!whole) bad("more objects than requested");
    items += here;
    if (items > limits.items) too_long(what, items);
    if (!continuation.take(std::move(next), here)) return;
    if (reply.body.size() > kHandyPage) limit = std::max(std::min(kFewest, limit), limit * kHandyPage / reply.body.size());
  }
}

}  // namespace

ListPage::ListPage(std::string_view text) {
  Walk walk(text);
  walk.need('{');
  if (walk.take('}')) return;
  do {
    const std::string_view name = walk.string();
    walk.need(':');
    if (members_.size() == kMostMembers) bad("not a Kubernetes list");
    members_.emplace_back(name, walk.value());
  } while (walk.take(','));
  walk.need('}');
  if (walk.peek() != '\0') bad("not JSON");
}

std::string_view ListPage::member(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) { return member.first == name; });
  return found == members_.end() ? std::string_view() : found->second;
}

bool ListPage::each(std::string_view name, std::size_t most, const std::function<void(std::string_view)>& use) const {
  const std::string_view list = member(name);
  if (list.empty() || list == "null") return true;
  Walk walk(list);
  walk.need('[');
  if (walk.take(']')) return true;
  std::size_t count = 0;
  do {
    const std::string_view item = walk.value();
    if (++count > most) return false;
    if (item.size() > kObjectBytes) bad("an object that is too large");
    use(item);
  } while (walk.take(','));
  walk.need(']');
  return true;
}

void each_item(KubeClient& kube, KubeRequest request, const std::string& what, const std::function<void(JsonView)>& use,
               const ListLimits& limits) {
  each_text(kube, std::move(request), what, "items", [&](JsonDocument& reader, const ListPage&, std::string_view item) {
    reader.read(item);
    use(reader.root());
  }, limits);
}

void each_row(KubeClient& kube, KubeRequest request, const std::string& what, const std::function<void(JsonView, JsonView)>& use,
              const ListLimits& limits) {
  std::optional<JsonDocument> columns;
  std::string known;
  each_text(kube, std::move(request), what, "rows", [&](JsonDocument& reader, const ListPage& page, std::string_view item) {
    const std::string_view given = page.member("columnDefinitions");
    if (given.size() > kLongestColumns) bad("columns that are too long");
    if (!given.empty() && given != known) {  // pages after the first may omit them
      columns.emplace(given);
      known = given;
    }
    reader.read(item);
    use(columns ? columns->root() : JsonView(), reader.root());
  }, limits);
}

void SkippedKinds::add(const std::string& kind, const KubeError& error) {
  switch (error.fault()) {
    case KubeError::Fault::forbidden:
    case KubeError::Fault::absent: break;
    case KubeError::Fault::late:
      if (++late_ > 1) throw KubeError(error);
      [[fallthrough]];
    case KubeError::Fault::too_large:
    case KubeError::Fault::status:
    case KubeError::Fault::bad_reply:
      ++failed_;
      last_ = error;
      break;
    default: throw KubeError(error);
  }
  names_ += (names_.empty() ? "" : ", ") + kind;
}

void SkippedKinds::check(std::size_t tried) const {
  if (last_ && failed_ == tried) throw KubeError(*last_);
}

void RowList::add(const Json& row) {
  if (text_.size() > 1) text_ += ',';
  text_ += print_json(row);
  if (text_.size() > kRowsBytes) too_long("list", 0);
}

std::string RowList::take() { return std::exchange(text_, "[") + "]"; }

}  // namespace podload
