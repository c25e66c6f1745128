#include "server/console/tickets.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <utility>

namespace hotline::console {
namespace {

ByteArray<32> ticket_hash(std::string_view text) { return crypto::blake2b({as_bytes("hotline/v1/ticket"), as_bytes(text)}); }

}  // namespace

std::string Tickets::open(Ticket ticket) {
  const auto secret = crypto::random_secret<32>();
  std::string text = crypto::to_base64(secret.reveal(), crypto::Base64::url_unpadded);
  const std::int64_t now = clock_.now();
  const std::int64_t ends_at = now + (ticket.purpose == Ticket::For::recovery ? recovery_seconds : second_factor_seconds);
  const std::lock_guard lock(mutex_);
  std::erase_if(out_, [now](const auto& entry) { return entry.second.ends_at <= now; });
  make_room(ticket);
  out_.insert_or_assign(ticket_hash(text), Out{ticket, ends_at, ++opened_});
  return text;
}

void Tickets::make_room(const Ticket& ticket) {
  std::size_t alike = 0;
  auto oldest = out_.end();
  for (auto entry = out_.begin(); entry != out_.end(); ++entry) {
    const Ticket& other = entry->second.ticket;
    if (other.member != ticket.member || other.purpose != ticket.purpose) continue;
    ++alike;
    if (oldest == out_.end() || entry->second.number < oldest->second.number) oldest = entry;
  }
  if (alike >= of_member_max) out_.erase(oldest);
  if (out_.size() >= out_max) out_.erase(std::ranges::min_element(out_, {}, [](const auto& entry) { return entry.second.ends_at; }));
}

std::optional<Ticket> Tickets::take_try(std::string_view text, Ticket::For purpose) {
  const std::lock_guard lock(mutex_);
  const auto found = out_.find(ticket_hash(text));
  if (found == out_.end() || found->second.ends_at <= clock_.now() || found->second.ticket.purpose != purpose) return std::nullopt;
  if (found->second.held || found->second.tries_left == 0) return std::nullopt;
  --found->second.tries_left;
  return found->second.ticket;
}

bool Tickets::finish(std::string_view text) {
  const std::lock_guard lock(mutex_);
  return out_.erase(ticket_hash(text)) == 1;
}

bool Tickets::hold(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = out_.find(ticket_hash(text));
  return found != out_.end() && !std::exchange(found->second.held, true);
}

void Tickets::give_back(std::string_view text, const ByteArray<32>& shown) {
  const std::lock_guard lock(mutex_);
  const auto found = out_.find(ticket_hash(text));
  if (found == out_.end()) return;   // closed meanwhile
  found->second.held = false;
  found->second.ticket.shown = shown;
  ++found->second.tries_left;
}

void Tickets::close_all_of(MemberId member) {
  const std::lock_guard lock(mutex_);
  std::erase_if(out_, [&](const auto& entry) { return entry.second.ticket.member == member; });
}

}  // namespace hotline::console
