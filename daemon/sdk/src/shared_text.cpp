#include "podload/shared_text.hpp"

#include <zlib.h>

#include <new>
#include <stdexcept>
#include <utility>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"

namespace podload {
namespace {

constexpr int kGzip = 16;             // added to the window bits: zlib then writes gzip's head
constexpr int kMemoryLevel = 8;       // zlib's default
constexpr std::size_t kEtagBytes = 16;

std::string gzip_of(const std::string& plain) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::logic_error("deflate did not end within deflateBound()");
  return out;
}

}  // namespace

std::string etag_of(std::string_view body) { return "W/\"" + hex(blake2b(body, kEtagBytes)) + "\""; }

SharedText::SharedText(std::string plain) : plain_(std::move(plain)), gzip_(gzip_of(plain_)), etag_(etag_of(plain_)) {}

std::shared_ptr<const SharedText> SharedText::make(std::string plain) {
  return std::shared_ptr<const SharedText>(new SharedText(std::move(plain)));
}

}  // namespace podload
