#include "server/sms/message_reader.hpp"

#include "crypto/encoding.hpp"
#include "server/http/parameters.hpp"
#include "server/http/utf8.hpp"
#include "server/sms/charset.hpp"
#include "server/sms/hmac.hpp"
#include "server/sms/number.hpp"
#include "server/sms/star_path.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;

constexpr std::size_t media_max = 100;                 // how many are kept, and fetched, the limits say
constexpr std::size_t text_bytes_max = 48 * 1024;      // so that it can be sealed whatever else comes with it
constexpr std::size_t file_name_bytes_max = 255;
constexpr std::size_t raw_bytes_max = 64 * 1024;       // with base64 and its text it still fits what is sealed
constexpr std::size_t raw_text_bytes_max = 16 * 1024;  // shown to a caseworker; the rest stands in the raw bytes
constexpr std::size_t repaired_raw_bytes_max = 16 * 1024;
constexpr std::size_t challenge_bytes_max = 256;

using Numbers = StarNumbers;

std::vector<Numbers> messages_of(const Descriptor& descriptor, const Fields& fields) { return star_numbers(descriptor.each, fields); }

/// The values one after the other, told apart by their lengths.
SecretBuffer framed(const std::vector<const SecretBuffer*>& values) {
  SecretBuffer all;
  for (const SecretBuffer* value : values) {
    all.push_back(0);
    all.append(std::to_string(value->size()));
    all.push_back(0);
    all.append(value->reveal());
  }
  return all;
}

/// One message of a request.
class Reader {
 public:
  Reader(const Descriptor& descriptor, const SignedRequest& request, const Numbers& numbers)
      : descriptor_(descriptor), request_(request), numbers_(numbers) {}

  bool fits(const WhenRule& rule) const {
    const std::optional<SecretBuffer> value = look_up(rule.field);
    if (!value) return false;
    return rule.equals.empty() || std::any_of(rule.equals.begin(), rule.equals.end(),
                                              [&](const std::string& one) { return one == value->reveal_text(); });
  }

  /// All that can be read of it; false when something required is missing.
  bool read(Message& message) const {
    const MessageFields& places = descriptor_.message;
    bool complete = true;
    if (descriptor_.media) read_media(*descriptor_.media, message);
    const auto from = first_of(places.from);
    if (from) message.from = normalise_number(from->reveal_text(), request_.region);
    if (message.from.empty()) complete = false;
    const auto to = first_of(places.to);
    if (to) message.to = normalise_number(to->reveal_text(), request_.region);
    if (message.to.empty() && places.to_required && !places.to.empty()) complete = false;
    if (auto id = first_of(places.id)) message.id = std::move(*id);
    if (auto time = first_of(places.time)) message.time = std::move(*time);
    if (!read_text(message)) complete = false;
    if (descriptor_.part) read_part(*descriptor_.part, message);
    message.dedupe = dedupe_of(message);
    if (message.dedupe.empty()) complete = false;
    for (const auto* refs : {&places.from, &places.to, &places.id, &places.text, &places.subject}) {
      if (!is_repeated(*refs)) continue;
      message.flags.emplace_back("repeated-field");
      break;
    }
    return complete;
  }

 private:
  std::optional<SecretBuffer> look_up(const FieldRef& ref) const { return sms::look_up(bind_stars(ref, numbers_), request_); }

  /// The first of the places that holds something, or else one that is there.
  std::optional<SecretBuffer> first_of(const std::vector<FieldRef>& refs) const {
    std::optional<SecretBuffer> empty;
    for (const FieldRef& ref : refs) {
      std::optional<SecretBuffer> value = look_up(ref);
      if (value && !value->empty()) return value;
      if (value) empty = std::move(value);
    }
    return empty;
  }

  /// Whether one name was given different values, so that others might read the message differently.
  bool is_repeated(const std::vector<FieldRef>& refs) const {
    return std::any_of(refs.begin(), refs.end(), [&](const FieldRef& ref) {
      const std::string name = bind_stars(ref.name, numbers_);
      const http::FormField* first = ref.source == FieldRef::Source::field ? http::find_field(request_.fields, name) : nullptr;
      return first != nullptr && std::any_of(request_.fields.begin(), request_.fields.end(), [&](const http::FormField& field) {
               return field.name == name && field.value.reveal_text() != first->value.reveal_text();
             });
    });
  }

  const TextRule* rule_for_text() const {
    const auto fits_text = [&](const TextRule& rule) {
      if (!rule.field) return true;
      const auto value = look_up(*rule.field);
      return value && (rule.equals.empty() || std::any_of(rule.equals.begin(), rule.equals.end(), [&](const std::string& one) {
                         return http::equal_ignoring_case(one, http::trim(value->reveal_text()));
                       }));
    };
    const auto rule = std::find_if(descriptor_.texts.begin(), descriptor_.texts.end(), fits_text);
    return rule == descriptor_.texts.end() ? nullptr : &*rule;
  }

