#include "server/app/services.hpp"

#include "server/app/questions.hpp"
#include "server/calling/calling.hpp"
#include "server/console/console.hpp"
#include "server/conversation/conversations.hpp"
#include "server/intake/argon2_pool.hpp"
#include "server/intake/front.hpp"
#include "server/intake/intake.hpp"
#include "server/intake/scripts.hpp"
#include "server/media/media_fetcher.hpp"
#include "server/sms/webhook.hpp"
#include "server/texting/texting.hpp"
#include "storage/current_epoch.hpp"
#include "storage/wait.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

namespace hotline::app {
namespace {

constexpr std::size_t icon_bytes_max = 2048;
constexpr std::size_t catalogue_bytes_max = 1024 * 1024;

/// The first `bytes_max` + 1 bytes of a file; nothing when it cannot be read.
std::optional<std::string> read_start(const std::filesystem::path& path, std::size_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  std::string text(bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.gcount() == 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// All desks, the first one made in front; one at least.
Outcome<std::vector<storage::Desk>> all_desks(storage::Stores& stores) {
  auto desks = storage::wait_for(stores.desks().list());
  if (!desks) return Problem{"cannot read the database: " + desks.error().message()};
  if (desks->empty()) return Problem{"there is no desk to report to yet: make one with hotline desk create --config FILE"};
  return std::move(*desks);
}

/// The desks that reporters may write to: those of the settings, or the first one made.
Outcome<std::vector<intake::OfferedDesk>> offered_desks(const Settings& settings, const std::vector<storage::Desk>& desks) {
  std::vector<intake::OfferedDesk> offered;
  for (const DeskSettings& wanted : settings.desks) {
    const auto found = std::ranges::find(desks, wanted.name, &storage::Desk::name);
    if (found == desks.end()) {
      return Problem{"[[desk]] names \"" + wanted.name + "\", which does not exist; hotline desk list shows those that do"};
    }
    offered.push_back({found->id, found->name, wanted.shown.empty() ? LocalText(found->name) : wanted.shown, wanted.about});
  }
  if (offered.empty()) offered.push_back({desks.front().id, desks.front().name, LocalText(desks.front().name), {}});
  return offered;
}

Outcome<std::string> read_icon(const std::filesystem::path& path) {
  if (path.empty()) return std::string();
  auto text = read_start(path, icon_bytes_max);
  if (!text || text->size() > icon_bytes_max || text->find("<svg") == std::string::npos) {
    return Problem{path.string() + " is not an SVG file of at most 2 KiB; check [reporter] icon"};
  }
  return std::move(*text);
}

/// The catalogues that an operator adds: a file for each offered language that has one.
Outcome<std::vector<intake::CatalogueImage>> read_catalogues(const LanguageSettings& languages) {
  std::vector<intake::CatalogueImage> images;
  if (languages.folder.empty()) return images;
  std::error_code missing;
  if (!std::filesystem::is_directory(languages.folder, missing)) {
    return Problem{"there is no folder " + languages.folder.string() + " that can be read: put it back, correct its owner and mode, or correct [languages] folder"};
  }
  for (const std::string& language : languages.available) {
    const std::filesystem::path path = languages.folder / (language + ".mo");
    std::error_code error;
    // Languages of our own need no file.
    if (std::filesystem::status(path, error).type() == std::filesystem::file_type::not_found) continue;
    const auto text = read_start(path, catalogue_bytes_max);
    if (!text) {
      return Problem{"cannot read " + path.string() + ", or it is empty: let the user that Hotline runs as read it (chmod 644, folders 755), or make it anew with msgfmt"};
    }
    if (text->size() > catalogue_bytes_max) return Problem{path.string() + " is larger than 1 MiB; this is no catalogue"};
    const Bytes bytes = as_bytes(*text);
    images.push_back({language, ByteVector(bytes.begin(), bytes.end())});
  }
  return images;
}

/// What the server says to phones. A catalogue that cannot be read is told when the pages are drawn.
conversation::Wording phone_wording(const Settings& settings, const std::vector<intake::CatalogueImage>& more) {
  web::Catalogues catalogues;
  for (const intake::CatalogueImage& one : more) static_cast<void>(catalogues.add(one.language, one.image));
  return conversation::Wording(catalogues, settings.languages, settings.emergency);
}

/// What caseworkers read beside the answers. One that cannot be read is told when the pages are drawn here too.
std::string questions_of(const Settings& settings, const intake::Questionnaire& questionnaire, const std::vector<intake::CatalogueImage>& more) {
  web::Catalogues catalogues;
  for (const intake::CatalogueImage& one : more) static_cast<void>(catalogues.add(one.language, one.image));
  return questions_json(questionnaire, catalogues, settings.languages);
}

Outcome<intake::Questionnaire> questionnaire_of(const Settings& settings) {
  const auto& path = settings.reporter.questionnaire;
  return path.empty() ? Outcome<intake::Questionnaire>(intake::Questionnaire::built_in()) : intake::Questionnaire::load(path);
}

intake::PageSettings page_settings(const Settings& settings, const storage::Desk& desk, const std::vector<intake::OfferedDesk>& offered) {
  intake::PageSettings page;
  page.desk_name = desk.demo || offered.size() > 1 ? std::string() : std::string(offered.front().name);
  page.desks = offered;
  page.retention = settings.reporter.retention;
  page.exit_url = settings.exit_url;
  page.emergency = settings.emergency;
  page.languages = settings.languages;
  page.limits = settings.limits;
  page.title = settings.reporter.title;
  page.read_days = settings.reporter.read_days;
  page.demo = desk.demo;
  return page;
}

/// By TLS of our own, or of the proxy that the address given for browsers speaks of.
bool reached_by_tls(const ConsoleSettings& settings) { return settings.tls.has_value() || settings.origin.starts_with("https://"); }

console::Access console_access(const ConsoleSettings& settings) {
  using enum console::SecondFactorRule;
  return {.second_factor = settings.second_factor_required ? required : optional, .origin = settings.origin};
}

}  // namespace

struct Services::Parts {
  Parts(const Settings& given, std::shared_ptr<storage::SqlcipherStores> opened, DeskId house, intake::Addressees desks,
        intake::Questionnaire asked, intake::Pages drawn, sms::Gateways given_gateways)
      : settings(given),
        stores(std::move(opened)),
        addressees(std::move(desks)),
        questionnaire(std::move(asked)),
        pages(std::move(drawn)),
        epochs(stores->desks(), clock),
        argon2(given.limits),
        uploads(given.limits),
        text(given.limits),
        crowd(given.limits),
        way_out(given.exit_url),
        context{*stores, epochs, argon2, uploads, text, crowd, way_out, pages, questionnaire, clock, settings.limits, addressees, house},
        public_router(intake::reporter_error_page(pages)),
        gateways(std::move(given_gateways)) {}

  const Settings& settings;
  SystemClock clock;
  std::shared_ptr<storage::SqlcipherStores> stores;
  intake::Addressees addressees;
  intake::Questionnaire questionnaire;
  intake::Pages pages;
  storage::CurrentEpochs epochs;
  intake::Argon2Pool argon2;
  http::UploadSlots uploads;
  http::TextSpace text;
  intake::Crowd crowd;
  intake::WayOut way_out;
  intake::ReporterContext context;
  http::Router public_router;
  sms::Gateways gateways;
  std::unique_ptr<texting::OperatorLinks> links;
  std::unique_ptr<texting::Texting> texting;
  std::unique_ptr<media::MediaFetcher> media;
  std::optional<sms::MessageIntake> intake;
  std::optional<sms::Webhook> webhook;
  std::optional<console::Console> console;
  std::unique_ptr<calling::Calling> calling;
};

Services::Services(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Services::~Services() = default;

Outcome<std::unique_ptr<Services>> Services::create(const Settings& settings, std::shared_ptr<storage::SqlcipherStores> stores) {
  auto gateways = sms::Gateways::create(settings.sms);
  if (!gateways) return gateways.error();
  const auto desks = all_desks(*stores);
  if (!desks) return desks.error();
  if (const auto found = gateways->check_desks(*desks); !found) return found.error();
  auto offered = offered_desks(settings, *desks);
  if (!offered) return offered.error();
  auto icon = read_icon(settings.reporter.icon);
  if (!icon) return icon.error();
  auto questionnaire = questionnaire_of(settings);
  if (!questionnaire) return questionnaire.error();
  auto catalogues = read_catalogues(settings.languages);
  if (!catalogues) return catalogues.error();
  std::string questions = questions_of(settings, *questionnaire, *catalogues);
  auto conversations = std::make_unique<conversation::Conversations>(phone_wording(settings, *catalogues), settings.limits);
  auto for_pages = page_settings(settings, desks->front(), *offered);
  for_pages.icon = std::move(*icon);
  for_pages.catalogues = std::move(*catalogues);
  auto pages = intake::Pages::create(for_pages, *questionnaire);
  if (!pages) return pages.error();
  auto dedupe_key = storage::wait_for(stores->server_key("sms-dedupe"));
  if (!dedupe_key) return Problem{"cannot read the database: " + dedupe_key.error().message()};
  auto check_key = storage::wait_for(stores->server_key("sms-check"));
  if (!check_key) return Problem{"cannot read the database: " + check_key.error().message()};

  auto parts = std::make_unique<Parts>(settings, std::move(stores), desks->front().id, intake::Addressees(std::move(*offered)),
                                       std::move(*questionnaire), std::move(*pages), std::move(*gateways));
  if (!intake::add_intake_routes(parts->public_router, parts->context)) {
    return Problem{"the server's own cryptography does not work on this machine"};
  }
  auto links = texting::OperatorLinks::create(settings.sms, parts->clock, settings.limits);
  if (!links) return links.error();
  if (const auto found = (*links)->check_desks(*desks); !found) return found.error();
  parts->links = std::move(*links);
  auto texting = texting::Texting::create(settings.sms, parts->gateways, *parts->links, *parts->stores, parts->clock, settings.limits);
  if (!texting) return texting.error();
  parts->texting = std::move(*texting);
  parts->texting->answer_texts(settings.sms, std::move(conversations), parts->clock);
  parts->intake.emplace(parts->stores->inbox(), parts->epochs, std::move(*dedupe_key), parts->clock, parts->texting.get());
  auto media_key = storage::wait_for(parts->stores->server_key("sms-media"));
  if (!media_key) return Problem{"cannot read the database: " + media_key.error().message()};
  auto media = media::MediaFetcher::create(settings.sms, parts->gateways,
                                           {parts->stores->media_queue(), parts->stores->inbox(), parts->stores->blobs(), parts->epochs},
                                           sms::MediaTickets(*media_key), parts->clock, settings.limits);
  if (!media) return media.error();
  parts->media = std::move(*media);
  auto calls_key = storage::wait_for(parts->stores->server_key("calls"));
  if (!calls_key) return Problem{"cannot read the database: " + calls_key.error().message()};
  auto calling = calling::Calling::create(settings, *desks, {parts->stores->calls(), parts->stores->arrivals()}, *calls_key,
                                          settings.console_listener.origin, parts->clock);
  if (!calling) return calling.error();
  parts->calling = std::move(*calling);
  parts->intake->keep_media({parts->stores->blobs(), sms::MediaTickets(*media_key), settings.limits,
                             [&fetcher = *parts->media](std::string_view gateway) { fetcher.queued(gateway); }});
  parts->webhook.emplace(parts->gateways, *parts->intake, parts->clock, settings.limits, parts->texting.get());
  parts->console.emplace(*parts->stores, parts->clock, settings.limits, reached_by_tls(settings.console_listener), console_access(settings.console_listener),
                         [&epochs = parts->epochs] { epochs.look_again(); }, parts->texting.get());
  parts->console->serve_questions(std::move(questions));
  parts->webhook->answer_checks(sms::CheckProof(std::move(*check_key)));
  parts->webhook->add_routes(parts->public_router);
  parts->media->start();
  return std::unique_ptr<Services>(new Services(std::move(parts)));
}

const http::Router& Services::public_router() const { return parts_->public_router; }
const http::Router& Services::console_router() const { return parts_->console->router(); }

http::HeaderProfile Services::public_headers(const Settings& settings) {
  http::HeaderProfile profile;
  profile.content_security_policy = intake::Scripts::content_security_policy();
  profile.onion_location = settings.public_listener.onion;
  profile.hsts = settings.public_listener.origin.starts_with("https://");
  return profile;
}

http::HeaderProfile Services::console_headers(const Settings& settings) {
  http::HeaderProfile profile;
  profile.hsts = settings.console_listener.origin.starts_with("https://");
  profile.passkeys = true;
  return profile;
}
storage::Stores& Services::stores() { return *parts_->stores; }
const Clock& Services::clock() const { return parts_->clock; }
void Services::start() {
  parts_->calling->start();
  parts_->links->start(*parts_->intake, *parts_->texting);
}
void Services::end_waits() { parts_->console->end_waits(); }
void Services::stop() {
  parts_->argon2.stop();
  // What an operator brings now it brings again; a text that is being handed over still needs its link.
  parts_->links->stop_taking();
  parts_->texting->stop();
  parts_->links->stop();
  parts_->media->stop();
  parts_->calling->stop();
  parts_->stores->stop();
}

}  // namespace hotline::app
