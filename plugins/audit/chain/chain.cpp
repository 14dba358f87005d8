#include "chain/chain.hpp"

#include <cstdint>

#include "podload/digest.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kHashBytes = 32;

}  // namespace

Seal chain_start() {
  Seal start;
  start.hash = std::string(kHashBytes, '\0');
  return start;
}

std::string digest_of(const std::vector<Column>& columns) {
  // Lengths precede the texts, so that no two rows have the same form.
  std::string form = "podload audit row 1\n";
  for (const Column& column : columns) form += column ? std::to_string(column->size()) + ":" + *column + "," : "-,";
  return sha256(form);
}

std::string hash_after(const Seal& before, const std::string& digest) {
  std::string form = "podload audit chain 1\n" + before.hash;
  const auto number = static_cast<std::uint64_t>(before.number + 1);
  for (int shift = 56; shift >= 0; shift -= 8) form += static_cast<char>(number >> shift & 255U);
  return sha256(form + digest);
}

Seal seal_after(const Seal& before, const ChainRow& row) {
  Seal seal;
  seal.number = before.number + 1;
  seal.row_id = row.id;
  seal.row_at = row.at;
  seal.digest = digest_of(row.columns);
  seal.hash = hash_after(before, seal.digest);
  return seal;
}

}  // namespace podload::audit
