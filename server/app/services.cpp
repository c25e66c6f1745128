#include "server/app/services.hpp"

#include "server/console/console.hpp"
#include "server/intake/argon2_pool.hpp"
#include "server/intake/front.hpp"
#include "server/intake/intake.hpp"
#include "server/sms/webhook.hpp"
#include "storage/current_epoch.hpp"
#include "storage/key_file.hpp"
#include "storage/sqlcipher/stores.hpp"
#include "storage/wait.hpp"

#include <optional>
#include <utility>

namespace hotline::app {
namespace {

/// The desk that reports go to: the first one made.
Outcome<storage::Desk> first_desk(storage::Stores& stores) {
  auto desks = storage::wait_for(stores.desks().list());
  if (!desks) return Problem{"cannot read the database: " + desks.error().message()};
  if (desks->empty()) return Problem{"there is no desk to report to yet: make one with hotline desk create --config FILE"};
  return std::move(desks->front());
}

intake::PageSettings page_settings(const Settings& settings, const storage::Desk& desk) {
  intake::PageSettings page;
  page.desk_name = desk.demo ? std::string() : desk.name;
  page.exit_url = settings.exit_url;
  page.emergency = settings.emergency;
  page.languages = settings.languages;
  page.limits = settings.limits;
  page.title = settings.reporter.title;
  page.read_days = settings.reporter.read_days;
  page.demo = desk.demo;
  return page;
}

bool behind_tls(const ListenerSettings& listener) { return listener.tls.has_value(); }

}  // namespace

struct Services::Parts {
  Parts(const Settings& given, std::unique_ptr<storage::SqlcipherStores> opened, storage::Desk first, intake::Pages drawn)
      : settings(given),
        stores(std::move(opened)),
        desk(std::move(first)),
        pages(std::move(drawn)),
        epochs(stores->desks(), clock),
        argon2(given.limits),
        uploads(given.limits.uploads_max),
        context{*stores, epochs, argon2, uploads, pages, questionnaire, clock, settings.limits, desk.id},
        public_router(intake::reporter_error_page(pages)),
        console(*stores, clock, settings.limits, behind_tls(given.console_listener), [this] { epochs.look_again(); }) {}

  const Settings& settings;
  SystemClock clock;
  std::unique_ptr<storage::SqlcipherStores> stores;
  storage::Desk desk;
  intake::Questionnaire questionnaire = intake::Questionnaire::built_in();
  intake::Pages pages;
  storage::CurrentEpochs epochs;
  intake::Argon2Pool argon2;
  intake::UploadSlots uploads;
  intake::ReporterContext context;
  http::Router public_router;
  std::optional<sms::Webhook> webhook;
  console::Console console;
};

Services::Services(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Services::~Services() = default;

Outcome<std::unique_ptr<Services>> Services::create(const Settings& settings) {
  auto gateways = sms::Gateways::create(settings.sms);
  if (!gateways) return gateways.error();
  auto stores = [&]() -> Outcome<std::unique_ptr<storage::SqlcipherStores>> {
    const auto key = storage::load_key_file(settings.storage.key_file);
    if (!key) return key.error();
    return storage::open_stores({.path = settings.storage.path, .key = *key, .limits = settings.limits, .create = false});
  }();
  if (!stores) return stores.error();
  auto desk = first_desk(**stores);
  if (!desk) return desk.error();
  const auto desks = storage::wait_for((*stores)->desks().list());
  if (!desks) return Problem{"cannot read the database: " + desks.error().message()};
  if (const auto found = gateways->check_desks(*desks); !found) return found.error();
  auto pages = intake::Pages::create(page_settings(settings, *desk), intake::Questionnaire::built_in());
  if (!pages) return pages.error();
  auto dedupe_key = storage::wait_for((*stores)->server_key("sms-dedupe"));
  if (!dedupe_key) return Problem{"cannot read the database: " + dedupe_key.error().message()};

  auto parts = std::make_unique<Parts>(settings, std::move(*stores), std::move(*desk), std::move(*pages));
  if (!intake::add_intake_routes(parts->public_router, parts->context, settings.exit_url)) {
    return Problem{"the server's own cryptography does not work on this machine"};
  }
  parts->webhook.emplace(std::move(*gateways), parts->stores->inbox(), parts->epochs, std::move(*dedupe_key), parts->clock, settings.limits);
  parts->webhook->add_routes(parts->public_router);
  return std::unique_ptr<Services>(new Services(std::move(parts)));
}

const http::Router& Services::public_router() const { return parts_->public_router; }
const http::Router& Services::console_router() const { return parts_->console.router(); }

http::HeaderProfile Services::public_headers() const {
  http::HeaderProfile profile;
  profile.onion_location = parts_->settings.public_listener.onion;
  profile.hsts = parts_->settings.public_listener.origin.starts_with("https://");
  return profile;
}

http::HeaderProfile Services::console_headers() const { return {}; }
storage::Stores& Services::stores() { return *parts_->stores; }
const Clock& Services::clock() const { return parts_->clock; }
void Services::stop() { parts_->stores->stop(); }

}  // namespace hotline::app
