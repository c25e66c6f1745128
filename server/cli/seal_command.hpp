#pragma once

#include <string>
#include <vector>

namespace hotline::cli {

/// hotline seal --recipient age1pq1… < in > out
struct SealRequest {
  std::vector<std::string> recipients;  ///< one or more, "age1pq1…"
  std::string output;                   ///< a file, or empty for standard output
};

/// Seals standard input as a binary age file, in constant memory. Gives the exit code; failures are told on standard error.
int run_seal(const SealRequest& request, int standard_input = 0, int standard_output = 1);

}  // namespace hotline::cli
