// The ABI record of a plugin's library, read in the file: none of its code runs. And what differs between two records.
// Pure functions; any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace podload {

/// The record in the file's section .podload_abi, which PODLOAD_PLUGIN makes; nothing if it has none or is no library.
std::optional<std::string> abi_of_library(const std::filesystem::path& file);

/// The words of two records that differ, in their order; both are empty if the records are equal.
struct AbiDifference {
  std::string has, needs;
};

/// Compares a plugin's record with the host's. Of another SDK version, only that is reported: all else may differ for it.
AbiDifference compare_abi(std::string_view plugin, std::string_view host);

}  // namespace podload
