#include "config/settings_calls.hpp"

#include "config/setting_rules.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::settings_detail {
namespace {

constexpr std::size_t calls_max = 32;
constexpr std::string_view token_rule = "must be 1 to 256 printable characters";

/// "host", "host:port" or "[::1]:port"; false when it is none of these.
bool split_server(std::string_view text, MailSettings& mail) {
  if (!is_origin("https://" + std::string(text))) return false;
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') + 1 : std::min(text.find(':'), text.size());
  mail.host = std::string(bracketed ? text.substr(1, end - 2) : text.substr(0, end));
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  const auto [last, error] = std::from_chars(port.data(), port.data() + port.size(), mail.port);
  return error == std::errc() && last == port.data() + port.size() && mail.port != 0;
}

void read_tls(Section& section, MailSettings& mail) {
  const std::string word = section.text("tls").value_or("starttls");
  if (word == "starttls") {
    mail.tls = MailSettings::Tls::starttls;
  } else if (word == "tls") {
    mail.tls = MailSettings::Tls::tls;
    mail.port = 465;
  } else if (word == "none") {
    mail.tls = MailSettings::Tls::none;
    mail.port = 25;
  } else {
    section.complain("tls", "must be \"starttls\", \"tls\" or \"none\"");
  }
}

bool is_written(std::string_view word) { return word == "en" || word == "es"; }

void read_way(Section& section, CallSettings& call, bool has_mail) {
  constexpr std::string_view url_rule = "must be an https URL (http only to this machine itself)";
  if (section.has("email")) {
    call.way = CallSettings::Way::email;
    call.address = take_secret(section, "email", is_mail_address, "must be an address such as \"name@example.org\"");
  }
  if (section.has("webhook")) {
    call.way = CallSettings::Way::webhook;
    call.address = take_secret(section, "webhook", is_private_url, url_rule);
  }
  if (section.has("ntfy")) {
    call.way = CallSettings::Way::ntfy;
    call.address = take_secret(section, "ntfy", is_private_url, url_rule);
  }
  const int ways = section.has("email") + section.has("webhook") + section.has("ntfy");
  if (ways != 1) section.complain("email", ways == 0 ? "is missing; add one of email, webhook and ntfy" : "is one way, and another is given too; make a [[call]] of each");
  if (ways == 1 && call.way == CallSettings::Way::email && !has_mail) section.complain("email", "needs a mail server; add [mail]");
  if (call.way == CallSettings::Way::ntfy && ways == 1) {
    const std::string_view url = call.address.reveal();
    const std::size_t slash = url.find('/', url.find("://") + 3);
    if (slash == std::string_view::npos || slash + 1 == url.size()) section.complain("ntfy", "must end in the topic: \"https://ntfy.example.org/topic\"");
  }
}

/// Two entries that would ring the same bell for the same desk.
bool same(const CallSettings& a, const CallSettings& b) {
  const std::string_view one = a.address.reveal();
  return a.way == b.way && a.desk == b.desk && one.compare(b.address.reveal()) == 0;
}

}  // namespace

std::optional<MailSettings> read_mail(Section section, const std::filesystem::path& folder) {
  if (!section.present()) return std::nullopt;
  MailSettings mail;
  read_tls(section, mail);
  const auto server = section.text("server");
  if (!server) section.complain("server", "is missing; name the mail server: server = \"smtp.example.org:587\"");
  if (server && !split_server(*server, mail)) section.complain("server", "must be \"host\" or \"host:port\", lower case");
  if (mail.tls == MailSettings::Tls::none && !is_this_machine(mail.host)) {
    section.complain("tls", "can be \"none\" only for a mail server on this machine; take \"starttls\" or \"tls\"");
  }
  mail.user = checked(section, "user", is_account, "must be 1 to 256 printable characters").value_or("");
  mail.password = take_secret(section, "password", is_token, "must be 1 to 4096 bytes");
  mail.password_file = section.path("password_file", folder).value_or("");
  if (section.has("password") && section.has("password_file")) section.complain("password_file", "and password are both given; remove one");
  if (section.has("user") != (section.has("password") || section.has("password_file"))) {
    section.complain("user", "and password (or password_file) go together; add the other, or remove both");
  }
  mail.from = checked(section, "from", is_mail_address, "must be an address such as \"hotline@example.org\"").value_or("");
  if (!section.has("from")) section.complain("from", "is missing; add the address that calls come from");
  mail.ca_file = section.path("ca_file", folder).value_or("");
  section.finish();
  return mail;
}

std::vector<CallSettings> read_calls(std::vector<Section> sections, const std::filesystem::path& folder, bool has_mail, const std::string& fallback) {
  std::vector<CallSettings> calls;
  for (Section& section : sections) {
    CallSettings call;
    call.desk = checked(section, "desk", is_label, "must be the name of a desk").value_or("");
    read_way(section, call, has_mail);
    call.token = take_secret(section, "token", is_account, token_rule);
    call.token_file = section.path("token_file", folder).value_or("");
    if (section.has("token") && section.has("token_file")) section.complain("token_file", "and token are both given; remove one");
    if (section.has("email") && (section.has("token") || section.has("token_file"))) section.complain("token", "is for webhook and ntfy; [mail] has user and password");
    call.ca_file = section.path("ca_file", folder).value_or("");
    if (section.has("email") && section.has("ca_file")) section.complain("ca_file", "is for webhook and ntfy; [mail] has its own");
    call.urgency = static_cast<unsigned>(section.integer("urgency", 0, 4).value_or(call.urgency));
    call.minutes = static_cast<unsigned>(section.integer("minutes", 1, 24 * 60).value_or(call.minutes));
    if (const auto overdue = section.text("overdue")) {
      if (*overdue != "yes" && *overdue != "no") section.complain("overdue", "must be \"yes\" or \"no\"");
      call.overdue = *overdue != "no";
    }
    call.language = checked(section, "language", is_written, "must be \"en\" or \"es\"").value_or(is_written(fallback) ? fallback : "en");
    if (std::any_of(calls.begin(), calls.end(), [&](const CallSettings& other) { return same(call, other); })) {
      section.complain("desk", "or the address: another [[call]] has the same; remove one");
    }
    if (calls.size() == calls_max) section.complain("desk", "is of the 33rd [[call]]; 32 at most");
    section.finish();
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace hotline::settings_detail
