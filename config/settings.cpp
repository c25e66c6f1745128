#include "config/settings.hpp"

#include "config/setting_rules.hpp"
#include "config/settings_calls.hpp"
#include "config/settings_limits.hpp"
#include "config/settings_section.hpp"
#include "config/settings_text.hpp"

#include <algorithm>

namespace hotline {
namespace {

using settings_detail::Complaints;
using settings_detail::Section;
using settings_detail::checked;
using settings_detail::is_account;
using settings_detail::is_token;
using settings_detail::take_secret;

bool is_exit_url(std::string_view text) { return text.starts_with("https://") && settings_detail::is_url(text); }

std::vector<ListenAddress> read_addresses(Section& section, const std::filesystem::path& folder, std::vector<std::string> standard) {
  const auto texts = section.texts("listen").value_or(std::move(standard));
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) {
    const std::optional<ListenAddress> address = parse_listen_address(text, folder);
    if (!address) {
      section.complain("listen", "must be \"ip:port\" (\"127.0.0.1:8080\", \"[::1]:8080\") or \"unix:/path\" of at most 107 bytes");
    } else if (std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
      section.complain("listen", "names the same address twice; remove one");
    } else {
      addresses.push_back(*address);
    }
  }
  return addresses;
}

void read_listener(Section& section, ListenerSettings& listener, const std::filesystem::path& folder, std::string_view standard) {
  listener.listen = read_addresses(section, folder, {std::string(standard)});
  Section tls = section.section("tls");
  auto certificate = tls.path("certificate", folder);
  auto key = tls.path("key", folder);
  if (tls.present() && !tls.has("certificate")) tls.complain("certificate", "is missing; name the PEM file of the certificate");
  if (tls.present() && !tls.has("key")) tls.complain("key", "is missing; name the PEM file of the private key");
  tls.finish();
  if (certificate && key) listener.tls = TlsFiles{std::move(*certificate), std::move(*key)};
}

PublicSettings read_public(Section section, const std::filesystem::path& folder) {
  PublicSettings settings;
  read_listener(section, settings, folder, "127.0.0.1:8080");
  settings.origin = checked(section, "origin", settings_detail::is_origin,
                            "must be \"https://host\" or \"http://host:port\", lower case, without a path or a slash at the end")
                        .value_or("");
  settings.onion = checked(section, "onion", settings_detail::is_onion_origin,
                           "must be \"http://\", the 56 letters and digits of the service, and \".onion\"")
                       .value_or("");
  section.finish();
  return settings;
}

ConsoleSettings read_console(Section section, const std::filesystem::path& folder) {
  ConsoleSettings settings;
  read_listener(section, settings, folder, "127.0.0.1:8081");
  settings.origin = checked(section, "origin", settings_detail::is_origin,
                            "must be \"https://host\" or \"http://host:port\", lower case, without a path or a slash at the end")
                        .value_or("");
  if (const auto word = section.text("second_factor")) {
    if (*word != "required" && *word != "optional") section.complain("second_factor", "must be \"required\" or \"optional\"");
    settings.second_factor_required = *word == "required";
  }
  section.finish();
  return settings;
}

MetricsSettings read_metrics(Section section, const std::filesystem::path& folder) {
  MetricsSettings settings{read_addresses(section, folder, {})};
  const auto is_public = [](const ListenAddress& address) { return !address.is_loopback(); };
  if (std::ranges::any_of(settings.listen, is_public)) {
    section.complain("listen", "must be an address of this machine alone (127.0.0.1, ::1) or a Unix socket; let Prometheus in by a tunnel or a proxy that asks who it is");
  }
  section.finish();
  return settings;
}

StorageSettings read_storage(Section section, const std::filesystem::path& folder) {
  StorageSettings settings;
  settings.path = section.path("path", folder).value_or("");
  settings.key_file = section.path("key_file", folder).value_or("");
  if (!section.has("path")) section.complain("path", "is missing; name the database: path = \"hotline.db\" below [storage]");
  if (!section.has("key_file")) {
    section.complain("key_file", "is missing; name the file of the database key: key_file = \"hotline.key\" below [storage]");
  }
  if (!settings.path.empty() && settings.path == settings.key_file) section.complain("key_file", "must be another file than path");
  section.finish();
  return settings;
}

BackupSettings read_backup(Section section) {
  BackupSettings settings;
  settings.recipients = section.texts("recipient").value_or(std::vector<std::string>{});
  if (!std::all_of(settings.recipients.begin(), settings.recipients.end(), settings_detail::is_recipient)) {
    section.complain("recipient", "must be what  hotline backup-key  printed, all 1,959 characters from age1pq1 on, or a list of such");
  } else if (settings.recipients.size() > 16) {
    section.complain("recipient", "names more than 16; leave those who restore");
  }
  section.finish();
  return settings;
}

std::string read_exit(Section section) {
  auto url = checked(section, "url", is_exit_url, "must be an https URL; take a site that nobody wonders about");
  section.finish();
  return url.value_or(Settings{}.exit_url);
}

LanguageSettings read_languages(Section section, const std::filesystem::path& folder) {
  LanguageSettings settings;
  if (auto available = section.texts("available")) {
    if (!std::all_of(available->begin(), available->end(), settings_detail::is_language) || available->size() > 64) {
      section.complain("available", "must be a list of language tags such as [\"en\", \"es\"]");
    }
    std::vector<std::string> sorted = *available;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      section.complain("available", "names a language twice; remove one");
    }
    settings.available = std::move(*available);
    settings.fallback = settings.available.front();
  }
  settings.folder = section.path("folder", folder).value_or("");
  if (auto fallback = section.text("default")) settings.fallback = std::move(*fallback);
  if (std::find(settings.available.begin(), settings.available.end(), settings.fallback) == settings.available.end()) {
    section.complain("default", "must be one of the languages of available");
  }
  section.finish();
  return settings;
}

