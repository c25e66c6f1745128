#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// The Short Message Peer-to-Peer Protocol, version 3.4 (Issue 1.2 of 1999), from the side of whoever connects to an operator's message
/// centre. Section numbers below are of that document.
namespace hotline::smpp {

/// Section 5.1.2.1. An answer has the number of its request with the highest bit set.
enum class Command : std::uint32_t {
  bind_transceiver = 0x00000009,
  submit_sm = 0x00000004,
  deliver_sm = 0x00000005,
  unbind = 0x00000006,
  enquire_link = 0x00000015,
  data_sm = 0x00000103,
  generic_nack = 0x80000000,
  submit_sm_resp = 0x80000004,
  deliver_sm_resp = 0x80000005,
  unbind_resp = 0x80000006,
  bind_transceiver_resp = 0x80000009,
  enquire_link_resp = 0x80000015,
  data_sm_resp = 0x80000103,
};
inline constexpr std::uint32_t answer_bit = 0x80000000;
constexpr bool is_answer(Command command) noexcept { return (static_cast<std::uint32_t>(command) & answer_bit) != 0; }
constexpr Command answer_to(Command command) noexcept { return static_cast<Command>(static_cast<std::uint32_t>(command) | answer_bit); }

/// Section 5.1.3, those that we tell apart; operators have more of their own.
enum class Status : std::uint32_t {
  ok = 0x00,                       ///< ESME_ROK
  bad_message_length = 0x01,       ///< ESME_RINVMSGLEN
  bad_command_length = 0x02,       ///< ESME_RINVCMDLEN
  bad_command = 0x03,              ///< ESME_RINVCMDID
  bad_bind_state = 0x04,           ///< ESME_RINVBNDSTS
  already_bound = 0x05,            ///< ESME_RALYBND
  system_error = 0x08,             ///< ESME_RSYSERR
  bad_source = 0x0a,               ///< ESME_RINVSRCADR
  bad_destination = 0x0b,          ///< ESME_RINVDSTADR
  bind_failed = 0x0d,              ///< ESME_RBINDFAIL
  bad_password = 0x0e,             ///< ESME_RINVPASWD
  bad_system_id = 0x0f,            ///< ESME_RINVSYSID
  queue_full = 0x14,               ///< ESME_RMSGQFUL
  bad_service_type = 0x15,         ///< ESME_RINVSERTYP
  bad_esm_class = 0x43,            ///< ESME_RINVESMCLASS
  submit_failed = 0x45,            ///< ESME_RSUBMITFAIL
  bad_source_ton = 0x48,           ///< ESME_RINVSRCTON
  bad_source_npi = 0x49,           ///< ESME_RINVSRCNPI
  bad_destination_ton = 0x50,      ///< ESME_RINVDSTTON
  bad_destination_npi = 0x51,      ///< ESME_RINVDSTNPI
  throttled = 0x58,                ///< ESME_RTHROTTLED
  bad_schedule = 0x61,             ///< ESME_RINVSCHED
  bad_validity = 0x62,             ///< ESME_RINVEXPIRY
  temporary_fault = 0x64,          ///< ESME_RX_T_APPN: try again
  permanent_fault = 0x65,          ///< ESME_RX_P_APPN
  rejected = 0x66,                 ///< ESME_RX_R_APPN
  bad_tlv_stream = 0xc0,           ///< ESME_RINVOPTPARSTREAM
  bad_tlv_length = 0xc2,           ///< ESME_RINVPARLEN
  missing_tlv = 0xc3,              ///< ESME_RMISSINGOPTPARAM
};

inline constexpr std::size_t header_bytes = 16;
inline constexpr std::size_t pdu_bytes_max = 64 * 1024;

/// A phone number, short code or name with its type (section 5.2.5) and numbering plan (5.2.6).
struct Address {
  std::uint8_t type = 0;
  std::uint8_t plan = 0;
  crypto::SecretBuffer value;      ///< without a NUL
};

/// An optional parameter (section 5.3.2) of a kind that we do not read.
struct UnknownTlv {
  std::uint16_t tag = 0;
  crypto::SecretBuffer value;
};

struct NetworkError {
  std::uint8_t network = 0;        ///< 1 ANSI-136, 2 IS-95, 3 GSM
  std::uint16_t code = 0;
};

/// The optional parameters that we read. One that comes twice: the first counts, others are among `others`.
struct Tlvs {
  std::optional<std::uint16_t> sar_reference;       ///< sar_msg_ref_num
  std::optional<std::uint8_t> sar_count;            ///< sar_total_segments
  std::optional<std::uint8_t> sar_number;           ///< sar_segment_seqnum, from 1
  std::optional<crypto::SecretBuffer> payload;      ///< message_payload
  std::optional<crypto::SecretBuffer> receipted_id; ///< receipted_message_id, without a NUL
  std::optional<std::uint8_t> message_state;
  std::optional<NetworkError> network_error;
  std::optional<std::uint16_t> user_reference;      ///< user_message_reference
  bool alert = false;                               ///< alert_on_message_delivery
  std::vector<UnknownTlv> others;
};

/// deliver_sm, submit_sm and data_sm, which has no schedule, priority or `text`.
struct ShortMessage {
  crypto::SecretBuffer service_type;
  Address source;
  Address destination;
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority = 0;
  crypto::SecretBuffer schedule;
  crypto::SecretBuffer validity;
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t default_id = 0;                      ///< sm_default_msg_id
  crypto::SecretBuffer text;                        ///< short_message
  Tlvs tlvs;
};

struct Bind {
  crypto::SecretBuffer system_id;
  crypto::SecretBuffer password;
  crypto::SecretBuffer system_type;
  std::uint8_t interface_version = 0x34;
  std::uint8_t type = 0;
  std::uint8_t plan = 0;
  crypto::SecretBuffer address_range;
};

/// Answers to a bind (the operator's system_id) and to submit_sm, deliver_sm and data_sm (the message's id).
struct Named {
  crypto::SecretBuffer name;
  Tlvs tlvs;
};

struct Pdu {
  Command command{};
  Status status{};
  std::uint32_t sequence = 0;
  std::variant<std::monostate, Bind, Named, ShortMessage> body;   ///< monostate: none
};

/// What was read. With a fault, `pdu.body` holds what stood before it, and `fault` is what to answer.
struct Parsed {
  Pdu pdu;
  std::optional<Status> fault;
};

/// How long the PDU is that begins here; nothing while fewer than four bytes have come. Errc::too_large or Errc::malformed: a length
/// over pdu_bytes_max or under header_bytes, after which nothing in the stream can be found again.
Result<std::optional<std::size_t>> pdu_length(Bytes beginning);

/// Reads one whole PDU: at least header_bytes. Text behind the end of a C-octet string, unused bytes and TLVs that do not fit are faults;
/// a command that we do not know is Status::bad_command. Any thread.
Parsed parse(Bytes pdu);

/// Errc::malformed: a string with a NUL in it, or a body that is not the command's. Errc::too_large: a string longer than section 5.2
/// allows. Any thread.
Result<crypto::SecretBuffer> write(const Pdu& pdu);

}  // namespace hotline::smpp
