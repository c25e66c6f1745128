#include "crypto/secret.hpp"
#include "server/sms/fields.hpp"
#include "server/sms/message.hpp"
#include "server/sms/number.hpp"
#include "tests/fuzz/check.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace hotline;

namespace {

constexpr std::size_t fields_max = 200;

std::size_t scalars(const boost::json::value& value) {
  std::size_t count = 0;
  if (value.is_object()) {
    for (const auto& member : value.as_object()) count += scalars(member.value());
  } else if (value.is_array()) {
    for (const auto& element : value.as_array()) count += scalars(element);
  } else if (!value.is_null()) {
    count = 1;
  }
  return count;
}

/// What we take is what Boost's own reader takes, and no value is lost.
void check_json(std::string_view text) {
  const auto ours = sms::parse_json_fields(as_bytes(text), fields_max);
  if (!ours && ours.error() == Errc::too_large) return;
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  const auto theirs = boost::json::parse(text, error, {}, options);
  FUZZ_CHECK(ours.has_value() == !error);
  // A name that is repeated in one object overwrites in a tree; we keep both.
  if (ours) FUZZ_CHECK(ours->size() >= scalars(theirs));
}

/// Whatever stands in a form becomes a JSON object that others can read.
void check_form(std::string_view text) {
  auto fields = sms::parse_form_fields(as_bytes(text), fields_max);
  if (!fields) return;
  sms::Message message;
  for (auto& field : *fields) {
    message.from = sms::normalise_number(field.value.reveal_text());
    message.media.push_back({field.value.duplicate(), field.value.duplicate()});
    message.flags.push_back(field.name);
    FUZZ_CHECK(sms::priority_of(field.value.reveal_text()) <= 4);
    message.text = std::move(field.value);
  }
  const auto json = boost::json::parse(sms::to_json(message, "fuzz", "00", 1).reveal_text());
  FUZZ_CHECK(json.at("flags").as_array().size() == fields->size());
  FUZZ_CHECK(json.at("media").as_array().size() == fields->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_json(text);
  check_form(text);
  return 0;
}
