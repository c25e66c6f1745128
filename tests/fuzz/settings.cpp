#include "config/settings.hpp"

#include <cstdlib>

/// Any text gives settings or one complaint on one line; never a crash, never a second line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = hotline::parse_settings(text, "fuzz/hotline.toml");
  if (!settings) {
    const std::string& line = settings.error().line;
    if (!line.starts_with("fuzz/hotline.toml:") || line.find('\n') != std::string::npos) std::abort();
  } else if (settings->public_listener.listen.empty() || settings->storage.path.empty() || settings->languages.available.empty()) {
    std::abort();
  }
  return 0;
}
