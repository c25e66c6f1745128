#include "server/sms/media_ticket.hpp"

#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"
#include "crypto/secret_json.hpp"
#include "server/sms/fields.hpp"

#include <span>

namespace hotline::sms {

namespace {
constexpr std::size_t fields_max = 8;
}  // namespace

MediaTickets::MediaTickets(const crypto::LockedKey& key)
    : identity_(crypto::age::Identity::from_seed(crypto::hkdf_sha256(key.reveal(), "hotline/v1/sms-media"))), recipient_(identity_.recipient()) {}

Result<ByteVector> MediaTickets::seal(const MediaTicket& ticket) const {
  crypto::SecretJson written(ticket.url.size() + 512);
  written.begin_object().string("gateway", ticket.gateway).string("desk", to_text(ticket.desk)).string("reference", ticket.reference);
  written.string("url", ticket.url.reveal_text()).string("type", ticket.type.reveal_text()).end_object();
  crypto::SecretBuffer plain = std::move(written).finish();
  if (const Result<void> padded = crypto::pad_json(plain); !padded) return padded.error();
  auto sealed = crypto::age::seal(std::span(&recipient_, 1), plain.reveal());
  crypto::wipe_stack();
  return sealed;
}

Result<MediaTicket> MediaTickets::open(Bytes sealed) const {
  const auto plain = crypto::age::open(std::span(&identity_, 1), sealed);
  crypto::wipe_stack();
  if (!plain) return plain.error();
  auto fields = parse_json_fields(plain->reveal(), fields_max);
  if (!fields) return Errc::corrupt;
  MediaTicket ticket;
  for (http::FormField& field : *fields) {
    if (field.name == "gateway") ticket.gateway = field.value.reveal_text();
    if (field.name == "desk") ticket.desk = parse_id<DeskId>(field.value.reveal_text()).value_or(DeskId());
    if (field.name == "reference") ticket.reference = field.value.reveal_text();
    if (field.name == "url") ticket.url = std::move(field.value);
    if (field.name == "type") ticket.type = std::move(field.value);
  }
  if (ticket.reference.empty() || ticket.url.empty() || ticket.desk == DeskId()) return Errc::corrupt;
  return ticket;
}

}  // namespace hotline::sms