constexpr std::string_view label_rule = "must be 1 to 128 bytes on one line";
constexpr std::string_view sentence_rule = "must be 1 to 500 bytes on one line";

EmergencySettings read_emergency(Section section) {
  constexpr std::string_view phone_rule = "must be digits, +, spaces and dashes";
  EmergencySettings settings;
  settings.phone = section.local_text("phone", settings_detail::is_phone, phone_rule).value_or(LocalText());
  std::vector<Section> hotlines = section.sections("hotlines");
  if (hotlines.size() > 32) section.complain("hotlines", "holds more than 32; leave those that matter most");
  for (Section& entry : hotlines) {
    PhoneEntry hotline;
    hotline.name = entry.local_text("name", settings_detail::is_label, label_rule).value_or(LocalText());
    if (auto languages = entry.texts("languages")) hotline.languages = std::move(*languages);
    if (!std::all_of(hotline.languages.begin(), hotline.languages.end(), settings_detail::is_language)) {
      entry.complain("languages", "must be a list of language tags such as [\"es\"]");
    }
    hotline.phone = checked(entry, "phone", settings_detail::is_phone, phone_rule).value_or("");
    if (!entry.has("name")) entry.complain("name", "is missing; say whose number this is");
    if (!entry.has("phone")) entry.complain("phone", "is missing; add the number");
    entry.finish();
    settings.hotlines.push_back(std::move(hotline));
  }
  section.finish();
  return settings;
}

ReporterSettings read_reporter(Section section, const std::filesystem::path& folder) {
  ReporterSettings settings;
  settings.title = section.local_text("title", settings_detail::is_label, label_rule).value_or(LocalText());
  settings.icon = section.path("icon", folder).value_or("");
  settings.questionnaire = section.path("questionnaire", folder).value_or("");
  settings.retention = section.local_text("retention", settings_detail::is_sentence, sentence_rule).value_or(LocalText());
  if (const auto days = section.integer("read_days", 1, 60)) settings.read_days = static_cast<unsigned>(*days);
  section.finish();
  return settings;
}

