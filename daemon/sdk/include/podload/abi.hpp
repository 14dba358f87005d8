// The ABI record: everything that must be equal in host and plugin before C++ objects may pass between them. It is one
// text, made by the compiler: words KEY=VALUE, of the flags that change the layout of types and of the sizes of the types
// that pass. Two builds are compatible exactly if their records are equal.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <pqxx/version.hxx>
#include <set>
#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/host.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_type.hpp"

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

#if defined(_GLIBCXX_DEBUG)
#define PODLOAD_LIBRARY_DEBUG_ "1"
#else
#define PODLOAD_LIBRARY_DEBUG_ "0"
#endif
#if defined(_GLIBCXX_ASSERTIONS)
#define PODLOAD_LIBRARY_ASSERTIONS_ "1"
#else
#define PODLOAD_LIBRARY_ASSERTIONS_ "0"
#endif

#define PODLOAD_ABI_FLAGS_                                                                         \
  "sdk=" PODLOAD_SDK_VERSION " compiler=" PODLOAD_COMPILER_ " cxxabi=" PODLOAD_TEXT(               \
      __GXX_ABI_VERSION) " cxx11=" PODLOAD_TEXT(_GLIBCXX_USE_CXX11_ABI) " language=" PODLOAD_TEXT( \
      __cplusplus) " sanitizer=" PODLOAD_SANITIZER_ " json=" PODLOAD_TEXT(                         \
      NLOHMANN_JSON_VERSION_MAJOR) "." PODLOAD_TEXT(NLOHMANN_JSON_VERSION_MINOR) " pqxx=" PQXX_VERSION \
  " _GLIBCXX_DEBUG=" PODLOAD_LIBRARY_DEBUG_ " _GLIBCXX_ASSERTIONS=" PODLOAD_LIBRARY_ASSERTIONS_    \
  " JSON_DIAGNOSTICS=" PODLOAD_TEXT(JSON_DIAGNOSTICS)

namespace podload {

struct AbiRecord {
  char text[1024] = {};  ///< Ends with a zero byte.
  std::size_t length = 0;

  constexpr void add(const char* more) {
    for (; *more != '\0'; ++more) text[length++] = *more;
    text[length] = '\0';
  }
  constexpr void add(std::size_t number) {
    if (number >= 10) add(number / 10);
    const char digit[] = {static_cast<char>('0' + number % 10), '\0'};
    add(digit);
  }
  template <class Type>
  constexpr void add_size(const char* name) {
    add(" sizeof(");
    add(name);
    add(")=");
    add(sizeof(Type));
  }
};

/// The record of the translation unit that calls it. Keep it in a variable that is constexpr and static, so that no other
/// one's is used.
constexpr AbiRecord abi_record() {
  AbiRecord record;
  record.add(PODLOAD_ABI_FLAGS_);
  record.add_size<std::string>("string");
  record.add_size<std::vector<int>>("vector");
  record.add_size<std::map<int, int>>("map");
  record.add_size<std::set<int>>("set");
  record.add_size<std::optional<std::string>>("optional");
  record.add_size<std::function<void()>>("function");
  record.add_size<std::shared_ptr<int>>("shared_ptr");
  record.add_size<Json>("Json");
  record.add_size<Error>("Error");
  record.add_size<Host>("Host");
  record.add_size<Request>("Request");
  record.add_size<Reply>("Reply");
  record.add_size<Principal>("Principal");
  record.add_size<Cluster>("Cluster");
  record.add_size<std::optional<Cluster>>("optional_Cluster");
  record.add_size<WorkloadType>("WorkloadType");
  record.add_size<AuditEntry>("AuditEntry");
  record.add_size<Event>("Event");
  record.add_size<DeliveryResult>("DeliveryResult");
  record.add_size<HttpRequest>("HttpRequest");
  record.add_size<HttpResult>("HttpResult");
  record.add_size<KubeRequest>("KubeRequest");
  record.add_size<KubeReply>("KubeReply");
  record.add_size<Transaction>("Transaction");
  return record;
}

}  // namespace podload
