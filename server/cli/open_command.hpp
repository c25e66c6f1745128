#pragma once

#include <string>
#include <vector>

namespace hotline::cli {

/// hotline open FILE --identity FILE
struct OpenRequest {
  std::string file;                         ///< sealed, binary or armored; "-" is standard input
  std::vector<std::string> identity_files;  ///< one or more; "-" is standard input
  std::string output;                       ///< a file, or empty for standard output
};

/// Opens a sealed file in constant memory. An output file appears only when everything was authenticated; what went to
/// standard output before a failure is genuine but not complete, and the error says how much it was.
/// Gives the exit code; failures are told on standard error.
int run_open(const OpenRequest& request, int standard_input = 0, int standard_output = 1);

}  // namespace hotline::cli
