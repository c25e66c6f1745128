#include "server/sms/descriptor_reader.hpp"

#include "config/setting_rules.hpp"

#include "server/http/parameters.hpp"

#include <algorithm>
#include <tuple>

namespace hotline::sms::descriptor_detail {

namespace {

constexpr std::array<Choice<http::Method>, 2> send_methods{{{"POST", http::Method::post}, {"GET", http::Method::get}}};
constexpr std::array<Choice<SendRules::Login>, 4> logins{{{"none", SendRules::Login::none},
                                                          {"basic", SendRules::Login::basic},
                                                          {"bearer", SendRules::Login::bearer},
                                                          {"pair", SendRules::Login::pair}}};
constexpr std::array<Choice<bool>, 2> number_kinds{{{"e164", false}, {"digits", true}}};
constexpr std::array<Choice<bool>, 2> sender_kinds{{{"number", false}, {"id", true}}};
constexpr std::array<Choice<bool>, 2> answers{{{"yes", true}, {"no", false}}};
constexpr std::array<std::string_view, 9> placeholders{"account", "application", "secret", "from", "to", "text", "text_utf16", "id", "callback"};
constexpr std::size_t template_bytes_max = 4096;

/// Complains about a "{word}" that is no placeholder. JSON has braces of its own: only lower-case words in braces count.
void check_template(Section& section, std::string_view key, std::string_view text) {
  if (text.size() > template_bytes_max || !printable(text)) section.complain(key, "must be at most 4096 printable characters");
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", at + 1);
    if (end == std::string_view::npos || text[end] != '}' || end == at + 1) continue;
    const std::string_view word = text.substr(at + 1, end - at - 1);
    if (std::find(placeholders.begin(), placeholders.end(), word) == placeholders.end()) {
      section.complain(key, "holds {" + std::string(word) + "}; there are {account}, {application}, {secret}, {from}, {to}, {text}, {text_utf16}, {id}, {callback}");
    }
  }
}

std::vector<std::pair<std::string, std::string>> read_pairs(Section section) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& key : section.keys()) {
    std::string text = section.text(key).value_or("");
    check_template(section, key, text);
    if (key.empty() || key.size() > name_bytes_max || !printable(key)) section.complain(key, "must be a short name");
    pairs.emplace_back(key, std::move(text));
  }
  section.finish();
  return pairs;
}

std::vector<std::string> read_words(Section& section, std::string_view key) {
  return section.texts(key).value_or(std::vector<std::string>{});
}

/// What stands before and after a value in a text.
std::pair<std::string, std::string> read_between(Section& section, std::string_view key) {
  const auto between = read_words(section, key);
  if (section.has(key) && (between.size() != 2 || between[1].empty())) section.complain(key, "must be two texts: what stands before and after the name");
  return between.size() == 2 ? std::pair(between[0], between[1]) : std::pair<std::string, std::string>();
}

TextCodes read_codes(Section section) {
  TextCodes codes;
  codes.opted_out = read_words(section, "opted_out");
  codes.bad_number = read_words(section, "bad_number");
  codes.account = read_words(section, "account");
  codes.content = read_words(section, "content");
  codes.later = read_words(section, "later");
  section.finish();
  return codes;
}

