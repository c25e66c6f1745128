#include "server/sms/descriptor.hpp"

#include "config/limits.hpp"
#include "config/settings_text.hpp"
#include "server/http/parameters.hpp"
#include "server/sms/descriptor_reader.hpp"

#include <algorithm>

namespace hotline::sms {

namespace descriptor_detail {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";
constexpr std::size_t reply_bytes_max = 4096;
/// Of a request that brings pictures: what a phone's network takes, in base64, with room to spare.
constexpr std::int64_t inline_body_bytes_max = 8 * 1024 * 1024;
constexpr std::size_t advice_bytes_max = 512;
constexpr std::string_view text_type = "text/plain";
constexpr std::string_view bytes_type = "application/octet-stream";

}  // namespace

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c != 0x7f; });
}

std::optional<FieldRef> parse_field_ref(Section& section, std::string_view key, std::string_view text) {
  using Source = FieldRef::Source;
  if (text == "request:body") return FieldRef{Source::body, ""};
  FieldRef ref;
  std::string_view name = text;
  for (const auto& [prefix, source] : {std::pair<std::string_view, Source>{"field:", Source::field},
                                      {"query:", Source::query},
                                      {"header:", Source::header}}) {
    if (!text.starts_with(prefix)) continue;
    ref.source = source;
    name.remove_prefix(prefix.size());
    break;
  }
  const bool header_ok =
      ref.source != Source::header || std::all_of(name.begin(), name.end(), [](char c) { return http::is_token_char(c); });
  if (name.empty() || name.size() > name_bytes_max || !header_ok) {
    section.complain(key, "must be the name of a field, \"query:NAME\", \"header:NAME\" or \"request:body\"");
    return std::nullopt;
  }
  ref.name = ref.source == Source::header ? http::lower_case(name) : std::string(name);
  return ref;
}

std::optional<FieldRef> read_field_ref(Section& section, std::string_view key) {
  const std::optional<std::string> text = section.text(key);
  return text ? parse_field_ref(section, key, *text) : std::nullopt;
}

std::vector<FieldRef> read_field_refs(Section& section, std::string_view key) {
  std::vector<FieldRef> refs;
  for (const std::string& text : section.texts(key).value_or(std::vector<std::string>{})) {
    if (auto ref = parse_field_ref(section, key, text)) refs.push_back(std::move(*ref));
  }
  return refs;
}

std::vector<http::Method> read_methods(Section& section) {
  std::vector<http::Method> methods;
  for (const std::string& word : section.texts("methods").value_or(std::vector<std::string>{})) {
    if (word != "GET" && word != "POST") {
      section.complain("methods", "must be \"POST\", \"GET\" or both");
      continue;
    }
    methods.push_back(word == "GET" ? http::Method::get : http::Method::post);
  }
  return methods;
}

std::vector<std::string> read_media_types(Section& section, std::string_view key) {
  std::vector<std::string> types = section.texts(key).value_or(std::vector<std::string>{});
  for (const std::string& type : types) {
    if (type != form_type && type != json_type && type != text_type && type != bytes_type) {
      section.complain(key, "must be of \"" + std::string(form_type) + "\", \"" + std::string(json_type) + "\", \"" + std::string(text_type) +
                                "\", \"" + std::string(bytes_type) + "\"");
    }
  }
  return types;
}

