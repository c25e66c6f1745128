#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

namespace hotline {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view storage = "[storage]\npath = \"a.db\"\nkey_file = \"a.key\"\n";

Outcome<Settings> parse(std::string_view text) { return parse_settings(text, "/etc/hotline/hotline.toml"); }
Outcome<Settings> parse_with_storage(const std::string& text) { return parse(text + "\n" + std::string(storage)); }

std::string complaint(const std::string& text) {
  const Outcome<Settings> settings = parse_with_storage(text);
  return settings ? "" : settings.error().line;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Settings, StandardValuesNeedOnlyStorage) {
  const auto settings = parse(storage);
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_EQ(settings->storage.path, "/etc/hotline/a.db");
  EXPECT_EQ(settings->storage.key_file, "/etc/hotline/a.key");
  ASSERT_EQ(settings->public_listener.listen.size(), 1U);
  EXPECT_EQ(to_text(settings->public_listener.listen[0]), "127.0.0.1:8080");
  EXPECT_EQ(to_text(settings->console_listener.listen[0]), "127.0.0.1:8081");
  EXPECT_EQ(settings->exit_url, "https://www.wikipedia.org/");
  EXPECT_THAT(settings->languages.available, testing::ElementsAre("en", "es"));
  EXPECT_EQ(settings->languages.fallback, "en");
  EXPECT_TRUE(settings->emergency.phone.empty());
  EXPECT_TRUE(settings->emergency.hotlines.empty());
  EXPECT_TRUE(settings->sms.empty());
  EXPECT_EQ(settings->log_level, LogLevel::info);
}

TEST(Settings, EveryKeyIsRead) {
  const auto settings = parse_with_storage(R"(
[public]
listen = ["0.0.0.0:80", "[::1]:8080", "unix:/run/hotline/public.sock"]
origin = "https://report.example.org"
onion = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
tls = { certificate = "tls/chain.pem", key = "/keys/key.pem" }
[console]
listen = "unix:console.sock"
origin = "https://console.example.org"
second_factor = "optional"
[console.tls]
certificate = "c.pem"
key = "k.pem"
[limits]
files_max = 3
idle_deadline = 7
mailbox_days = 30
[exit]
url = "https://example.com/a?b=c"
[languages]
available = ["es", "pt-BR"]
default = "pt-BR"
[emergency]
phone = "911"
hotlines = [{ name = { es = "Línea", en = "Line" }, phone = "+501 123-4567", languages = ["es"] }]
[reporter]
title = { es = "Notas", pt-BR = "Anotações" }
icon = "icon.svg"
questionnaire = "own.toml"
retention = "Two years."
read_days = 5
[[desk]]
name = "Labour"
shown = { es = "Trabajo" }
about = "Inspectors."
[[desk]]
name = "Police"
[sms.one]
gateway = "twilio"
token = "t0ken"
desk = "Belize City"
[sms.two]
descriptor = "two.toml"
path_token = "0123456789abcdef0123456789abcdef"
public_url = "https://other.example.org/sms/two"
[log]
level = "debug"
)");
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_EQ(settings->public_listener.listen.size(), 3U);
  EXPECT_EQ(settings->public_listener.listen[1].ip, "::1");
  EXPECT_EQ(settings->public_listener.listen[2].socket_path, "/run/hotline/public.sock");
  EXPECT_EQ(settings->public_listener.origin, "https://report.example.org");
  EXPECT_THAT(settings->public_listener.onion, StartsWith("http://2gzyxa"));
  ASSERT_TRUE(settings->public_listener.tls);
  EXPECT_EQ(settings->public_listener.tls->certificate, "/etc/hotline/tls/chain.pem");
  EXPECT_EQ(settings->public_listener.tls->key, "/keys/key.pem");
  EXPECT_EQ(settings->console_listener.listen[0].socket_path, "/etc/hotline/console.sock");
  EXPECT_EQ(settings->console_listener.tls->key, "/etc/hotline/k.pem");
  EXPECT_EQ(settings->console_listener.origin, "https://console.example.org");
  EXPECT_FALSE(settings->console_listener.second_factor_required);
  EXPECT_EQ(settings->limits.files_max, 3U);
  EXPECT_EQ(settings->limits.idle_deadline, std::chrono::seconds(7));
  EXPECT_EQ(settings->limits.mailbox_days, 30);
  EXPECT_EQ(settings->limits.uploads_max, Limits{}.uploads_max);
  EXPECT_EQ(settings->exit_url, "https://example.com/a?b=c");
  EXPECT_EQ(settings->languages.fallback, "pt-BR");
  EXPECT_EQ(settings->emergency.phone.in("en", "en"), "911");
  EXPECT_EQ(settings->emergency.hotlines[0].languages, std::vector<std::string>{"es"});
  EXPECT_EQ(settings->reporter.title.in("pt-BR", "es"), "Anotações");
  EXPECT_EQ(settings->reporter.title.in("en", "es"), "Notas");
  EXPECT_EQ(settings->reporter.icon, "/etc/hotline/icon.svg");
  EXPECT_EQ(settings->reporter.questionnaire, "/etc/hotline/own.toml");
  EXPECT_EQ(settings->reporter.retention.in("es", "es"), "Two years.");
  EXPECT_EQ(settings->reporter.read_days, 5U);
  ASSERT_EQ(settings->desks.size(), 2U);
  EXPECT_EQ(settings->desks[0].shown.in("pt-BR", "es"), "Trabajo");
  EXPECT_TRUE(settings->desks[1].shown.empty());
  EXPECT_EQ(settings->emergency.hotlines[0].name.in("pt-BR", "es"), "Línea");
  ASSERT_EQ(settings->sms.size(), 2U);
  EXPECT_EQ(settings->sms[0].name, "one");
  EXPECT_EQ(settings->sms[0].gateway, "twilio");
  EXPECT_EQ(settings->sms[0].token.reveal(), "t0ken");
  EXPECT_EQ(settings->sms[0].public_url, "https://report.example.org/sms/one");
  EXPECT_EQ(settings->sms[0].desk, "Belize City");
  EXPECT_EQ(settings->sms[1].descriptor, "/etc/hotline/two.toml");
  EXPECT_EQ(settings->sms[1].path_token.size(), 32U);
  EXPECT_EQ(settings->sms[1].public_url, "https://other.example.org/sms/two");
  EXPECT_EQ(settings->log_level, LogLevel::debug);
}

TEST(Settings, ComplaintNamesFileLineAndRemedy) {
  EXPECT_EQ(complaint("\n[public]\nlissten = \"127.0.0.1:1\""),
            "/etc/hotline/hotline.toml:3: unknown key \"lissten\" in [public]; did you mean \"listen\"?");
  EXPECT_EQ(complaint("[publik]"), "/etc/hotline/hotline.toml:1: unknown key \"publik\"; did you mean \"public\"?");
  EXPECT_EQ(complaint("[figures]\nlisten = \"127.0.0.1:9\""),
            "/etc/hotline/hotline.toml:1: unknown key \"figures\"; remove it (deploy/hotline.toml shows every key)");
  EXPECT_EQ(complaint("[metrics]\nlisten = \"0.0.0.0:9464\""),
            "/etc/hotline/hotline.toml:2: listen in [metrics] must be an address of this machine alone (127.0.0.1, ::1) or a Unix socket; "
            "let Prometheus in by a tunnel or a proxy that asks who it is");
  EXPECT_EQ(complaint("[limits]\nfiles_max = 101"),
            "/etc/hotline/hotline.toml:2: files_max in [limits] must be a whole number from 0 to 100");
}

TEST(Settings, OfSeveralProblemsTheFirstInTheFileIsTold) {
  EXPECT_THAT(complaint("[log]\nlevel = \"loud\"\n[public]\nlisten = 5"), HasSubstr(":2: level in [log]"));
  EXPECT_THAT(complaint("[public]\nlisten = 5\n[log]\nlevel = \"loud\""), HasSubstr(":2: listen in [public]"));
}

TEST(Settings, RefusesBadValues) {
  const std::pair<const char*, const char*> cases[] = {
      {"[public]\nlisten = \"localhost:80\"", "listen in [public] must be"},
      {"[public]\nlisten = \"127.0.0.1\"", "listen"},
      {"[public]\nlisten = \"127.0.0.1:65536\"", "listen"},
      {"[public]\nlisten = \"::1:80\"", "listen"},
      {"[public]\nlisten = []", "listen"},
      {"[public]\nlisten = [\"127.0.0.1:1\", 2]", "listen"},
      {"[public]\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:1\"]", "twice"},
      {"[public]\norigin = \"https://a.example/\"", "origin"},
      {"[public]\norigin = \"a.example\"", "origin"},
      {"[public]\nonion = \"http://short.onion\"", "onion"},
      {"[public]\ntls = { certificate = \"c\" }", "key in [public.tls] is missing"},
      {"[public]\ntls = \"c\"", "tls in [public] must be a table"},
      {"[public.tls]\ncertificate = \"c\"\nkey = \"k\"\nkeys = \"k\"", "unknown key \"keys\" in [public.tls]"},
      {"public = 1", "public must be a table"},
      {"[exit]\nurl = \"http://www.wikipedia.org/\"", "https"},
      {"[exit]\nurl = \"https://a.example/\\\"onload\"", "https"},
      {"[exit]\nurl = \"https:///x\"", "https"},
      {"[languages]\navailable = [\"en\", \"../../etc\"]", "language tags"},
      {"[languages]\navailable = [\"en\", \"en\"]", "twice"},
      {"[languages]\ndefault = \"fr\"", "default in [languages]"},
      {"[emergency]\nphone = \"call me\"", "phone in [emergency]"},
      {"[emergency]\nphone = \"+\"", "phone in [emergency]"},
      {"[emergency]\nhotlines = [{ name = \"A\" }]", "phone in [emergency.hotlines] is missing"},
      {"[emergency]\nhotlines = [{ name = \"A\\nB\", phone = \"1\" }]", "name in [emergency.hotlines]"},
      {"[emergency]\nhotlines = [\"911\"]", "list of tables"},
      {"[emergency]\nphone = { en = \"nine\" }", "phone in [emergency]"},
      {"[emergency]\nphone = {}", "phone in [emergency]"},
      {"[reporter]\ntitle = { \"e n\" = \"A\" }", "title in [reporter]"},
      {"[reporter]\nread_days = 0", "read_days in [reporter]"},
      {"[[desk]]\nshown = \"A\"", "name in [desk] is missing"},
      {"[[desk]]\nname = \"A\"\n[[desk]]\nname = \"A\"", "names the same desk twice"},
      {"[sms.a]\ntoken = \"t\"\npublic_url = \"https://a.example/x\"", "gateway in [sms.a] is missing"},
      {"[sms.a]\ngateway = \"x\"\ndescriptor = \"y\"\ntoken = \"t\"\npublic_url = \"https://a.example/x\"", "both given"},
      {"[sms.a]\ngateway = \"x\"\npublic_url = \"https://a.example/x\"", "token in [sms.a] is missing"},
      {"[sms.a]\ngateway = \"x\"\ntoken = \"t\"", "public_url in [sms.a] is missing"},
      {"[sms.a]\ngateway = \"x\"\ntoken = \"t\"\ntoken_file = \"f\"\npublic_url = \"https://a.example/x\"", "remove one"},
      {"[sms.a]\ngateway = \"x\"\npath_token = \"short\"\npublic_url = \"https://a.example/x\"", "path_token"},
      {"[sms.a.smpp]\nhost = \"h:1\"\nsystem_id = \"s\"\npassword = \"p\"", "host in [sms.a.smpp]"},
      {"[sms.a.smpp]\nhost = \"h\"\npassword = \"p\"", "system_id in [sms.a.smpp]"},
      {"[sms.a.smpp]\nhost = \"h\"\nsystem_id = \"s\"", "password in [sms.a.smpp] is missing"},
      {"[sms.a.smpp]\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"p\"\ncharset = \"utf-8\"", "charset in [sms.a.smpp]"},
      {"[sms.a]\ngateway = \"x\"\n[sms.a.smpp]\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"p\"", "both given"},
      {"[sms.a]\ntoken = \"x\"\n[sms.a.smpp]\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"p\"", "token in [sms.a] is for gateways that call"},
      {"[sms.a.smpp]\nhost = \"h\"\nsystem_id = \"s\"\npassword = \"p\"\n[sms.a.send]\nurl = \"https://a.example\"", "url in [sms.a.send] is not for a link"},
      {"[sms.\"a/b\"]\ngateway = \"x\"", "/sms/NAME"},
      {"[log]\nlevel = \"verbose\"", "level in [log]"},
      {"[limits]\nidle_deadline = \"60\"", "whole number"},
      {"[limits]\nidle_deadline = 0", "from 1 to 3600"},
      {"[limits]\nfile_bytes_max = 60000000", "larger than body_bytes_max"},
      {"[limits]\nblob_chunk_bytes = 5", "unknown key"},
      {"[limits]\nwriter_batch_max = 100\nwriter_queue_max = 50", "larger than writer_queue_max"},
      {"[public\nlisten", "not valid TOML"},
      {"[public]\nlisten = 127.0.0.1:80", "hotline.toml:2: not valid TOML"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(complaint(text), HasSubstr(expected)) << text;
}

TEST(Settings, StorageMustBeNamed) {
  EXPECT_THAT(parse("").error().line, HasSubstr("path in [storage] is missing"));
  EXPECT_THAT(parse("[storage]\npath = \"a\"").error().line, HasSubstr("key_file in [storage] is missing"));
  EXPECT_THAT(parse("[storage]\npath = \"a\"\nkey_file = \"./a\"").error().line, HasSubstr("another file"));
  EXPECT_THAT(parse("[storage]\npath = \"\"\nkey_file = \"a\"").error().line, HasSubstr("must name a file"));
}

TEST(Settings, ComplaintsAreOneLineAndNeverNameAToken) {
  const std::string texts[] = {
      "[sms.a]\ngateway = \"x\"\ntoken = \"5ecret\"\npath_token = \"5ecret\"",
      "[sms.a]\ngateway = \"x\"\ntoken = 5ecret",
      "[sms.a]\ngateway = \"x\"\ntoken = \"5ecret\" 5ecret",
      "[sms.a]\ngateway = \"x\"\ntoken = [\"5ecret\"]",
      "[sms.a]\ngateway = \"x\"\ntoken = \"\"\"5ecret\n",
      "[\"a\\nb\"]\n",
      std::string("[a]\n\x01\n"),
      std::string("[\0\0public]\n", 11),
      "[*]\n",   // fails an assertion of toml++ 3.3 that stands before its own check
      "[l\xC3\xADnea]\n",
      "a = \"x\" \xC3\xAD\n",
      "a = \"\"\"x\n",
      "a = 0\"\xC3\xAD\"\n",
      "a = 'l\xC3\xADnea'\n",
      "a = \"\xC3\"\n",
      "a = \"\\\xC3\xAD\"\n",
      std::string("token = \"5ecret\x7f\"\n"),
  };
  for (const std::string& text : texts) {
    const std::string line = complaint(text);
    EXPECT_FALSE(line.empty()) << text;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(line.find("5ecret"), std::string::npos) << line;
  }
}

TEST(Settings, OtherScriptsStandInTextAndComments) {
  const auto settings = parse_with_storage(
      "\xEF\xBB\xBF# l\xC3\xADnea 'a \"b\n[emergency] # \xE2\x80\xA8\n"
      "hotlines = [{ name = \"L\xC3\xADnea \xF0\x9F\x93\x9E \\\" # \xC3\xB1\", phone = '1' }, { name = 'a\\', phone = \"2\" }]");
  ASSERT_TRUE(settings) << settings.error().line;
  ASSERT_EQ(settings->emergency.hotlines.size(), 2U);
  EXPECT_EQ(settings->emergency.hotlines[0].name.in("en", "en"), "L\xC3\xADnea \xF0\x9F\x93\x9E \" # \xC3\xB1");
  EXPECT_EQ(settings->emergency.hotlines[1].name.in("en", "en"), "a\\");
}

TEST(Settings, DaysOfDestructionAreNoSlip) {
  const auto settings = parse_with_storage("[retention]\nclosed_case_days = 30\nunfiled_report_days = 0");
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_EQ(settings->limits.closed_case_days, 30);
  EXPECT_EQ(settings->limits.unfiled_report_days, 0);
  EXPECT_THAT(complaint("[retention]\nclosed_case_days = 3"), HasSubstr("hotline.toml:2: closed_case_days in [retention] must be 0 (never destroyed) or at least 30"));
  EXPECT_THAT(complaint("[retention]\nunfiled_report_days = 29"), HasSubstr("at least 30"));
  EXPECT_THAT(complaint("[limits]\nclosed_case_days = 300"), HasSubstr("unknown key"));
}

TEST(Settings, BackupRecipientsHaveTheRightShape) {
  const std::string recipient = "age1pq1" + std::string(1952, 'q');
  const auto settings = parse_with_storage("[backup]\nrecipient = \"" + recipient + "\"");
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_THAT(settings->backup.recipients, testing::ElementsAre(recipient));
  EXPECT_TRUE(parse(storage)->backup.recipients.empty());
  for (const std::string& wrong : {recipient.substr(1), recipient + "q", std::string("age1") + std::string(58, 'q'), std::string()}) {
    EXPECT_THAT(complaint("[backup]\nrecipient = [\"" + recipient + "\", \"" + wrong + "\"]"), HasSubstr("hotline.toml:2: recipient in [backup] must be what")) << wrong;
  }
}

/// The example with every commented key switched on, apart from those that exclude each other.
std::string example_switched_on(const std::string& example) {
  std::istringstream lines(example);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool commented = line.starts_with("# ");
    const std::string body = commented ? line.substr(2) : line;
    const std::size_t word = body.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789");
    const bool is_key = word != 0 && word != std::string::npos && body.substr(word).starts_with(" = ");
    const bool is_structure = body.starts_with("[sms.") || body.starts_with("[[desk]]") || body.starts_with("[[call]]") || body.starts_with("[mail]") || body.starts_with("]") || body.starts_with("  {");
    if (body.starts_with("descriptor") || body.starts_with("token_file") || body.starts_with("secret_file") || body.starts_with("password_file") || body.starts_with("recipient")) continue;
    if (!commented || is_key || is_structure) text += body + "\n";
  }
  return text;
}

TEST(Settings, ExampleLoadsAsItStandsAndWithEverythingSwitchedOn) {
  const std::filesystem::path path = std::filesystem::path(HOTLINE_SOURCE_DIR) / "deploy/hotline.toml";
  const std::string example = read_text(path);
  ASSERT_FALSE(example.empty());
  const auto plain = parse_settings(example, path.string());
  ASSERT_TRUE(plain) << plain.error().line;
  EXPECT_EQ(plain->storage.path, "/var/lib/hotline/hotline.db");
  EXPECT_TRUE(plain->sms.empty());

  const auto full = parse_settings(example_switched_on(example), path.string());
  ASSERT_TRUE(full) << full.error().line;
  ASSERT_EQ(full->sms.size(), 2U);
  ASSERT_TRUE(full->sms[1].smpp);
  EXPECT_EQ(full->sms[1].smpp->system_id, "hotline");
  EXPECT_EQ(full->sms[0].desk, "Belize City");
  EXPECT_EQ(full->metrics.listen.size(), 1U);
  EXPECT_TRUE(plain->metrics.listen.empty());
  EXPECT_FALSE(full->public_listener.onion.empty());
  EXPECT_TRUE(full->console_listener.tls);
  EXPECT_EQ(full->emergency.hotlines.size(), 2U);
  EXPECT_EQ(full->desks.size(), 1U);
  ASSERT_TRUE(full->mail);
  EXPECT_EQ(full->mail->host, "smtp.example.org");
  ASSERT_EQ(full->calls.size(), 3U);
  EXPECT_EQ(full->calls[2].way, CallSettings::Way::ntfy);
  EXPECT_EQ(full->reporter.title.in("es", "en"), "Notas");
}

TEST(Settings, ExampleShowsTheStandardValuesOfAllLimits) {
  const std::string example = read_text(std::filesystem::path(HOTLINE_SOURCE_DIR) / "deploy/hotline.toml");
  const auto full = parse_settings(example_switched_on(example), "x.toml");
  ASSERT_TRUE(full) << full.error().line;
  static_assert(std::is_trivially_copyable_v<Limits>);
  const Limits standard;
  EXPECT_EQ(std::memcmp(&full->limits, &standard, sizeof standard), 0);
  // Three limits are no settings; all others stand in the example, one a line.
  const std::string header = read_text(std::filesystem::path(HOTLINE_SOURCE_DIR) / "config/limits.hpp");
  std::istringstream lines(header);
  std::size_t fields = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos || !line.substr(start).starts_with("std::")) continue;
    const std::size_t name = line.find(' ', start) + 1;
    const std::string field = line.substr(name, line.find_first_of(" {=", name) - name);
    ++fields;
    const bool fixed = field == "report_bytes_max" || field == "age_header_bytes_max" || field == "blob_chunk_bytes";
    EXPECT_EQ(example.find("# " + field + " = ") != std::string::npos, !fixed) << field;
  }
  EXPECT_GT(fields, 30U);
}

class SettingsFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("settings." + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& name, const std::string& text, unsigned mode) {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    return path;
  }
  std::string load(const std::filesystem::path& path) {
    const auto settings = load_settings(path);
    return settings ? "loaded" : settings.error().line;
  }
  const std::string with_token_ = std::string(storage) + "[sms.a]\ngateway=\"x\"\npublic_url=\"https://a.example/a\"\ntoken=\"t\"\n";
  const std::string with_file_ = std::string(storage) + "[sms.a]\ngateway=\"x\"\npublic_url=\"https://a.example/a\"\ntoken_file=\"t\"\n";
  std::filesystem::path folder_;
};

TEST_F(SettingsFile, RefusesWhatOthersCanChange) {
  EXPECT_EQ(load(write("a.toml", std::string(storage), 0644)), "loaded");
  EXPECT_THAT(load(write("a.toml", std::string(storage), 0664)), HasSubstr("chmod go-w"));
  EXPECT_THAT(load(write("a.toml", std::string(storage), 0646)), HasSubstr("chmod go-w"));
}

TEST_F(SettingsFile, RefusesATokenThatOthersCanRead) {
  EXPECT_EQ(load(write("a.toml", with_token_, 0640)), "loaded");
  EXPECT_THAT(load(write("a.toml", with_token_, 0644)), HasSubstr("chmod o-r"));
}