std::vector<DeskSettings> read_desks(std::vector<Section> sections) {
  std::vector<DeskSettings> desks;
  for (Section& section : sections) {
    DeskSettings desk;
    desk.name = checked(section, "name", settings_detail::is_label, "must be the name of a desk").value_or("");
    if (!section.has("name")) section.complain("name", "is missing; name a desk as hotline desk list shows it");
    desk.shown = section.local_text("shown", settings_detail::is_label, label_rule).value_or(LocalText());
    desk.about = section.local_text("about", settings_detail::is_sentence, sentence_rule).value_or(LocalText());
    const auto same = [&](const DeskSettings& other) { return other.name == desk.name; };
    if (std::any_of(desks.begin(), desks.end(), same)) section.complain("name", "names the same desk twice; remove one");
    if (desks.size() == 16) section.complain("name", "is the 17th desk; nobody can choose well among more than 16");
    section.finish();
    desks.push_back(std::move(desk));
  }
  return desks;
}

/// "07:30" as minutes since midnight.
std::optional<unsigned> minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (text.size() != 5 || text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const unsigned hours = digit(0) * 10 + digit(1);
  const unsigned minutes = digit(3) * 10 + digit(4);
  if (text[2] != ':' || minutes > 59 || hours * 60 + minutes > 24 * 60) return std::nullopt;
  return hours * 60 + minutes;
}

void read_hours(Section& section, SmsSendSettings& send) {
  const auto hours = section.text("hours");
  if (!hours) return;
  const std::size_t dash = hours->find('-');
  const auto begin = minutes_of(hours->substr(0, dash));
  const auto end = dash == std::string::npos ? std::nullopt : minutes_of(hours->substr(dash + 1));
  if (!begin || !end) return section.complain("hours", "must be local times such as \"07:00-21:00\"; \"00:00-24:00\" is always");
  send.hours_begin = *begin % (24 * 60);
  send.hours_end = *end % (24 * 60);
}

bool is_time_zone(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
  });
}
bool is_region(std::string_view text) { return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }); }

