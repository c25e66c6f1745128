#include "server/intake/tus.hpp"

#include <algorithm>

namespace hotline::intake {
namespace {

constexpr std::size_t digits_max = 19;

/// A header that may be there once.
Result<std::optional<std::string_view>> single(const http::Request& request, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [other, value] : request.headers) {
    if (other != name) continue;
    if (found) return Errc::malformed;
    found = value;
  }
  return found;
}

Result<std::optional<std::uint64_t>> number(const http::Request& request, std::string_view name) {
  const auto text = single(request, name);
  if (!text) return text.error();
  if (!*text) return std::optional<std::uint64_t>();
  const auto value = tus_number(**text);
  if (!value) return value.error();
  return std::optional(*value);
}

http::Method overridden(std::string_view name) {
  if (name == "PATCH") return http::Method::patch;
  if (name == "DELETE") return http::Method::del;
  if (name == "HEAD") return http::Method::head;
  return http::Method::other;
}

}  // namespace

Result<std::uint64_t> tus_number(std::string_view text) {
  if (text.empty() || text.size() > digits_max) return Errc::malformed;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return Errc::malformed;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

Result<TusRequest> read_tus_request(const http::Request& request) {
  const auto version = single(request, "tus-resumable");
  if (!version) return version.error();
  if (*version != tus_version) return Errc::unsupported;
  TusRequest read{.method = request.method, .length = {}, .offset = {}};
  const auto method = single(request, "x-http-method-override");
  if (!method) return method.error();
  if (*method && request.method == http::Method::post) read.method = overridden(**method);
  const auto length = number(request, "upload-length");
  if (!length) return length.error();
  const auto offset = number(request, "upload-offset");
  if (!offset) return offset.error();
  read.length = *length;
  read.offset = *offset;
  return read;
}

}  // namespace hotline::intake
