#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotline::console {

/// A QR code (ISO/IEC 18004) of that text as rows of modules from the top, "1" dark and "0" light, without the quiet zone of four.
/// The text has at most 1,000 bytes.
std::vector<std::string> qr_rows(std::string_view text);

}  // namespace hotline::console
