#pragma once

#include <string>
#include <vector>

namespace hotline::http {

/// A request that must be refused: one 4xx answer with the security headers, then the end of the connection.
struct MalformedRequest {
  std::string name;
  std::string bytes;
  /// Whether another request may be sent right behind without changing what this one is; it must never be answered.
  bool whole = true;
};

/// Written from RFC 9112, RFC 9110 and the published classes of request smuggling (CL.TE, TE.CL, TE.TE, CL.0, obs-fold, chunk
/// extensions, bare line ends). `/echo` takes POST with a body of at most 1,000 bytes and answers 200 with it; `/` takes GET.
std::vector<MalformedRequest> malformed_requests();

}  // namespace hotline::http