TEST_F(SettingsFile, ReadsTokenFilesWithoutTheirNewline) {
  write("t", "s3cret\r\n", 0600);
  const auto settings = load_settings(write("a.toml", with_file_, 0644));
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_EQ(settings->sms[0].token.reveal(), "s3cret");
  write("t", "s3cret", 0604);
  EXPECT_THAT(load(folder_ / "a.toml"), HasSubstr("chmod g-w,o="));
  write("t", "s3cret", 0620);
  EXPECT_THAT(load(folder_ / "a.toml"), HasSubstr("chmod g-w,o="));
  write("t", "\n", 0600);
  EXPECT_THAT(load(folder_ / "a.toml"), HasSubstr("is empty"));
  write("t", std::string(token_bytes_max + 1, 'x'), 0600);
  EXPECT_THAT(load(folder_ / "a.toml"), HasSubstr("larger than 4096"));
  std::filesystem::remove(folder_ / "t");
  EXPECT_THAT(load(folder_ / "a.toml"), HasSubstr("/t: cannot be opened"));
}

TEST_F(SettingsFile, RefusesWhatIsNoFile) {
  EXPECT_THAT(load(folder_), HasSubstr("is not a file"));
  EXPECT_THAT(load(folder_ / "none.toml"), HasSubstr("cannot be opened (No such file or directory)"));
  EXPECT_THAT(load(write("big.toml", std::string(settings_bytes_max + 1, '#'), 0600)), HasSubstr("larger than"));
}

TEST(SettingSecret, MovesAndLeavesNothingBehind) {
  SettingSecret first("token");
  SettingSecret second(std::move(first));
  EXPECT_EQ(second.reveal(), "token");
  EXPECT_TRUE(first.empty());
  first = std::move(second);
  EXPECT_EQ(first.reveal(), "token");
  EXPECT_TRUE(second.empty());
}

}  // namespace
}  // namespace hotline
