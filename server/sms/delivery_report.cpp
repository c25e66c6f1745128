#include "server/sms/delivery_report.hpp"

#include "server/http/parameters.hpp"
#include "server/sms/send_request.hpp"
#include "server/sms/star_path.hpp"

#include <algorithm>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;

constexpr std::size_t reports_max = 1000;
constexpr std::size_t name_bytes_max = 256;

std::optional<SecretBuffer> first_of(const std::vector<FieldRef>& places, const StarNumbers& numbers, const SignedRequest& request) {
  for (const FieldRef& place : places) {
    auto value = look_up(bind_stars(place, numbers), request);
    if (value && !value->empty()) return value;
  }
  return std::nullopt;
}

bool is_one_of(const std::vector<std::string>& words, const SecretBuffer& text) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return http::equal_ignoring_case(word, http::trim(text.reveal_text())); });
}

}  // namespace

std::vector<DeliveryReport> read_delivery_reports(const Descriptor& descriptor, const SignedRequest& request) {
  std::vector<DeliveryReport> reports;
  if (!descriptor.report) return reports;
  const ReportRules& rules = *descriptor.report;
  for (const StarNumbers& numbers : star_numbers(rules.each, request.fields)) {
    if (reports.size() == reports_max) break;
    auto name = first_of(rules.id, numbers, request);
    const auto state = first_of(rules.state, numbers, request);
    if (!name || !state || name->size() > name_bytes_max) continue;
    DeliveryReport report{.name = std::move(*name), .state = {}, .reason = {}, .code = {}};
    if (is_one_of(rules.delivered, *state)) {
      report.state = storage::TextState::delivered;
    } else if (is_one_of(rules.refused, *state)) {
      report.state = storage::TextState::refused;
      const auto code = first_of(rules.code, numbers, request);
      const std::string_view word = code ? code->reveal_text() : std::string_view();
      report.code = safe_code(word);
      report.reason = reason_of(rules.codes, word).value_or(storage::TextReason::undelivered);
    } else {
      continue;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace hotline::sms
