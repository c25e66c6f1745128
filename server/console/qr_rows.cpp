#include "server/console/qr_rows.hpp"

#include <qrcodegen/qrcodegen.hpp>

namespace hotline::console {

std::vector<std::string> qr_rows(std::string_view text) {
  const auto code = qrcodegen::QrCode::encodeText(std::string(text).c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
  std::vector<std::string> rows;
  for (int y = 0; y < code.getSize(); ++y) {
    std::string& row = rows.emplace_back();
    for (int x = 0; x < code.getSize(); ++x) row.push_back(code.getModule(x, y) ? '1' : '0');
  }
  return rows;
}

}  // namespace hotline::console
