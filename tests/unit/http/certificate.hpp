#pragma once

#include <filesystem>
#include <string>

namespace hotline::http {

/// Writes a self-made certificate for `name`, "localhost" and 127.0.0.1, and its key, as PEM files for a test.
void write_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key, const std::string& name);

}  // namespace hotline::http
