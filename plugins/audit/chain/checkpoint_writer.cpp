#include "chain/checkpoint_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

constexpr int kBatch = 1000;

/// A file that only grows: lines are appended.
class AppendedFile {
 public:
  explicit AppendedFile(const std::filesystem::path& path)
      : path_(path), descriptor_(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) fail();
  }
  AppendedFile(const AppendedFile&) = delete;
  AppendedFile& operator=(const AppendedFile&) = delete;
  ~AppendedFile() { close(descriptor_); }

  void append(std::string_view text) {
    while (!text.empty()) {
      const ssize_t wrote = write(descriptor_, text.data(), text.size());
      if (wrote < 0 && errno != EINTR) fail();
      if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (fsync(descriptor_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw Error("checkpoint_file_failed", {{"file", path_.string()}, {"what", std::strerror(errno)}});
  }

  const std::filesystem::path path_;
  const int descriptor_;
};

/// The last complete line that is a checkpoint, and whether the file ends within a line.
struct FileEnd {
  std::optional<StoredCheckpoint> last;
  bool broken = false;
};

FileEnd end_of(const std::filesystem::path& file) {
  constexpr std::streamoff kTail = 64 << 10;  // some hundred checkpoints
  FileEnd end;
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return end;
  const std::streamoff size = stream.tellg();
  stream.seekg(size > kTail ? size - kTail : 0);
  for (std::string line; std::getline(stream, line);) {
    end.broken = stream.eof();
    if (auto checkpoint = read_line(line); checkpoint && !end.broken) end.last = std::move(checkpoint);
  }
  return end;
}

}  // namespace

std::optional<StoredCheckpoint> CheckpointWriter::make(const std::vector<std::string>& months) const {
  return database_.transact([&](Transaction& tx) -> std::optional<StoredCheckpoint> {
    if (!store_.lock_checkpoints(tx)) return std::nullopt;
    const auto last = store_.last_checkpoint(tx);
    const auto statement = last ? read_statement(last->statement) : std::nullopt;
    Checkpoint checkpoint;
    checkpoint.complete_until = store_.complete_until(tx);  // read before the head: the rows that it covers must be sealed by then
    const Seal head = store_.head(tx);
    if (months.empty() && head.number == (statement ? statement->rows : 0)) return std::nullopt;
    checkpoint.ordinal = (last ? last->ordinal : 0) + 1;
    checkpoint.at = store_.now(tx);
    checkpoint.rows = head.number;
    checkpoint.hash = hex(head.hash);
    checkpoint.last_row = head.row_id;
    checkpoint.last_row_at = head.row_at;
    checkpoint.months = months;
    const StoredCheckpoint stored = signed_by(key_, checkpoint);
    store_.add(tx, stored);
    return stored;
  });
}

void CheckpointWriter::copy_to(const std::filesystem::path& file) const {
  const FileEnd end = end_of(file);
  long long at = end.last ? end.last->ordinal : 0;
  if (end.last) {
    const auto same = database_.transact([&](Transaction& tx) { return store_.checkpoints(tx, at - 1, 1); });
    if (same.empty() || same[0].statement != end.last->statement)
      throw Error("checkpoints_disagree", {{"file", file.string()}, {"checkpoint", at}});
  }
  for (;;) {
    const auto next = database_.transact([&](Transaction& tx) { return store_.checkpoints(tx, at, kBatch); });
    if (next.empty()) return;
    std::string lines = at == (end.last ? end.last->ordinal : 0) && end.broken ? "\n" : "";
    for (const StoredCheckpoint& checkpoint : next) lines += line_of(checkpoint) + "\n";
    AppendedFile(file).append(lines);
    at = next.back().ordinal;
  }
}

std::vector<FiledCheckpoint> read_checkpoint_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw FileUnreadable(file.string(), std::strerror(errno));
  std::vector<FiledCheckpoint> found;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (!line.empty()) found.push_back({number, read_line(line)});
  }
  return found;
}

}  // namespace podload::audit