namespace {

std::vector<WhenRule> read_when(Section& root) {
  std::vector<WhenRule> rules;
  if (!root.has("when")) {
    static_cast<void>(root.sections("when"));
    return rules;
  }
  for (Section& section : root.sections("when")) {
    WhenRule rule;
    rule.meaning = choose_required(section, "is", meanings);
    if (!section.has("field")) section.complain("field", "is missing; add the field that tells");
    rule.field = read_field_ref(section, "field").value_or(FieldRef{});
    rule.equals = section.texts("equals").value_or(std::vector<std::string>{});
    rule.flag = section.text("flag").value_or("");
    if (!rule.flag.empty() && rule.meaning != Meaning::message) section.complain("flag", "is for messages alone; remove it");
    if (rule.flag.size() > name_bytes_max || !printable(rule.flag)) section.complain("flag", "must be a short word");
    section.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

Reply read_reply(Section& section, int status_min, int status_max, int status) {
  Reply reply;
  reply.status = static_cast<int>(section.integer("status", status_min, status_max).value_or(status));
  reply.content_type = section.text("type").value_or("text/plain; charset=utf-8");
  if (reply.content_type.size() > name_bytes_max || !printable(reply.content_type)) section.complain("type", "must be a media type");
  reply.body = section.text("body").value_or("");
  if (reply.body.size() > reply_bytes_max) section.complain("body", "must be at most " + std::to_string(reply_bytes_max) + " bytes");
  return reply;
}

void read_respond(Section section, Descriptor& into) {
  // A gateway takes an answer outside 200–299 for a failure and would send the message again, or drop it.
  Section accepted = section.section("accepted");
  if (!accepted.present()) section.complain("accepted", "is missing; add [respond.accepted] with what the gateway wants to hear");
  into.accepted = read_reply(accepted, 200, 299, 200);
  accepted.finish();
  const auto like_accepted = [&](std::string_view key) {
    Section reply = section.section(key);
    if (!reply.present()) return into.accepted;
    Reply read = read_reply(reply, 200, 299, into.accepted.status);
    reply.finish();
    return read;
  };
  into.duplicate = like_accepted("duplicate");
  into.ignored = like_accepted("ignored");
  // Our own fault is never a 4xx, but for 429: many gateways drop a message after one.
  Section overload = section.section("overload");
  into.overload = read_reply(overload, 429, 599, 503);
  if (into.overload.status > 429 && into.overload.status < 500) overload.complain("status", "must be 429 or 500 to 599");
  into.retry_after_seconds = static_cast<int>(overload.integer("retry_after_seconds", 1, 3600).value_or(5));
  overload.finish();
  into.unsigned_again = choose(section, "unsigned", std::array<Choice<bool>, 2>{{{"refused", false}, {"overload", true}}}).value_or(false);
  section.finish();
}

void read_limits(Section section, Descriptor& into) {
  const Limits limits;
  const auto body_max = static_cast<std::int64_t>(limits.sms_body_bytes_max);
  const auto fields_max = static_cast<std::int64_t>(limits.form_fields_max);
  into.body_bytes_max = static_cast<std::size_t>(section.integer("body_bytes", 1, inline_body_bytes_max).value_or(body_max));
  into.parameters_max = static_cast<std::size_t>(section.integer("parameters", 1, fields_max).value_or(fields_max));
  section.finish();
}

Descriptor read_descriptor(Section& root) {
  Descriptor descriptor;
  descriptor.name = root.text("name").value_or("");
  if (descriptor.name.empty() || descriptor.name.size() > name_bytes_max || !printable(descriptor.name)) {
    root.complain("name", "must be what people call the gateway");
  }
  descriptor.weak = root.text("weak").value_or("");
  if (!printable(descriptor.weak)) root.complain("weak", "must be one line");
  descriptor.advice = root.texts("advice").value_or(std::vector<std::string>{});
  for (const std::string& sentence : descriptor.advice) {
    if (sentence.empty() || sentence.size() > advice_bytes_max || !printable(sentence)) root.complain("advice", "must be short lines");
  }
  if (!root.has("methods")) root.complain("methods", "is missing; add methods = [\"POST\"]");
  descriptor.methods = read_methods(root);
  descriptor.accept = read_media_types(root, "accept");
  const bool post = std::find(descriptor.methods.begin(), descriptor.methods.end(), http::Method::post) != descriptor.methods.end();
  if (post && !root.has("accept")) root.complain("accept", "is missing; add the media types of the bodies that are posted");
  if (!post && root.has("accept")) root.complain("accept", "is for POST alone; add \"POST\" to methods or remove this");
  descriptor.token_bytes_min = static_cast<std::size_t>(root.integer("token_bytes_min", 1, 128).value_or(1));
  read_limits(root.section("limits"), descriptor);
  read_auth(root, descriptor);
  descriptor.when = read_when(root);
  read_contents(root, descriptor);
  const bool has_files = descriptor.media && !descriptor.media->data.empty();
  if (descriptor.body_bytes_max > Limits().sms_body_bytes_max && !has_files && descriptor.each.empty()) {
    root.complain("limits", "body_bytes over 65536 is for requests that bring pictures or several texts; add data to [media] or each, or lower it");
  }
  read_respond(root.section("respond"), descriptor);
  read_sending(root, descriptor);
  root.finish();
  return descriptor;
}

}  // namespace

}  // namespace descriptor_detail

Outcome<Descriptor> parse_descriptor(std::string_view toml, std::string_view file_name) {
  settings_detail::Complaints complaints(file_name, "docs/gateways.md");
  if (toml.size() > descriptor_bytes_max) {
    complaints.add(1, "is longer than " + std::to_string(descriptor_bytes_max) + " bytes; a descriptor is short");
    return complaints.first();
  }
  const settings_detail::PlainText plain(toml, complaints);
  if (complaints.any()) return complaints.first();
  toml::parse_result parsed = toml::parse(plain.view());
  if (!parsed) {
    complaints.add(parsed.error().source().begin.line, "not valid TOML; text needs double quotes, lists square brackets");
    return complaints.first();
  }
  descriptor_detail::Section root(complaints, &parsed.table(), "", 1);
  Descriptor descriptor = descriptor_detail::read_descriptor(root);
  if (complaints.any()) return complaints.first();
  return descriptor;
}

}  // namespace hotline::sms
