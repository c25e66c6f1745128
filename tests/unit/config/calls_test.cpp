#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hotline {
namespace {

using testing::HasSubstr;

const std::string base = "[storage]\npath = \"a.db\"\nkey_file = \"a.key\"\n";
const std::string mail = "[mail]\nserver = \"smtp.example.org\"\nfrom = \"h@example.org\"\n";

Outcome<Settings> parse(const std::string& text) { return parse_settings(text + "\n" + base, "/etc/hotline/hotline.toml"); }

std::string complaint(const std::string& text) {
  const auto settings = parse(text);
  return settings ? "" : settings.error().line;
}

TEST(CallSettings, NobodyIsCalledUnlessTheFileSaysSo) {
  const auto settings = parse("");
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->mail);
  EXPECT_TRUE(settings->calls.empty());
}

TEST(CallSettings, EveryKeyIsRead) {
  const auto settings = parse(R"(
[mail]
server = "smtp.example.org:2525"
tls = "tls"
user = "hotline"
password = "hunter2"
from = "hotline@example.org"
ca_file = "authority.pem"
[[call]]
desk = "Belize City"
email = "on-call+night@example.org"
urgency = 0
minutes = 30
overdue = "no"
language = "es"
[[call]]
webhook = "https://chat.example.org/hooks/abc?x=1"
token_file = "hook.token"
[[call]]
ntfy = "http://127.0.0.1:8090/topic"
token = "tk_1"
ca_file = "ntfy.pem"
)");
  ASSERT_TRUE(settings) << settings.error().line;
  ASSERT_TRUE(settings->mail);
  EXPECT_EQ(settings->mail->host, "smtp.example.org");
  EXPECT_EQ(settings->mail->port, 2525);
  EXPECT_EQ(settings->mail->tls, MailSettings::Tls::tls);
  EXPECT_EQ(settings->mail->user, "hotline");
  EXPECT_EQ(settings->mail->password.reveal(), "hunter2");
  EXPECT_EQ(settings->mail->from, "hotline@example.org");
  EXPECT_EQ(settings->mail->ca_file, "/etc/hotline/authority.pem");
  ASSERT_EQ(settings->calls.size(), 3U);
  EXPECT_EQ(settings->calls[0].desk, "Belize City");
  EXPECT_EQ(settings->calls[0].way, CallSettings::Way::email);
  EXPECT_EQ(settings->calls[0].address.reveal(), "on-call+night@example.org");
  EXPECT_EQ(settings->calls[0].urgency, 0U);
  EXPECT_EQ(settings->calls[0].minutes, 30U);
  EXPECT_FALSE(settings->calls[0].overdue);
  EXPECT_EQ(settings->calls[0].language, "es");
  EXPECT_EQ(settings->calls[1].way, CallSettings::Way::webhook);
  EXPECT_EQ(settings->calls[1].token_file, "/etc/hotline/hook.token");
  EXPECT_EQ(settings->calls[1].urgency, 1U);
  EXPECT_EQ(settings->calls[1].minutes, 10U);
  EXPECT_TRUE(settings->calls[1].overdue);
  EXPECT_EQ(settings->calls[1].language, "en");
  EXPECT_EQ(settings->calls[2].way, CallSettings::Way::ntfy);
  EXPECT_EQ(settings->calls[2].token.reveal(), "tk_1");
  EXPECT_EQ(settings->calls[2].ca_file, "/etc/hotline/ntfy.pem");
}

TEST(CallSettings, ThePortIsTheOneThatIsUsualForTheTls) {
  EXPECT_EQ(parse(mail)->mail->port, 587);
  EXPECT_EQ(parse(mail + "tls = \"tls\"")->mail->port, 465);
  EXPECT_EQ(parse("[mail]\nserver = \"localhost\"\nfrom = \"h@example.org\"\ntls = \"none\"")->mail->port, 25);
  EXPECT_EQ(parse("[mail]\nserver = \"[::1]:26\"\nfrom = \"h@example.org\"\ntls = \"none\"")->mail->host, "::1");
}

TEST(CallSettings, TheLanguageIsThatOfTheSettingsWhereThereAreWordsForIt) {
  EXPECT_EQ(parse("[languages]\ndefault = \"es\"\n" + mail + "[[call]]\nemail = \"a@example.org\"")->calls[0].language, "es");
  EXPECT_EQ(parse("[languages]\navailable = [\"fr\"]\n" + mail + "[[call]]\nemail = \"a@example.org\"")->calls[0].language, "en");
}

