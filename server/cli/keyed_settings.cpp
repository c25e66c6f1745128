#include "server/cli/keyed_settings.hpp"

#include "server/cli/service_user.hpp"

namespace hotline::cli {

Outcome<KeyedSettings> load_keyed_settings(const std::string& settings_file) {
  auto settings = load_settings(settings_file);
  if (!settings) return settings.error();
  auto key = load_database_key(*settings);
  if (!key) return key.error();
  return KeyedSettings{std::move(*settings), std::move(*key)};
}

std::string counts_line(const storage::CheckReport& report) {
  const auto counted = [](const char* what, std::int64_t count) { return std::string(what) + " " + std::to_string(count); };
  return counted("reports", report.reports) + ", " + counted("files", report.blobs) + ", " + counted("answers", report.answers) + ", " +
         counted("cases", report.cases) + ", " + counted("events", report.events) + ", " + counted("activity", report.activity) + ", " +
         counted("members", report.members);
}

}  // namespace hotline::cli
