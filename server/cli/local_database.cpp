#include "server/cli/local_database.hpp"

#include "server/app/database_lock.hpp"
#include "server/cli/service_user.hpp"

namespace hotline::cli {

Outcome<LocalDatabase> open_local_database(const std::string& settings_file, bool create) {
  auto settings = load_settings(settings_file);
  if (!settings) return settings.error();
  auto kept = std::make_unique<Settings>(std::move(*settings));
  const auto key = load_database_key(*kept);
  if (!key) return key.error();
  auto stores = storage::open_stores({.path = kept->storage.path, .key = *key, .limits = kept->limits, .create = create,
                                      .is_served = [&] { return app::DatabaseLock::is_taken(kept->storage.path); }});
  if (!stores) return stores.error();
  return LocalDatabase{std::move(kept), std::move(*stores)};
}

}  // namespace hotline::cli
