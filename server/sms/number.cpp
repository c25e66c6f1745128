#include "server/sms/number.hpp"

#include "server/http/parameters.hpp"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <optional>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t text_bytes_max = 96;            // a longer one is no number
constexpr std::size_t national_digits_min = 7;        // fewer are a short code
constexpr std::size_t bare_international_digits_min = 8;
constexpr std::size_t international_digits_max = 15;  // of E.164; some free numbers of Japan are longer
constexpr std::size_t digits_max = international_digits_max + 3;   // before them may stand "011"
constexpr std::size_t dropped_digits_max = 4;         // a country code, a trunk prefix

const PhoneNumberUtil& tables() {
  static const PhoneNumberUtil& instance = []() -> const PhoneNumberUtil& {
    PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
    util.SetLogger(new i18n::phonenumbers::NullLogger());   // it owns that; numbers are no matter for a log
    return util;
  }();
  return instance;
}

/// What may stand between digits: also what telephones and web pages put there unseen.
constexpr std::string_view separators[] = {
    " ", "\t", "-", ".", "(", ")", "[", "]", "/", "\u00a0", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2010", "\u2011", "\u2012",
    "\u2013", "\u2014", "\u2015", "\u2022", "\u202a", "\u202c", "\u202d", "\u202f", "\u2060", "\u2066", "\u2068", "\u2069", "\u2212", "\u3000",
    "\uff08", "\uff09", "\uff0d", "\uff0e", "\ufeff"};

struct Written {
  SecretBuffer digits;     ///< ASCII
  bool plus = false;
  bool slash = false;      ///< two numbers, perhaps
};

/// Nothing when there is anything but digits, separators and one plus before them.
std::optional<Written> read_written(std::string_view text) {
  Written written;
  written.digits.reserve(text.size());
  while (!text.empty()) {
    const auto starts = [&](std::string_view what) { return text.starts_with(what); };
    if (text.front() >= '0' && text.front() <= '9') {
      written.digits.push_back(static_cast<Byte>(text.front()));
      text.remove_prefix(1);
    } else if (starts("\uff10") || (starts("\xef\xbc") && text.size() > 2 && text[2] > '\x90' && text[2] <= '\x99')) {
      written.digits.push_back(static_cast<Byte>('0' + (text[2] - '\x90')));
      text.remove_prefix(3);
    } else if (starts("+") || starts("\uff0b")) {
      if (written.plus || !written.digits.empty()) return std::nullopt;
      written.plus = true;
      text.remove_prefix(starts("+") ? 1 : 3);
    } else {
      const auto* separator = std::find_if(std::begin(separators), std::end(separators), starts);
      if (separator == std::end(separators)) return std::nullopt;
      written.slash = written.slash || *separator == "/";
      text.remove_prefix(separator->size());
    }
  }
  if (written.digits.empty() || written.digits.size() > digits_max) return std::nullopt;
  return written;
}

/// How much one way of reading digits has for itself.
enum class Sure { no, possible, valid };

struct Reading {
  Sure sure = Sure::no;
  SecretBuffer number;     ///< E.164
};

bool is_possible(const PhoneNumber& number, bool with_country) {
  if (with_country) return tables().IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
  // A telephone's, not as long as some free number may be.
  return std::ranges::any_of(std::array{PhoneNumberUtil::MOBILE, PhoneNumberUtil::FIXED_LINE}, [&](auto type) {
    return tables().IsPossibleNumberForTypeWithReason(number, type) == PhoneNumberUtil::IS_POSSIBLE;
  });
}

