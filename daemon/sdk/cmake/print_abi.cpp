// Prints the ABI record of the flags that it was built with; the build writes it into plugin.yaml.
#include <cstdio>

#include "podload/abi.hpp"

int main() {
  static constexpr podload::AbiRecord kRecord = podload::abi_record();
  std::puts(kRecord.text);
}