std::optional<SmsSendSettings> read_send(Section section, const std::filesystem::path& folder) {
  if (!section.present()) return std::nullopt;
  SmsSendSettings send;
  send.url = checked(section, "url", settings_detail::is_url, "must be the URL of the gateway's API; with a path, if it is not the usual one").value_or("");
  send.account = checked(section, "account", is_account, "must be 1 to 256 printable characters").value_or("");
  send.secret = take_secret(section, "secret", is_token, "must be 1 to 4096 bytes");
  send.secret_file = section.path("secret_file", folder).value_or("");
  if (section.has("secret") && section.has("secret_file")) section.complain("secret_file", "and secret are both given; remove one");
  send.from = checked(section, "from", is_account, "must be the number or name that texts come from").value_or("");
  send.per_minute = static_cast<unsigned>(section.integer("per_minute", 1, 60'000).value_or(0));
  read_hours(section, send);
  send.time_zone = checked(section, "time_zone", is_time_zone, "must be an IANA name such as \"America/Belize\"").value_or(send.time_zone);
  section.finish();
  return send;
}

std::optional<SmppSettings> read_smpp(Section section, const std::filesystem::path& folder) {
  if (!section.present()) return std::nullopt;
  SmppSettings smpp;
  smpp.host = section.text("host").value_or("");
  if (!settings_detail::is_origin("http://" + smpp.host) || smpp.host.find(':') != std::string::npos) {
    section.complain("host", "must be the name or IPv4 address of the operator's message centre, without a port");
  }
  smpp.port = static_cast<std::uint16_t>(section.integer("port", 1, 65535).value_or(smpp.port));
  if (const auto tls = section.text("tls")) {
    if (*tls != "yes" && *tls != "no") section.complain("tls", "must be \"yes\" or \"no\"");
    smpp.tls = *tls == "yes";
  }
  smpp.system_id = section.text("system_id").value_or("");
  if (!is_account(smpp.system_id) || smpp.system_id.size() > 15) section.complain("system_id", "must be the 1 to 15 characters that the operator gave you");
  smpp.password = take_secret(section, "password", is_token, "must be 1 to 8 bytes");
  smpp.password_file = section.path("password_file", folder).value_or("");
  if (section.has("password") == section.has("password_file")) section.complain("password", "is missing, or given twice; add password or password_file");
  smpp.system_type = section.text("system_type").value_or("");
  if (smpp.system_type.size() > 12) section.complain("system_type", "must be at most 12 characters");
  smpp.charset = section.text("charset").value_or(smpp.charset);
  if (smpp.charset != "gsm-7" && smpp.charset != "ascii" && smpp.charset != "latin-1") section.complain("charset", "must be \"gsm-7\", \"ascii\" or \"latin-1\"");
  section.finish();
  return smpp;
}

void read_automatic(Section& section, SmsSettings& sms) {
  const auto word = section.text("automatic");
  if (!word) return;
  if (*word == "guided") sms.automatic = AutomaticTexts::guided;
  else if (*word == "neutral") sms.automatic = AutomaticTexts::neutral;
  else if (*word == "none") sms.automatic = AutomaticTexts::none;
  else section.complain("automatic", "must be \"guided\" (questions), \"neutral\" (one acknowledgement) or \"none\"");
}

SmsSettings read_gateway(Section section, std::string name, const std::filesystem::path& folder, const std::string& origin) {
  SmsSettings sms;
  sms.gateway = checked(section, "gateway", settings_detail::is_name, "must be the name of a built-in gateway").value_or("");
  sms.descriptor = section.path("descriptor", folder).value_or("");
  if (section.has("gateway") && section.has("descriptor")) section.complain("descriptor", "and gateway are both given; remove one");
  sms.smpp = read_smpp(section.section("smpp"), folder);
  sms.send = read_send(section.section("send"), folder);
  read_automatic(section, sms);
  sms.region = checked(section, "region", is_region, "must be a country code such as \"BZ\"").value_or(sms.region);
  sms.media_origins = section.texts("media_origins").value_or(std::vector<std::string>{});
  if (!std::all_of(sms.media_origins.begin(), sms.media_origins.end(), settings_detail::is_origin)) {
    section.complain("media_origins", "must be a list of \"https://host[:port]\"");
  }
  if (!section.has("gateway") && !section.has("descriptor") && !sms.smpp) {
    section.complain("gateway", "is missing; add gateway = \"twilio\", descriptor = \"file.toml\", or a section [sms.NAME.smpp]");
  }
  if (sms.smpp && (section.has("gateway") || section.has("descriptor"))) section.complain("smpp", "and a webhook are both given; remove one");
  if (sms.smpp) {
    Section send = section.section("send");
    for (const char* of_web : {"url", "account", "secret", "secret_file"}) {
      if (send.has(of_web)) send.complain(of_web, "is not for a link to an operator: texts leave by it, with what [sms.NAME.smpp] says; remove it");
    }
    for (const char* of_web : {"token", "token_file", "path_token", "public_url"}) {
      if (section.has(of_web)) section.complain(of_web, "is for gateways that call, which an operator's link does not; remove it");
    }
  }
  sms.token = take_secret(section, "token", is_token, "must be 1 to 4096 bytes");
  sms.token_file = section.path("token_file", folder).value_or("");
  sms.path_token = take_secret(section, "path_token", settings_detail::is_path_token,
                               "must be 22 to 256 letters, digits, - or _; make one with: openssl rand -hex 16");
  if (section.has("token") && section.has("token_file")) section.complain("token_file", "and token are both given; remove one");
  if (!sms.smpp && !section.has("token") && !section.has("token_file") && !section.has("path_token")) {
    section.complain("token", "is missing; add token, token_file or path_token, so that nobody else can post texts");
  }
  sms.public_url = checked(section, "public_url", settings_detail::is_url, "must be the http or https URL that the gateway calls")
                       .value_or(origin.empty() ? "" : origin + "/sms/" + name);
  if (!sms.smpp && !section.has("public_url") && origin.empty()) {
    section.complain("public_url", "is missing; add it, or origin in [public]: signatures are made over it");
  }
  sms.desk = checked(section, "desk", settings_detail::is_label, "must be the name of a desk").value_or("");
  sms.name = std::move(name);
  section.finish();
  return sms;
}

std::vector<SmsSettings> read_sms(Section section, const std::filesystem::path& folder, const std::string& origin) {
  std::vector<SmsSettings> gateways;
  for (const std::string& name : section.keys()) {
    Section gateway = section.section(name);
    if (!settings_detail::is_name(name)) {
      gateway.complain("name", "must be letters, digits, - and _, at most 32; it is the end of the path /sms/NAME");
    } else if (gateway.present()) {
      gateways.push_back(read_gateway(gateway, name, folder, origin));
    }
  }
  if (gateways.size() > 64) section.complain("sms", "holds more than 64 gateways; remove some");
  return gateways;
}

LogLevel read_log(Section section) {
  LogLevel level = LogLevel::info;
  if (const auto text = section.text("level")) {
    if (*text == "error") level = LogLevel::error;
    else if (*text == "warning") level = LogLevel::warning;
    else if (*text == "info") level = LogLevel::info;
    else if (*text == "debug") level = LogLevel::debug;
    else section.complain("level", "must be \"error\", \"warning\", \"info\" or \"debug\"");
  }
  section.finish();
  return level;
}

/// What toml++ says is wrong, on one line. A line about a token is not described: the description can quote it.
std::string syntax_complaint(std::string_view text, const toml::parse_error& error) {
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < error.source().begin.line && start < text.size(); ++line) {
    start = std::min(text.find('\n', start), text.size() - 1) + 1;
  }
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  std::string said = "not valid TOML";
  static constexpr std::string_view secretive[] = {"token", "secret", "password", "webhook", "ntfy"};
  if (std::none_of(std::begin(secretive), std::end(secretive), [&](std::string_view word) { return line.find(word) != std::string_view::npos; })) {
    std::string description(error.description());
    std::replace_if(description.begin(), description.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    said += ": " + description.substr(0, 160);
  }
  return said + "; text needs double quotes, see deploy/hotline.toml";
}

}  // namespace

Outcome<Settings> parse_settings(std::string_view text, std::string_view file_name) {
  Complaints complaints(file_name);
  if (text.size() > settings_bytes_max) {
    complaints.add(1, "larger than 1 MiB; this is not a settings file");
    return complaints.first();
  }
  const settings_detail::PlainText plain(text, complaints);
  if (complaints.any()) return complaints.first();
  toml::parse_result parsed = toml::parse(plain.view());
  if (!parsed) {
    complaints.add(parsed.error().source().begin.line, syntax_complaint(plain.view(), parsed.error()));
    return complaints.first();
  }
  Settings settings;
  settings.file = std::filesystem::path(file_name);
  const std::filesystem::path folder = settings.file.parent_path();
  Section root(complaints, &parsed.table(), "", 1);
  settings.public_listener = read_public(root.section("public"), folder);
  settings.console_listener = read_console(root.section("console"), folder);
  settings.metrics = read_metrics(root.section("metrics"), folder);
  settings.storage = read_storage(root.section("storage"), folder);
  settings.backup = read_backup(root.section("backup"));
  settings.limits = settings_detail::read_limits(root.section("limits"));
  settings_detail::read_retention(root.section("retention"), settings.limits);
  settings.exit_url = read_exit(root.section("exit"));
  settings.languages = read_languages(root.section("languages"), folder);
  settings.emergency = read_emergency(root.section("emergency"));
  settings.reporter = read_reporter(root.section("reporter"), folder);
  settings.desks = read_desks(root.sections("desk"));
  settings.sms = read_sms(root.section("sms"), folder, settings.public_listener.origin);
  settings.mail = settings_detail::read_mail(root.section("mail"), folder);
  settings.calls = settings_detail::read_calls(root.sections("call"), folder, settings.mail.has_value(), settings.languages.fallback);
  settings.log_level = read_log(root.section("log"));
  root.finish();
  if (complaints.any()) return complaints.first();
  return settings;
}

}  // namespace hotline