  /// An empty text is a message: somebody reached for the phone. A missing one is a request that was tampered with, unless there are
  /// pictures.
  bool read_text(Message& message) const {
    const TextRule* rule = rule_for_text();
    std::optional<SecretBuffer> text;
    if (rule != nullptr) text = first_of(rule->text);
    if (!text) text = first_of(descriptor_.message.text);
    auto subject = first_of(descriptor_.message.subject);
    if (subject && subject->empty()) subject.reset();
    if (!text && subject) std::swap(text, subject);
    if (!text) return !message.media.empty() || !message.files.empty();
    SecretBuffer written = std::move(*text);
    Decoded decoded{written.duplicate(), false};
    if (rule != nullptr) {
      for (const Unpack how : rule->unpack) {
        auto unpacked = unpack(how, decoded.text.reveal());
        if (!unpacked) return false;
        decoded.text = std::move(*unpacked);
      }
      decoded = decode(rule->charset, decoded.text.reveal());
    }
    if (subject && subject->reveal_text() != decoded.text.reveal_text()) {
      put_before(*subject, written);
      put_before(*subject, decoded.text);
    }
    if (decoded.repaired || http::loses_by_cleaning(decoded.text.reveal())) {
      message.flags.emplace_back("text-repaired");
      message.raw = SecretBuffer(written.reveal().first(std::min(written.size(), repaired_raw_bytes_max)));
    }
    message.text = http::clean_text(decoded.text.reveal());
    if (message.text.size() > text_bytes_max) {
      message.flags.emplace_back("cut");
      SecretBuffer whole = std::move(message.text);
      message.text = http::clean_text(whole.reveal().first(text_bytes_max));
      message.files.insert(message.files.begin(), {SecretBuffer(std::string_view("text.txt")), SecretBuffer(std::string_view("text/plain")), std::move(whole)});
    }
    return true;
  }

  /// A subject as a line of its own.
  static void put_before(const SecretBuffer& subject, SecretBuffer& text) {
    SecretBuffer both = subject.duplicate();
    if (!text.empty()) both.push_back('\n');
    both.append(text.reveal());
    text = std::move(both);
  }

  void read_part(const PartFields& places, Message& message) const {
    const auto number = look_up(places.number);
    const auto count = look_up(places.count);
    const auto value = [](const std::optional<SecretBuffer>& text) {
      int read = 0;
      if (text) std::from_chars(text->reveal_text().data(), text->reveal_text().data() + text->size(), read);
      return read;
    };
    Part part{SecretBuffer(), value(number), value(count)};
    if (part.count < 2 || part.count > 255 || part.number < 1 || part.number > part.count) return;
    if (auto reference = look_up(places.reference)) part.reference = std::move(*reference);
    message.part = std::move(part);
  }

  /// Paths of [media] with this message's numbers for their stars; "{i}" still stands for the file's.
  struct FilePaths {
    std::string data, type, name;
  };
  /// Whether there is such a file at all, whatever its number. Most texts bring none, and must not pay for all that could be.
  bool has_numbered(std::string_view path) const {
    const std::string_view before = path.substr(0, path.find("{i}"));
    return !path.empty() && std::ranges::any_of(request_.fields, [&](const http::FormField& field) { return field.name.starts_with(before); });
  }
  /// Of the file of that number; null when the message has no such field.
  const http::FormField* numbered(std::string_view path, std::size_t i) const {
    if (path.empty()) return nullptr;
    std::string name(path);
    if (const std::size_t at = name.find("{i}"); at != std::string::npos) name.replace(at, 3, std::to_string(i));
    return http::find_field(request_.fields, name);
  }
  static SecretBuffer short_text(const http::FormField* field) {
    return field == nullptr ? SecretBuffer() : http::clean_text(field->value.reveal().first(std::min(field->value.size(), file_name_bytes_max)));
  }
  static SecretBuffer base_name(const http::FormField* field) {
    if (field == nullptr) return {};
    std::string_view name = field->value.reveal_text();
    if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    return http::clean_text(as_bytes(name.substr(0, file_name_bytes_max)));
  }
  static void add_flag(Message& message, std::string_view flag) {
    if (std::find(message.flags.begin(), message.flags.end(), flag) == message.flags.end()) message.flags.emplace_back(flag);
  }

