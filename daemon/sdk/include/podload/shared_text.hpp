// The body of a reply that many requests get: made once, compressed once, and never changed. Any thread may read it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace podload {

class SharedText {
 public:
  /// Compresses the text with gzip (RFC 1952) and computes its ETag. Throws std::bad_alloc.
  static std::shared_ptr<const SharedText> make(std::string plain);

  const std::string& plain() const { return plain_; }
  const std::string& gzip() const { return gzip_; }
  const std::string& etag() const { return etag_; }

 private:
  explicit SharedText(std::string plain);

  std::string plain_, gzip_, etag_;
};

/// The weak ETag (RFC 9110, section 8.8.3) of a body: equal for equal bytes, whatever their encoding.
std::string etag_of(std::string_view body);

}  // namespace podload
