#include "server/texting/smpp_outcomes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string>

namespace hotline::texting {

namespace {

using smpp::MessageState;
using smpp::SendResult;
using sms::HandedOver;
using storage::TextReason;

HandedOver::Kind kind_of(SendResult::Kind kind) {
  switch (kind) {
    case SendResult::Kind::accepted: return HandedOver::Kind::accepted;
    case SendResult::Kind::refused: return HandedOver::Kind::refused;
    case SendResult::Kind::later: return HandedOver::Kind::later;
    case SendResult::Kind::unknown: break;
  }
  return HandedOver::Kind::unknown;
}

TextReason reason_of(SendResult::Reason reason) {
  switch (reason) {
    case SendResult::Reason::none: return TextReason::none;
    case SendResult::Reason::number: return TextReason::bad_number;
    case SendResult::Reason::account: return TextReason::account;
    case SendResult::Reason::content: return TextReason::content;
    case SendResult::Reason::other: break;
  }
  return TextReason::other;
}

std::string code_of(const SendResult& result) {
  if (result.status == 0) return result.kind == SendResult::Kind::unknown ? "no-answer" : "";
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "0x%02x", result.status);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

HandedOver handed_over(const SendResult& result) {
  HandedOver outcome;
  outcome.kind = kind_of(result.kind);
  outcome.reason = reason_of(result.reason);
  outcome.code = code_of(result);
  // Where a part is in doubt, that the others were delivered does not say that the text was.
  if (result.kind == SendResult::Kind::unknown) return outcome;
  // Some operators give all parts one id; then one report speaks for all.
  std::set<std::string> seen;
  for (const crypto::SecretBuffer& id : result.ids) {
    const std::string name = smpp::spellings(id.reveal_text()).front();
    if (!name.empty() && seen.insert(name).second) outcome.names.emplace_back(name);
  }
  return outcome;
}

std::optional<sms::DeliveryReport> delivery_report_of(const smpp::Receipt& receipt) {
  if (!receipt.final() || receipt.state == MessageState::accepted) return std::nullopt;
  sms::DeliveryReport report;
  const std::vector<std::string> names = smpp::spellings(receipt.id.reveal_text());
  if (names.front().empty()) return std::nullopt;
  report.name = crypto::SecretBuffer(names.front());
  for (std::size_t i = 1; i < names.size(); ++i) report.other_names.emplace_back(names[i]);
  if (receipt.delivered()) return report;
  report.state = storage::TextState::refused;
  report.reason = TextReason::undelivered;
  report.code = sms::safe_code(receipt.code);
  return report;
}

}  // namespace hotline::texting