  void read_media(const MediaFields& media, Message& message) const {
    std::size_t count = media_max;
    if (media.count) {
      const std::optional<SecretBuffer> text = look_up(*media.count);
      count = 0;
      if (text) std::from_chars(text->reveal_text().data(), text->reveal_text().data() + text->size(), count);
      count = std::min(count, media_max);
    }
    const FilePaths paths{bind_stars(media.data, numbers_), bind_stars(media.type, numbers_), bind_stars(media.name, numbers_)};
    for (const std::string& pattern : media.url) {
      const std::string path = bind_stars(pattern, numbers_);
      if (!has_numbered(path)) continue;
      const std::size_t tries = path.find("{i}") == std::string::npos ? std::min<std::size_t>(count, 1) : count;
      for (std::size_t i = media.first; i < media.first + tries; ++i) {
        const http::FormField* url = numbered(path, i);
        const http::FormField* type = numbered(paths.type, i);
        if (url == nullptr || url->value.empty()) continue;
        message.media.push_back({url->value.duplicate(), type == nullptr ? SecretBuffer() : type->value.duplicate()});
      }
    }
    if (media.data.empty() || !(has_numbered(paths.data) || has_numbered(paths.type) || has_numbered(paths.name))) return;
    for (std::size_t i = media.first; i < media.first + count; ++i) read_file(paths, i, message);
  }

  /// What is no base64 is kept as it came: it may be a picture all the same.
  void read_file(const FilePaths& paths, std::size_t i, Message& message) const {
    const http::FormField* data = numbered(paths.data, i);
    const http::FormField* type = numbered(paths.type, i);
    const http::FormField* name = numbered(paths.name, i);
    if (data == nullptr || data->value.empty()) {
      if (data != nullptr || type != nullptr || name != nullptr) add_flag(message, "file-missing");
      return;
    }
    SecretBuffer packed;
    packed.reserve(data->value.size());
    for (const Byte byte : data->value.reveal()) {
      if (byte != '\r' && byte != '\n' && byte != ' ') packed.push_back(byte);
    }
    auto plain = crypto::secret_from_base64(packed.reveal_text(), crypto::Base64::standard);
    if (!plain) add_flag(message, "file-undecoded");
    message.files.push_back({base_name(name), short_text(type), plain ? std::move(*plain) : data->value.duplicate()});
  }

  /// One field needs no frame.
  SecretBuffer dedupe_of(const Message& message) const {
    const auto value = [&](DedupeBy by) -> const SecretBuffer& {
      switch (by) {
        case DedupeBy::id: return message.id;
        case DedupeBy::from: return message.from;
        case DedupeBy::to: return message.to;
        case DedupeBy::time: return message.time;
        case DedupeBy::text: break;
      }
      return message.text;
    };
    const auto complete = [&](const std::vector<DedupeBy>& list) {
      return !list.empty() && std::none_of(list.begin(), list.end(), [&](DedupeBy by) { return by != DedupeBy::text && value(by).empty(); });
    };
    const auto& list = complete(descriptor_.dedupe_by) ? descriptor_.dedupe_by : descriptor_.dedupe_otherwise;
    if (!complete(list)) return {};
    if (list.size() == 1) return value(list.front()).duplicate();
    std::vector<const SecretBuffer*> values;
    for (const DedupeBy by : list) values.push_back(&value(by));
    return framed(values);
  }

  const Descriptor& descriptor_;
  const SignedRequest& request_;
  const Numbers& numbers_;
};

bool is_of_each(const WhenRule& rule) { return rule.field.name.find('*') != std::string::npos; }

