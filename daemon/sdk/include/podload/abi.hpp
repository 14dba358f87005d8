// The ABI record: everything that must be equal in host and plugin before C++ objects may pass between them. It is one
// string made by the preprocessor: two builds are compatible exactly if their strings are equal.
#pragma once

#include <nlohmann/json.hpp>
#include <pqxx/version.hxx>

// Raised whenever the code of an SDK header changes (daemon/sdk/versions records the digests).
#define PODLOAD_SDK_VERSION "2.0"

#define PODLOAD_TEXT_(x) #x
#define PODLOAD_TEXT(x) PODLOAD_TEXT_(x)

#if defined(__clang__)
#define PODLOAD_COMPILER_ "clang-" PODLOAD_TEXT(__clang_major__)
#else
#define PODLOAD_COMPILER_ "gcc-" PODLOAD_TEXT(__GNUC__)
#endif

#if defined(__SANITIZE_ADDRESS__)
#define PODLOAD_SANITIZER_ "asan"
#elif defined(__SANITIZE_THREAD__)
#define PODLOAD_SANITIZER_ "tsan"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PODLOAD_SANITIZER_ "asan"
#elif __has_feature(thread_sanitizer)
#define PODLOAD_SANITIZER_ "tsan"
#else
#define PODLOAD_SANITIZER_ "none"
#endif
#else
#define PODLOAD_SANITIZER_ "none"
#endif

#define PODLOAD_ABI                                                                            \
  "sdk=" PODLOAD_SDK_VERSION " compiler=" PODLOAD_COMPILER_ " cxxabi=" PODLOAD_TEXT(           \
      __GXX_ABI_VERSION) " cxx11=" PODLOAD_TEXT(_GLIBCXX_USE_CXX11_ABI) " language=" PODLOAD_TEXT( \
      __cplusplus) " sanitizer=" PODLOAD_SANITIZER_ " json=" PODLOAD_TEXT(                     \
      NLOHMANN_JSON_VERSION_MAJOR) "." PODLOAD_TEXT(NLOHMANN_JSON_VERSION_MINOR) " pqxx=" PQXX_VERSION