/// `region` is empty for a number with its country code. Tables may be older than a new block of numbers: possible is enough.
Reading read_as(std::string_view digits, std::string_view region) {
  const bool with_country = region.empty();
  std::string text(with_country ? "+" : "");
  text.append(digits);
  PhoneNumber number;
  if (tables().Parse(text, with_country ? "ZZ" : std::string(region), &number) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
  Reading reading;
  if (tables().IsValidNumber(number)) {
    reading.sure = Sure::valid;
  } else if (is_possible(number, with_country)) {
    reading.sure = Sure::possible;
  } else {
    return {};
  }
  std::string own;
  tables().GetNationalSignificantNumber(number, &own);
  if (!digits.ends_with(own) || digits.size() - own.size() > dropped_digits_max) return {};
  std::string normal;
  tables().Format(number, PhoneNumberUtil::E164, &normal);
  if (normal.size() > 1 + international_digits_max) return {};
  if (normal != text) {
    PhoneNumber again;
    std::string same;
    if (tables().Parse(normal, "ZZ", &again) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    tables().Format(again, PhoneNumberUtil::E164, &same);
    if (same != normal || !is_possible(again, true)) return {};
  }
  reading.number = SecretBuffer(normal);
  return reading;
}

/// The first that is valid, or else the first that is possible.
SecretBuffer best_of(std::initializer_list<Reading*> readings) {
  for (const Sure sure : {Sure::valid, Sure::possible}) {
    for (Reading* reading : readings) {
      if (reading->sure == sure) return std::move(reading->number);
    }
  }
  return {};
}

/// Empty when in doubt. `lost_plus`: a space stood before it.
SecretBuffer read_number(std::string_view text, bool lost_plus, std::string_view region) {
  const auto written = read_written(text);
  if (!written) return {};
  std::string_view digits = written->digits.reveal_text();
  const bool enough = digits.size() >= national_digits_min;
  if (!written->plus && !enough) return {};
  if (written->plus || digits.starts_with("00")) {
    if (digits.starts_with("00")) digits.remove_prefix(2);
    Reading international = read_as(digits, {});
    return best_of({&international});
  }
  Reading national = read_as(digits, region);
  if (national.sure == Sure::valid && !lost_plus) return std::move(national.number);
  if (digits.starts_with("011")) {
    Reading international = read_as(digits.substr(3), {});
    return best_of({&national, &international});
  }
  if (lost_plus) {
    Reading international = read_as(digits, {});
    return best_of({&international, &national});
  }
  Reading international;
  if (digits.size() >= bare_international_digits_min && !written->slash) international = read_as(digits, {});
  if (international.sure == Sure::possible) international.sure = Sure::no;   // any digits would do
  return best_of({&national, &international});
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || !http::equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// What follows "tel:". Empty when in doubt.
SecretBuffer read_tel(std::string_view address, std::string_view region) {
  const std::size_t end = std::min(address.find(';'), address.size());
  const std::string_view number = address.substr(0, end);
  for (std::string_view rest = address.substr(end); !rest.empty();) {
    rest.remove_prefix(1);
    std::string_view parameter = rest.substr(0, rest.find(';'));
    rest.remove_prefix(parameter.size());
    if (!take_prefix(parameter, "phone-context=") || !parameter.starts_with('+')) continue;
    const auto written = read_written(number);
    if (!written) return {};
    if (written->plus) break;
    SecretBuffer whole(parameter);
    whole.append(written->digits.reveal());
    return read_number(whole.reveal_text(), false, region);
  }
  return read_number(http::trim(number), number.starts_with(' '), region);
}

[[gnu::noinline]] SecretBuffer normalise(std::string_view text, std::string_view region) {
  const std::string_view trimmed = http::trim(text);
  if (trimmed.size() > text_bytes_max) return SecretBuffer(trimmed);
  std::string_view rest = trimmed;
  for (const std::string_view channel : {"whatsapp:", "rcs:"}) {
    if (!take_prefix(rest, channel)) continue;
    SecretBuffer normal(channel);
    normal.append(normalise(rest, region).reveal());
    return normal;
  }
  if (take_prefix(rest, "tel:") || take_prefix(rest, "sms:")) {
    SecretBuffer number = read_tel(rest, region);
    return number.empty() ? normalise(rest, region) : std::move(number);
  }
  SecretBuffer number = read_number(trimmed, text.starts_with(' '), region);
  return number.empty() ? SecretBuffer(trimmed) : std::move(number);
}

}  // namespace

void load_number_tables() {
  // The patterns of the own region are compiled at first use.
  constexpr std::string_view any = "+501 600-0000";
  normalise(any, home_region);
}

SecretBuffer normalise_number(std::string_view text, std::string_view region) {
  SecretBuffer normal = normalise(text, region);
  crypto::wipe_stack();   // short strings of the library
  return normal;
}

}  // namespace hotline::sms