std::optional<SendRules> read_send(Section section) {
  if (!section.present()) return std::nullopt;
  SendRules send;
  send.url = section.text("url").value_or("");
  if (section.has("url") && !settings_detail::is_origin(send.url)) section.complain("url", "must be \"https://host[:port]\", without a path");
  send.path = section.text("path").value_or("");
  if (!send.path.starts_with('/')) section.complain("path", "must be given and begin with /");
  check_template(section, "path", send.path);
  send.method = choose(section, "method", send_methods).value_or(http::Method::post);
  send.login = choose(section, "login", logins).value_or(SendRules::Login::none);
  send.headers = read_pairs(section.section("headers"));
  for (const auto& [name, value] : send.headers) {
    if (!std::all_of(name.begin(), name.end(), [](char c) { return http::is_token_char(c); })) section.complain("headers", "must have names of letters, digits and -");
  }
  send.fields = read_pairs(section.section("fields"));
  send.unicode_fields = read_pairs(section.section("unicode_fields"));
  if (!send.unicode_fields.empty() && send.fields.empty()) section.complain("unicode_fields", "needs fields");
  send.json = section.text("json").value_or("");
  check_template(section, "json", send.json);
  if (send.json.empty() == send.fields.empty()) section.complain("fields", "must be given, or json instead; not both");
  if (!send.json.empty() && send.method == http::Method::get) section.complain("json", "needs method = \"POST\"");
  send.check = section.text("check").value_or("");
  if (!send.check.empty() && !send.check.starts_with('/')) section.complain("check", "must begin with /");
  check_template(section, "check", send.check);
  send.digits_only = choose(section, "number", number_kinds).value_or(false);
  send.from_is_id = choose(section, "sender", sender_kinds).value_or(false);
  send.repeatable = choose(section, "repeatable", answers).value_or(false);
  send.per_minute = static_cast<unsigned>(section.integer("per_minute", 1, 60'000).value_or(60));
  send.success = read_words(section, "success");
  for (const std::string& status : send.success) {
    if (status.size() != 3 || status.find_first_not_of("0123456789") != std::string::npos) section.complain("success", "must be HTTP statuses, such as [\"202\"]");
  }
  send.id = section.text("id").value_or("");
  std::tie(send.id_before, send.id_after) = read_between(section, "id_between");
  std::tie(send.error_before, send.error_after) = read_between(section, "error_between");
  if (section.has("id_between") && !send.id.empty()) section.complain("id_between", "and id are both given; remove one");
  send.status = section.text("status").value_or("");
  send.accepted = read_words(section, "accepted");
  if (send.status.empty() != send.accepted.empty()) section.complain("accepted", "and status belong together; add the other");
  send.error = read_words(section, "error");
  send.codes = read_codes(section.section("codes"));

  std::string all = send.path + send.json;
  for (const auto& [name, text] : send.fields) all += text;
  for (const auto& [name, text] : send.headers) all += text;
  for (const std::string_view word : {"{to}", "{text}"}) {
    if (all.find(word) == std::string::npos) section.complain("fields", "must hold " + std::string(word));
  }
  if (send.repeatable && all.find("{id}") == std::string::npos) section.complain("repeatable", "needs {id} among what is sent");
  if (send.id.empty() && send.id_after.empty() && all.find("{id}") == std::string::npos) section.complain("id", "is missing; say where the answer names the text, or send {id}");
  send.needs_account = send.login == SendRules::Login::basic || all.find("{account}") != std::string::npos;
  send.needs_application = all.find("{application}") != std::string::npos;
  send.needs_secret = send.login != SendRules::Login::none || all.find("{secret}") != std::string::npos;
  section.finish();
  return send;
}

std::optional<ReportRules> read_report(Section section) {
  if (!section.present()) return std::nullopt;
  ReportRules report;
  report.each = section.text("each").value_or("");
  if (section.has("each") && report.each != "*" && !report.each.ends_with(".*")) section.complain("each", "must be a path that ends in *");
  for (const auto& [key, places] : {std::pair<std::string_view, std::vector<FieldRef>*>{"id", &report.id}, {"state", &report.state}}) {
    if (!section.has(key)) section.complain(key, "is missing; add the field that holds it");
    *places = read_field_refs(section, key);
  }
  report.code = read_field_refs(section, "code");
  report.delivered = read_words(section, "delivered");
  report.refused = read_words(section, "refused");
  if (report.delivered.empty()) section.complain("delivered", "is missing; add the values of state that mean delivered");
  report.codes = read_codes(section.section("codes"));
  section.finish();
  return report;
}

}  // namespace

void read_sending(Section& root, Descriptor& into) {
  into.send = read_send(root.section("send"));
  into.report = read_report(root.section("report"));
  const bool status = std::any_of(into.when.begin(), into.when.end(), [](const WhenRule& rule) { return rule.meaning == Meaning::status; });
  if (into.report && !status) root.complain("report", "needs a [[when]] rule with is = \"status\", which tells reports from messages");
}

}  // namespace hotline::sms::descriptor_detail
