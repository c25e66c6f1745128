#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace hotline::cli {

/// Where the package puts the settings.
inline constexpr const char* standard_settings_file = "/etc/hotline/hotline.toml";

/// `--config FILE` for a command of the server's machine; without it the standard file. Gives where the name will be.
inline std::shared_ptr<std::string> add_settings_option(CLI::App& command) {
  auto file = std::make_shared<std::string>(standard_settings_file);
  command.add_option("--config", *file, "settings file")->capture_default_str();
  return file;
}

}  // namespace hotline::cli
