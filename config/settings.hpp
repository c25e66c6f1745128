#pragma once

#include "config/call_settings.hpp"
#include "config/error.hpp"
#include "config/limits.hpp"
#include "config/listen_address.hpp"
#include "config/local_text.hpp"
#include "config/log.hpp"
#include "config/setting_secret.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline {

/// PEM files. They are opened by the listener, not here.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct ListenerSettings {
  std::vector<ListenAddress> listen;        ///< one or more
  std::optional<TlsFiles> tls;
};

struct PublicSettings : ListenerSettings {
  std::string origin;                       ///< "https://host[:port]" as reporters reach it, no slash at the end; empty: not told
  std::string onion;                        ///< "http://….onion[:port]"; empty: none
};

struct ConsoleSettings : ListenerSettings {
  std::string origin;                       ///< "https://host[:port]" as caseworkers' browsers reach it; empty: http://localhost, at any port
  bool second_factor_required = true;       ///< false: members may do without one; desks for trying out always may
};

/// Where figures for Prometheus are shown; nowhere when there is no address.
struct MetricsSettings {
  std::vector<ListenAddress> listen;
};

struct StorageSettings {
  std::filesystem::path path;               ///< the database
  std::filesystem::path key_file;           ///< 32 raw bytes or as `hotline init` writes it
};

struct LanguageSettings {
  std::vector<std::string> available{"en", "es"};   ///< BCP 47 tags, in the order in which they are offered
  std::string fallback = "en";                      ///< `default` in the file; one of `available`
  std::filesystem::path folder;                     ///< compiled catalogues of more languages, LANGUAGE.mo; empty: none
};

struct PhoneEntry {
  LocalText name;
  std::string phone;                        ///< digits, +, spaces and dashes
  std::vector<std::string> languages;       ///< pages that show it; empty: all
};

struct EmergencySettings {
  LocalText phone;                          ///< empty: pages name no number
  std::vector<PhoneEntry> hotlines;
};

/// What reporters' pages are called and ask.
struct ReporterSettings {
  LocalText title;                          ///< of tabs and history; empty: the neutral one of the language
  std::filesystem::path icon;               ///< an SVG file; empty: none
  std::filesystem::path questionnaire;      ///< empty: the one that is built in
  LocalText retention;                      ///< one sentence: how long reports are kept; empty: nothing is said
  unsigned read_days = 3;                   ///< within which the desk aims to read everything
};

/// One `[[desk]]`: a desk that reporters may choose.
struct DeskSettings {
  std::string name;                         ///< as it was made; whether it exists is checked when the server starts
  LocalText shown;                          ///< what reporters read; empty: the name
  LocalText about;                          ///< one sentence: who reads there; may be empty
};

/// `[sms.NAME.send]`: how texts leave by a gateway.
struct SmsSendSettings {
  std::string url;                          ///< of its API, "http(s)://host[:port]"; with a path, when it is not the descriptor's; empty: as that says
  std::string account;                      ///< how its API calls us: an account, a user, a plan; may be empty
  SettingSecret secret;                     ///< what proves it is us: a password, a key; may be empty
  std::filesystem::path secret_file;        ///< where `secret` was read from; empty when it stands in the settings
  std::string from;                         ///< the number or name that texts come from; empty: the number that the person wrote to
  unsigned per_minute = 0;                  ///< texts at most; 0: as the descriptor says
  /// Local time at which texts may arrive, minutes since midnight; begin > end spans midnight; equal: at any time.
  unsigned hours_begin = 7 * 60;
  unsigned hours_end = 21 * 60;
  std::string time_zone = "America/Belize"; ///< IANA name
};

/// `[sms.NAME.smpp]`: a link to an operator's message centre instead of a webhook.
struct SmppSettings {
  std::string host;
  std::uint16_t port = 2775;
  bool tls = false;
  std::string system_id;                    ///< 1 to 15 bytes
  SettingSecret password;                   ///< at most 8 bytes, as SMPP 3.4 has it
  std::filesystem::path password_file;
  std::string system_type;                  ///< at most 12 bytes; may be empty
  std::string charset = "gsm-7";            ///< what the operator means by data coding 0: "gsm-7", "ascii", "latin-1"
};

/// What the server itself answers to a text.
enum class AutomaticTexts {
  guided,                                   ///< questions, one text each
  neutral,                                  ///< one acknowledgement that gives nothing away
  none,
};

/// One `[sms.NAME]`. Exactly one of `gateway`, `descriptor` and `smpp` is set; with a webhook at least one of `token` and `path_token`.
struct SmsSettings {
  std::string name;                         ///< letters, digits, - and _, 1 to 32
  std::string gateway;                      ///< name of a built-in descriptor; whether it exists is checked by server/sms
  std::filesystem::path descriptor;
  std::optional<SmppSettings> smpp;
  std::optional<SmsSendSettings> send;      ///< absent: texts only come in
  AutomaticTexts automatic = AutomaticTexts::guided;   ///< `none` without `send`
  std::string region = "BZ";                ///< ISO 3166-1 code of the country whose national numbers are meant
  /// Where pictures may be fetched from besides the descriptor's hosts: "http(s)://host[:port]". Only these may be private addresses.
  std::vector<std::string> media_origins;
  SettingSecret token;
  std::filesystem::path token_file;         ///< where `token` was read from; empty when it stands in the settings
  std::string public_url;                   ///< what the gateway signs, without the path token
  SettingSecret path_token;                 ///< when set, the webhook is public_url + "/" + path_token
  std::string desk;                         ///< name of the desk that gets the texts; empty: the first
};

/// Whom backups are sealed to. The texts look right; whether each is a usable key is checked where one is sealed.
struct BackupSettings {
  std::vector<std::string> recipients;      ///< "age1pq1…"; empty: backups are under the database key alone
};

/// All settings, read once at start and never changed after. Move-only because it holds tokens.
struct Settings {
  std::filesystem::path file;
  PublicSettings public_listener;
  ConsoleSettings console_listener;
  MetricsSettings metrics;
  StorageSettings storage;
  BackupSettings backup;
  Limits limits;
  std::string exit_url = "https://www.wikipedia.org/";
  LanguageSettings languages;
  EmergencySettings emergency;
  ReporterSettings reporter;
  std::vector<DeskSettings> desks;          ///< in the order in which they are offered; empty: reports go to the first desk made
  std::vector<SmsSettings> sms;             ///< in the order of the file
  std::optional<MailSettings> mail;
  std::vector<CallSettings> calls;          ///< in the order of the file; empty: nobody is called
  LogLevel log_level = LogLevel::info;
};

/// Longest settings file and token file that are read.
inline constexpr std::size_t settings_bytes_max = 1024 * 1024;
inline constexpr std::size_t token_bytes_max = 4096;

/// Reads the text of a settings file (TOML 1.0) without touching the disk; token files are named, not read.
/// Relative paths are taken from the folder of `file_name`. Fails with one line "FILE:LINE: what; what to do" for the
/// first thing wrong: a key that is not known, a value that is not allowed. Never names the value of a token.
Outcome<Settings> parse_settings(std::string_view text, std::string_view file_name);

/// The same from disk, token files included. Refuses a file that group or others can write, and one that others can read
/// when it holds a token.
Outcome<Settings> load_settings(const std::filesystem::path& path);

}  // namespace hotline
