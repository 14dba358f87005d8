#include "podload/kube_list.hpp"

#include <malloc.h>

#include <algorithm>

#include "podload/clock.hpp"
#include "podload/encoding.hpp"

namespace podload {
namespace {

constexpr std::size_t kMostMembers = 32, kLongestContinue = 8192, kRowsBytes = 24U << 20;
constexpr std::size_t kFewest = 20;           // objects per page, however large they are
constexpr std::size_t kHandyPage = 4U << 20;  // the preferred bytes per page
constexpr std::size_t kWorthTrimming = 16U << 20, kLongestColumns = 64U << 10;

[[noreturn]] void bad(const char* what) {
  throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", what}});
}

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
        case '{':
        case '[': ++depth; break;
        case '}':
        case ']': --depth; break;
        default: break;
      }
    } while (depth > 0);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
};

using Use = std::function<void(JsonDocument& reader, const ListPage& page, std::string_view item)>;

/// Returns memory to the system after large pages.
struct Trim {
  std::size_t bytes = 0;
  ~Trim() {
    if (bytes > kWorthTrimming) malloc_trim(0);
  }
};

void each_text(KubeClient& kube, KubeRequest request, const std::string& what, const char* list, const Use& use,
               const ListLimits& limits) {
  KubeListing listing(std::move(request), what, limits);
  JsonDocument reader("{}");
  Trim trim;
  do {
    KubeReply reply;
    try {
      reply = kube.send(listing.next());
    } catch (const KubeError& error) {
      if (!listing.ask_for_fewer(error)) throw;
      continue;
    }
    trim.bytes += reply.body.size();
    const KubeListing::Page page = listing.open(reply);
    listing.each(page, list, [&](std::string_view item) { use(reader, page.parts, item); });
  } while (!listing.complete());
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
  const auto found =
      std::find_if(members_.begin(), members_.end(), [&](const auto& member) { return member.first == name; });
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

KubeListing::KubeListing(KubeRequest request, std::string what, const ListLimits& limits)
    : request_(std::move(request)),
      what_(std::move(what)),
      limits_(limits),
      end_(std::chrono::steady_clock::now() + limits.time),
      limit_(limits.page),
      reader_("{}") {}

KubeRequest KubeListing::next() {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
  if (pages_ == limits_.pages || left.count() <= 0) too_long(what_, items_);
  KubeRequest request = request_;
  request.timeout = std::min(request.timeout, left);
  request.body_limit = limits_.page_bytes;
  request.path +=
      (request.path.find('?') == std::string::npos ? "?" : "&") + ("limit=" + std::to_string(limit_)) + query_;
  return request;
}

bool KubeListing::ask_for_fewer(const KubeError& error) {
  if (error.fault() != KubeError::Fault::too_large || limit_ <= kFewest || pages_ == limits_.pages) return false;
  ++pages_;
  limit_ = std::max(kFewest, limit_ / 8);  // large objects: fewer of them
  return true;
}

KubeListing::Page KubeListing::open(const KubeReply& reply) {
  Page page{ListPage(body_of(reply, what_)), 0};
  std::string next;
  if (const auto metadata = page.parts.member("metadata"); !metadata.empty()) {
    reader_.read(metadata);
    next = reader_.root()["continue"].string();
    version_ = reader_.root()["resourceVersion"].string();
  }
  ++pages_;
  // A server without paging (an aggregated one may be) sends all objects at once, and then no page follows.
  page.most = next.empty() ? limits_.items - items_ : limit_;
  if (next.size() > kLongestContinue) bad("a continue token that is too long");
  complete_ = next.empty();
  query_ = complete_ ? "" : "&continue=" + percent_encode(next);
  if (!complete_ && !seen_.insert(std::move(next)).second) bad("the same continue token twice");
  if (reply.body.size() > kHandyPage)
    limit_ = std::max(std::min(kFewest, limit_), limit_ * kHandyPage / reply.body.size());
  return page;
}

void KubeListing::each(const Page& page, std::string_view name, const std::function<void(std::string_view)>& use) {
  std::size_t here = 0;
  const bool whole = page.parts.each(name, page.most, [&](std::string_view item) {
    ++here;
    use(item);
  });
  if (!whole && complete_) too_long(what_, limits_.items);
  if (!whole) bad("more objects than requested");
  if (here == 0 && !complete_) bad("an empty page that continues");
  items_ += here;
  if (items_ > limits_.items) too_long(what_, items_);
}

void each_item(KubeClient& kube, KubeRequest request, const std::string& what, const std::function<void(JsonView)>& use,
               const ListLimits& limits) {
  each_text(
      kube, std::move(request), what, "items",
      [&](JsonDocument& reader, const ListPage&, std::string_view item) {
        reader.read(item);
        use(reader.root());
      },
      limits);
}

void each_row(KubeClient& kube, KubeRequest request, const std::string& what,
              const std::function<void(JsonView, JsonView)>& use, const ListLimits& limits) {
  std::optional<JsonDocument> columns;
  std::string known;
  each_text(
      kube, std::move(request), what, "rows",
      [&](JsonDocument& reader, const ListPage& page, std::string_view item) {
        const std::string_view given = page.member("columnDefinitions");
        if (given.size() > kLongestColumns) bad("columns that are too long");
        if (!given.empty() && given != known) {  // pages after the first may omit them
          columns.emplace(given);
          known = given;
        }
        reader.read(item);
        use(columns ? columns->root() : JsonView(), reader.root());
      },
      limits);
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

void RowList::add_printed(std::string_view row) {
  if (text_.size() > 1) text_ += ',';
  text_ += row;
  if (text_.size() > kRowsBytes) too_long("list", 0);
}

std::string RowList::take() { return std::exchange(text_, "[") + "]"; }

}  // namespace podload
