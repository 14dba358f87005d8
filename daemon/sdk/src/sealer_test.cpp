#include "podload/sealer.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "podload/error.hpp"

using namespace podload;

namespace {

std::string code_of(const Sealer& sealer, std::string_view sealed, std::string_view purpose, std::string_view id) {
  try {
    sealer.open(sealed, purpose, id);
    return "opened";
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("a sealed value opens for its row and purpose only") {
  const Sealer sealer(Secret(std::string(32, 'k'))), other(Secret(std::string(32, 'o')));
  const Secret plain(std::string("a secret\0with a NUL", 19));
  const std::string sealed = sealer.seal(plain, "kubeconfig", "id-1");
  CHECK(sealed.size() == 2 + 4 + 12 + 19 + 16);
  CHECK(sealed.find("secret") == std::string::npos);
  CHECK(sealer.open(sealed, "kubeconfig", "id-1").reveal() == plain.reveal());
  CHECK(sealer.open(sealer.seal(Secret(), "p", "i"), "p", "i").empty());
  CHECK(sealer.seal(plain, "kubeconfig", "id-1") != sealed);

  CHECK(code_of(sealer, sealed, "kubeconfig", "id-2") == "seal_broken");
  CHECK(code_of(sealer, sealed, "token", "id-1") == "seal_broken");
  CHECK(code_of(sealer, sealed, "kubeconfigi", "d-1") == "seal_broken");
  CHECK(code_of(other, sealed, "kubeconfig", "id-1") == "sealed_by_other_key");
}

TEST_CASE("every changed, missing or added byte is detected") {
  const Sealer sealer(Secret(std::string(32, 'k')));
  const std::string sealed = sealer.seal(Secret("a secret"), "p", "i");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (const int bit : {1, 128}) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      CHECK(code_of(sealer, changed, "p", "i") != "opened");
    }
    CHECK(code_of(sealer, sealed.substr(0, at), "p", "i") == "seal_broken");
  }
  CHECK(code_of(sealer, sealed + "x", "p", "i") == "seal_broken");
}

TEST_CASE("an invalid key is refused") { CHECK_THROWS_AS(Sealer(Secret("short")), std::invalid_argument); }
