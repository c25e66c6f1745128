#include "server/sms/descriptor_reader.hpp"

#include <algorithm>

namespace hotline::sms::descriptor_detail {

namespace {

constexpr std::array<Choice<Charset>, 5> charsets{{{"utf-8", Charset::utf8},
                                                   {"utf-16be", Charset::utf16be},
                                                   {"latin-1", Charset::latin1},
                                                   {"windows-1252", Charset::windows1252},
                                                   {"gsm-7", Charset::gsm7}}};
constexpr std::array<Choice<Unpack>, 3> unpackings{{{"percent", Unpack::percent}, {"hex", Unpack::hex}, {"base64", Unpack::base64}}};
constexpr std::array<Choice<bool>, 2> answers{{{"yes", true}, {"no", false}}};
constexpr std::array<Choice<MediaFields::Login>, 4> media_logins{{{"none", MediaFields::Login::none},
                                                                   {"basic", MediaFields::Login::basic},
                                                                   {"bearer", MediaFields::Login::bearer},
                                                                   {"pair", MediaFields::Login::pair}}};

MessageFields read_message(Section section) {
  MessageFields fields;
  for (const std::string_view key : {"from", "text"}) {
    if (!section.has(key)) section.complain(key, "is missing in [message]; add the name of the field that holds it");
  }
  fields.from = read_field_refs(section, "from");
  fields.to = read_field_refs(section, "to");
  fields.to_required = choose(section, "to_required", answers).value_or(true);
  fields.id = read_field_refs(section, "id");
  fields.time = read_field_refs(section, "time");
  fields.text = read_field_refs(section, "text");
  fields.subject = read_field_refs(section, "subject");
  section.finish();
  return fields;
}

std::vector<TextRule> read_texts(Section& root) {
  std::vector<TextRule> rules;
  for (Section& section : root.sections("text")) {
    TextRule rule;
    rule.field = read_field_ref(section, "field");
    rule.equals = section.texts("equals").value_or(std::vector<std::string>{});
    if (section.has("equals") && !section.has("field")) section.complain("equals", "is given without field; add the field that tells");
    rule.text = read_field_refs(section, "text");
    for (const std::string& word : section.texts("unpack").value_or(std::vector<std::string>{})) {
      const auto found = std::find_if(unpackings.begin(), unpackings.end(), [&](const auto& one) { return one.first == word; });
      if (found == unpackings.end()) {
        section.complain("unpack", "must be of \"percent\", \"hex\", \"base64\"");
      } else {
        rule.unpack.push_back(found->second);
      }
    }
    rule.charset = choose(section, "charset", charsets).value_or(Charset::utf8);
    section.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::optional<PartFields> read_part(Section section) {
  if (!section.present()) return std::nullopt;
  PartFields part;
  for (const auto& [key, place] : {std::pair<std::string_view, FieldRef*>{"reference", &part.reference}, {"number", &part.number}, {"count", &part.count}}) {
    if (!section.has(key)) section.complain(key, "is missing; add the field that holds it");
    *place = read_field_ref(section, key).value_or(FieldRef{});
  }
  section.finish();
  return part;
}

/// "media.example.org", or "*.example.org" for every name below it.
bool is_host_pattern(std::string_view pattern) {
  const bool any = pattern.starts_with("*.");
  const std::string_view host = any ? pattern.substr(2) : pattern;
  const bool known = std::all_of(host.begin(), host.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  // A last label of digits would be an address, and no address is a public name.
  const std::size_t dot = host.rfind('.');
  const bool named = dot != std::string_view::npos && dot != 0 && dot + 1 < host.size() && host.find_first_not_of("0123456789", dot + 1) != std::string_view::npos;
  return known && named && host.find("..") == std::string_view::npos && host.front() != '.' && host.size() <= name_bytes_max;
}

std::vector<std::string> read_hosts(Section& section, std::string_view key) {
  auto hosts = section.texts(key).value_or(std::vector<std::string>{});
  if (!std::all_of(hosts.begin(), hosts.end(), is_host_pattern)) section.complain(key, "must be a list of names such as \"media.example.org\" or \"*.example.org\"");
  return hosts;
}

std::optional<MediaFields> read_media(Section section) {
  if (!section.present()) return std::nullopt;
  MediaFields media;
  media.count = read_field_ref(section, "count");
  media.url = section.texts("url").value_or(std::vector<std::string>{});
  for (const std::string& url : media.url) {
    if (url.empty() || url.size() > name_bytes_max) section.complain("url", "must be a field name, with {i} where the number of the picture goes");
  }
  for (const auto& [key, value] : {std::pair<std::string_view, std::string*>{"data", &media.data}, {"type", &media.type}, {"name", &media.name}}) {
    *value = section.text(key).value_or("");
    if (value->empty()) continue;
    if (value->size() > name_bytes_max || value->find("{i}") == std::string::npos) {
      section.complain(key, "must be a field name with {i} where the number goes");
    }
  }
  if (media.url.empty() && media.data.empty()) section.complain("url", "is missing; add the field with the picture's address, or data with the picture");
  media.first = static_cast<std::size_t>(section.integer("first", 0, 1).value_or(0));
  media.hosts = read_hosts(section, "hosts");
  media.redirect_hosts = read_hosts(section, "redirect_hosts");
  media.login = choose(section, "login", media_logins).value_or(MediaFields::Login::none);
  if (media.hosts.empty() && (section.has("login") || section.has("redirect_hosts"))) section.complain("hosts", "is missing; add where pictures are fetched from");
  section.finish();
  return media;
}

std::vector<DedupeBy> read_dedupe_list(Section& section, std::string_view key, const MessageFields& fields) {
  std::vector<DedupeBy> list;
  for (const std::string& word : section.texts(key).value_or(std::vector<std::string>{})) {
    const std::array<std::pair<Choice<DedupeBy>, bool>, 5> known{{{{"id", DedupeBy::id}, !fields.id.empty()},
                                                                  {{"from", DedupeBy::from}, !fields.from.empty()},
                                                                  {{"to", DedupeBy::to}, !fields.to.empty()},
                                                                  {{"time", DedupeBy::time}, !fields.time.empty()},
                                                                  {{"text", DedupeBy::text}, !fields.text.empty()}}};
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first.first == word; });
    if (found == known.end()) {
      section.complain(key, "must be of \"id\", \"from\", \"to\", \"time\", \"text\"");
    } else if (!found->second) {
      section.complain(key, "names \"" + word + "\", which [message] does not; add it there");
    } else {
      list.push_back(found->first.second);
    }
  }
  return list;
}

void read_dedupe(Section section, Descriptor& into) {
  if (!section.has("by")) section.complain("by", "is missing in [dedupe]; add by = [\"id\"], or the fields that make a message one");
  into.dedupe_by = read_dedupe_list(section, "by", into.message);
  into.dedupe_otherwise = read_dedupe_list(section, "otherwise", into.message);
  section.finish();
}

std::size_t stars_in(std::string_view path) { return static_cast<std::size_t>(std::count(path.begin(), path.end(), '*')); }

/// A star stands for a number of `each`, so no path may have more of them.
void check_stars(Section& root, const Descriptor& descriptor) {
  const std::size_t most = stars_in(descriptor.each);
  const auto check = [&](std::string_view key, const std::vector<FieldRef>& refs) {
    for (const FieldRef& ref : refs) {
      if (stars_in(ref.name) > most) root.complain(key, "holds a path with more * than each has; add them to each");
    }
  };
  for (const auto* refs : {&descriptor.message.from, &descriptor.message.to, &descriptor.message.id, &descriptor.message.time, &descriptor.message.text,
                           &descriptor.message.subject}) {
    check("message", *refs);
  }
  for (const TextRule& rule : descriptor.texts) {
    check("text", rule.text);
    if (rule.field) check("text", {*rule.field});
  }
  for (const WhenRule& rule : descriptor.when) check("when", {rule.field});
  if (descriptor.part) check("part", {descriptor.part->reference, descriptor.part->number, descriptor.part->count});
  if (!descriptor.media) return;
  const MediaFields& media = *descriptor.media;
  for (const std::string& url : media.url) check("media", {{FieldRef::Source::field, url}});
  for (const std::string& name : {media.data, media.type, media.name}) check("media", {{FieldRef::Source::field, name}});
}

}  // namespace

void read_contents(Section& root, Descriptor& into) {
  into.each = root.text("each").value_or("");
  const bool ends_well = into.each == "*" || into.each.ends_with(".*");
  if (root.has("each") && (!ends_well || into.each.size() > name_bytes_max)) root.complain("each", "must be a path that ends in *, such as \"results.*\"");
  if (!root.has("message")) root.complain("message", "is missing; add [message] with from and text");
  into.message = read_message(root.section("message"));
  into.texts = read_texts(root);
  into.part = read_part(root.section("part"));
  into.media = read_media(root.section("media"));
  read_dedupe(root.section("dedupe"), into);
  check_stars(root, into);
}

}  // namespace hotline::sms::descriptor_detail