TEST(CallSettings, RefusesBadValues) {
  const std::pair<std::string, const char*> cases[] = {
      {"[mail]\nfrom = \"h@example.org\"", "server in [mail] is missing"},
      {"[mail]\nserver = \"smtp.example.org\"", "from in [mail] is missing"},
      {"[mail]\nserver = \"https://smtp.example.org\"\nfrom = \"h@example.org\"", "server in [mail] must be"},
      {"[mail]\nserver = \"smtp.example.org:0\"\nfrom = \"h@example.org\"", "server in [mail] must be"},
      {"[mail]\nserver = \"smtp.example.org:70000\"\nfrom = \"h@example.org\"", "server in [mail] must be"},
      {mail + "tls = \"no\"", "tls in [mail] must be"},
      {mail + "tls = \"none\"", "only for a mail server on this machine"},
      {"[mail]\nserver = \"127.0.0.1.example.org\"\ntls = \"none\"\nfrom = \"h@example.org\"", "only for a mail server on this machine"},
      {mail + "user = \"h\"", "go together"},
      {mail + "password = \"h\"", "go together"},
      {mail + "user = \"h\"\npassword = \"h\"\npassword_file = \"h\"", "both given"},
      {"[mail]\nserver = \"smtp.example.org\"\nfrom = \"h@example.org\\r\\nBcc: all@example.org\"", "from in [mail]"},
      {"[[call]]\nurgency = 1", "email in [call] is missing"},
      {"[[call]]\nemail = \"a@example.org\"", "needs a mail server"},
      {mail + "[[call]]\nemail = \"a@example.org\"\nntfy = \"https://n.example.org/t\"", "another is given too"},
      {mail + "[[call]]\nemail = \"Ana <a@example.org>\"", "email in [call] must be"},
      {mail + "[[call]]\nemail = \"a@example.org,b@example.org\"", "email in [call] must be"},
      {mail + "[[call]]\nemail = \"a@b@example.org\"", "email in [call] must be"},
      {mail + "[[call]]\nemail = \"a@example.org\"\ntoken = \"t\"", "token in [call] is for"},
      {mail + "[[call]]\nemail = \"a@example.org\"\nca_file = \"t\"", "ca_file in [call] is for"},
      {"[[call]]\nwebhook = \"http://chat.example.org/x\"", "must be an https URL"},
      {"[[call]]\nwebhook = \"http://127.0.0.1.example.org/x\"", "must be an https URL"},
      {"[[call]]\nwebhook = \"http://localhost@example.org/x\"", "must be an https URL"},
      {"[[call]]\nntfy = \"https://ntfy.example.org\"", "must end in the topic"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/\"", "must end in the topic"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\ntoken = \"a\\r\\nb\"", "token in [call] must be"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\nurgency = 5", "urgency in [call]"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\nminutes = 0", "minutes in [call]"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\noverdue = \"perhaps\"", "overdue in [call]"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\nlanguage = \"fr\"", "language in [call]"},
      {"[[call]]\nntfy = \"https://ntfy.example.org/t\"\n[[call]]\nntfy = \"https://ntfy.example.org/t\"", "another [[call]] has the same"},
      {"[limits]\ncall_retry_min = 60\ncall_retry_max = 30", "larger than call_retry_max"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(complaint(text), HasSubstr(expected)) << text;
  EXPECT_EQ(complaint("[[call]]\ndesk = \"A\"\nntfy = \"https://ntfy.example.org/t\"\n[[call]]\ndesk = \"B\"\nntfy = \"https://ntfy.example.org/t\""), "");
}

TEST(CallSettings, AddressesAndTokensAreNotRepeatedInComplaints) {
  const std::vector<std::string> texts{"[[call]]\nwebhook = \"http://chat.example.org/s3cret\"", "[[call]]\nwebhook = \"https://chat.example.org/s3cret",
                                       "[[call]]\nntfy = \"https://ntfy.example.org/s3cret\" x", mail + "password = \"s3cret",
                                       "[[call]]\nntfy = \"https://ntfy.example.org/s3cret\"\ntoken = \"s3cret\\n\""};
  for (const std::string& text : texts) {
    EXPECT_THAT(complaint(text), testing::AllOf(HasSubstr("hotline.toml:"), testing::Not(HasSubstr("s3cret")))) << text;
  }
}

TEST(CallSettings, FilesOfSecretsAreReadAndProtected) {
  const auto folder = std::filesystem::temp_directory_path() / "hotline-call-settings";
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, const std::string& text, mode_t mode) {
    std::ofstream(folder / name) << text;
    ::chmod((folder / name).c_str(), mode);
  };
  const auto load = [&] { return load_settings(folder / "hotline.toml"); };
  write("mail.secret", "hunter2\n", 0600);
  write("hook.token", "tk_1\n", 0600);
  const std::string text = base + mail + "user = \"h\"\npassword_file = \"mail.secret\"\n[[call]]\nwebhook = \"https://a.example.org/x\"\ntoken_file = \"hook.token\"\n";
  write("hotline.toml", text, 0600);
  const auto settings = load();
  ASSERT_TRUE(settings) << settings.error().line;
  EXPECT_EQ(settings->mail->password.reveal(), "hunter2");
  EXPECT_EQ(settings->calls[0].token.reveal(), "tk_1");
  write("hotline.toml", text, 0644);
  EXPECT_THAT(load().error().line, HasSubstr("every user can read it")) << "a webhook's address is a secret";
  write("hotline.toml", base + mail + "[[call]]\nemail = \"a@example.org\"\n", 0644);
  EXPECT_TRUE(load()) << "an address for mail is none";
  write("hotline.toml", text, 0600);
  write("mail.secret", "hunter2\n", 0644);
  EXPECT_THAT(load().error().line, HasSubstr("mail.secret: holds a secret"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hotline
