#include "server/smpp/redelivery.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;

void frame(SecretBuffer& all, Bytes value) {
  all.append(std::to_string(value.size()));
  all.push_back(0);
  all.append(value);
}

template <class Number>
void frame_number(SecretBuffer& all, const std::optional<Number>& value) {
  const std::string text = value ? std::to_string(*value) : std::string();
  frame(all, as_bytes(text));
}

/// All that a repeated delivery has in common with the first.
SecretBuffer content_of(const ShortMessage* message, Bytes pdu) {
  SecretBuffer all;
  if (message == nullptr) {
    frame(all, pdu.subspan(std::min(header_bytes, pdu.size())));
    return all;
  }
  frame(all, message->source.value.reveal());
  frame(all, message->destination.value.reveal());
  const std::array<Byte, 3> numbers{message->data_coding, message->esm_class, message->protocol_id};
  frame(all, numbers);
  const Tlvs& tlvs = message->tlvs;
  frame_number(all, tlvs.sar_reference);
  frame_number(all, tlvs.sar_count);
  frame_number(all, tlvs.sar_number);
  frame_number(all, tlvs.user_reference);
  frame(all, message->text.reveal());
  if (tlvs.payload) frame(all, tlvs.payload->reveal());
  return all;
}

/// Empty: none that tells messages apart.
Bytes id_of(const ShortMessage* message) {
  if (message == nullptr || !message->tlvs.receipted_id) return {};
  const Bytes id = message->tlvs.receipted_id->reveal();
  const bool tells = std::any_of(id.begin(), id.end(), [](Byte byte) { return byte != '0' && byte != ' '; });
  return tells ? id : Bytes();
}

}  // namespace

std::size_t Redelivery::HashOfHash::operator()(const Hash& hash) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), sizeof(value));
  return value;
}

Redelivery::Redelivery(const Clock& clock) : clock_(clock), secret_(crypto::random_secret<32>()) {}

void Redelivery::on_bound(Time now) {
  if (link_++ == 0) {
    first_bound_ = now;
    first_hour_ = clock_.hour();
  }
  bound_ = now;
  deliveries_.clear();
}

bool Redelivery::may_repeat(const Entry& entry, Time now) const {
  const bool this_link = entry.link == link_;
  const Time since = this_link ? entry.received : bound_;
  if (entry.is_answered && entry.wanted) return now - since < repeat_within;
  // An answer that a broken line took with it was never in time.
  const Time waited_until = entry.is_answered ? entry.answered : this_link ? now : Time::max();
  const bool late = waited_until - entry.received >= slow;
  if (this_link) return late && now - since < slow_repeat_within;
  return (late || !entry.read) && now - since < repeat_within;
}

SecretBuffer Redelivery::key_of(const ShortMessage* message, Bytes pdu, std::uint64_t delivery, Time now) {
  const SecretBuffer content = content_of(message, pdu);
  if (const Bytes id = id_of(message); !id.empty()) {
    SecretBuffer framed;
    frame(framed, id);
    const Hash key = crypto::blake2b({as_bytes("hotline smpp id\n"), framed.reveal(), content.reveal()});
    return SecretBuffer(Bytes(key));
  }

  const Hash known = crypto::keyed_blake2b(secret_.reveal(), {content.reveal()});
  const std::int64_t hour = clock_.hour();
  auto found = entries_.find(known);
  const bool same = found != entries_.end() && may_repeat(found->second, now);
  if (!same) {
    const bool first_of_hour = hour >= newest_hour_ && (found == entries_.end() || found->second.hour < hour);
    const bool may_be_older = hour != forgotten_hour_ && (hour != first_hour_ || now - first_bound_ < repeat_within);
    newest_hour_ = std::max(newest_hour_, hour);
    const std::string text = "hour " + std::to_string(hour) + "\n";
    Hash key = crypto::blake2b({as_bytes("hotline smpp content\n"), as_bytes(text), content.reveal()});
    if (!first_of_hour || !may_be_older) crypto::random_bytes(key);
    if (found == entries_.end()) {
      make_room();
      found = entries_.emplace(known, Entry{}).first;
    }
    found->second.key = key;
    found->second.hour = std::max(found->second.hour, hour);
  }
  Entry& entry = found->second;
  entry.link = link_;
  entry.delivery = delivery;
  entry.received = now;
  entry.is_answered = false;
  entry.wanted = false;
  entry.read = false;
  if (deliveries_.size() >= remembered_max) deliveries_.clear();
  deliveries_[delivery] = known;
  return SecretBuffer(Bytes(entry.key));
}

Redelivery::Entry* Redelivery::find(std::uint64_t delivery) {
  const auto hash = deliveries_.find(delivery);
  if (hash == deliveries_.end()) return nullptr;
  const auto entry = entries_.find(hash->second);
  const bool current = entry != entries_.end() && entry->second.link == link_ && entry->second.delivery == delivery;
  return current ? &entry->second : nullptr;
}

void Redelivery::on_answered(std::uint64_t delivery, bool stored, Time now) {
  Entry* entry = find(delivery);
  if (entry == nullptr) return;
  entry->answered = now;
  entry->is_answered = true;
  entry->wanted = !stored;
}

void Redelivery::on_read(std::uint64_t delivery) {
  if (Entry* entry = find(delivery)) entry->read = true;
  deliveries_.erase(delivery);
}

/// A quarter goes, those that came first.
void Redelivery::make_room() {
  if (entries_.size() < remembered_max) return;
  std::vector<Time> times;
  times.reserve(entries_.size());
  for (const auto& [hash, entry] : entries_) times.push_back(entry.received);
  const auto quarter = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 4);
  std::nth_element(times.begin(), quarter, times.end());
  const Time last_to_go = *quarter;
  const std::int64_t hour = clock_.hour();
  std::erase_if(entries_, [&](const auto& entry) {
    const bool goes = entry.second.received <= last_to_go;
    if (goes && entry.second.hour == hour) forgotten_hour_ = hour;
    return goes;
  });
}

}  // namespace hotline::smpp