bool is_challenge(std::string_view text) {
  return !text.empty() && text.size() <= challenge_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

void blank(SecretBuffer& text, std::size_t from, std::size_t to) {
  std::fill(text.reveal_mutable().begin() + static_cast<std::ptrdiff_t>(from), text.reveal_mutable().begin() + static_cast<std::ptrdiff_t>(to), Byte{'x'});
}

/// Blanks the value of each pair of that name, however it is escaped.
void blank_pairs(SecretBuffer& form, std::string_view name) {
  for (std::size_t from = 0; from < form.size();) {
    const std::size_t to = std::min(form.reveal_text().find('&', from), form.size());
    const std::size_t value = std::min(form.reveal_text().find('=', from), to);
    const auto pair = parse_form_fields(form.reveal().subspan(from, to - from), 1);
    if (pair && !pair->empty() && pair->front().name == name) blank(form, std::min(value + 1, to), to);
    from = to + 1;
  }
}

/// What is said in the body, or by GET in the query; without the gateway's secret where that stands among it.
SecretBuffer content_of(const Descriptor& descriptor, const SignedRequest& request) {
  const bool get = request.request.method == http::Method::get;
  SecretBuffer content(get ? as_bytes(request.request.raw_query) : request.body);
  for (const Auth& auth : descriptor.auth) {
    const auto* equal = std::get_if<EqualFieldAuth>(&auth.check);
    if (equal == nullptr || equal->field.source == FieldRef::Source::header) continue;
    if (request.request.media_type() != "application/json") blank_pairs(content, equal->field.name);
    const auto secret = look_up(equal->field, request);
    if (!secret || secret->empty()) continue;
    for (std::size_t at = 0; (at = content.reveal_text().find(secret->reveal_text(), at)) != std::string_view::npos; at += secret->size()) {
      blank(content, at, at + secret->size());
    }
  }
  return content;
}

/// STOP, START and STOP again within days are three, and a notice that says neither which nor when is the same each time: whoever stopped twice
/// would get texts, and who began again twice none. By the minute it comes in, a repetition counts again: one of START undoes a STOP that came between.
bool is_about_consent(const Message& message) {
  return std::ranges::any_of(message.flags, [](const std::string& flag) { return flag == "opt-out" || flag == "opt-in"; });
}

void keep_whole(const Descriptor& descriptor, const SignedRequest& request, Message& message) {
  const SecretBuffer kept = content_of(descriptor, request);
  const Bytes content = kept.reveal();
  message.raw = SecretBuffer(content.first(std::min(content.size(), raw_bytes_max)));
  message.flags.emplace_back("unreadable");
  if (content.size() > raw_bytes_max) {
    message.flags.emplace_back("cut");
    message.files.push_back({SecretBuffer(std::string_view("request.txt")), SecretBuffer(std::string_view("text/plain")), kept.duplicate()});
  }
  const Bytes shown = message.text.empty() ? content : message.text.reveal();
  message.text = http::clean_text(shown.first(std::min(shown.size(), raw_text_bytes_max)));
  // Fields may stand in headers: equal bodies of two people, or of two times, are two messages.
  const Digest digest = hash(HashAlgorithm::sha256, content);
  const SecretBuffer whole(digest.view());
  const bool is_timeless = message.id.empty() && message.time.empty() && is_about_consent(message);
  const SecretBuffer minute(std::string_view(is_timeless ? std::to_string(request.now_seconds / 60) : std::string()));
  message.dedupe = framed({&whole, &message.from, &message.to, &message.id, is_timeless ? &minute : &message.time});
}

}  // namespace

Message keep_whole(const Descriptor& descriptor, const SignedRequest& request) {
  Message message;
  keep_whole(descriptor, request, message);
  return message;
}

Classified classify(const Descriptor& descriptor, const SignedRequest& request) {
  // Reports may come beside messages, which count more.
  if (!descriptor.each.empty() && !messages_of(descriptor, request.fields).empty()) return {};
  const Numbers none;
  const Reader reader(descriptor, request, none);
  for (const WhenRule& rule : descriptor.when) {
    if (!is_of_each(rule) && reader.fits(rule)) return {rule.meaning, &rule};
  }
  return {};
}

Result<Verdict> read_request(const Descriptor& descriptor, const SignedRequest& request, const Classified& classified) {
  Verdict verdict{classified.meaning, {}, {}, {}};
  if (verdict.meaning == Meaning::challenge) {
    const auto value = look_up(classified.rule->field, request);
    if (!value || !is_challenge(value->reveal_text())) return Errc::malformed;
    verdict.challenge = value->reveal_text();
  }
  if (verdict.meaning != Meaning::message) return verdict;

  const std::vector<Numbers> all = messages_of(descriptor, request.fields);
  bool unreadable = all.empty();
  for (const Numbers& numbers : all) {
    const Reader reader(descriptor, request, numbers);
    const auto of_this = std::find_if(descriptor.when.begin(), descriptor.when.end(),
                                      [&](const WhenRule& rule) { return is_of_each(rule) && reader.fits(rule); });
    const WhenRule* rule = of_this != descriptor.when.end() ? &*of_this : classified.rule;
    if (rule != nullptr && rule->meaning != Meaning::message) continue;
    Message message;
    const bool complete = reader.read(message);
    if (rule != nullptr && !rule->flag.empty()) message.flags.push_back(rule->flag);
    flag_keyword(message);
    if (!complete && all.size() == 1) {
      keep_whole(descriptor, request, message);
    } else if (!complete) {
      unreadable = true;   // of a batch, all is kept once, beside what could be read
      continue;
    }
    verdict.messages.push_back(std::move(message));
  }
  if (unreadable) verdict.messages.push_back(keep_whole(descriptor, request));
  if (verdict.messages.empty()) verdict.meaning = Meaning::status;
  return verdict;
}

}  // namespace hotline::sms
