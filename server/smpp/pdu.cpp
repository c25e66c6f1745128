#include "server/smpp/pdu.hpp"

#include "server/smpp/wire.hpp"

#include <algorithm>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;

// Section 5.3.2.
constexpr std::uint16_t tag_receipted_id = 0x001e;
constexpr std::uint16_t tag_user_reference = 0x0204;
constexpr std::uint16_t tag_sar_reference = 0x020c;
constexpr std::uint16_t tag_sar_count = 0x020e;
constexpr std::uint16_t tag_sar_number = 0x020f;
constexpr std::uint16_t tag_network_error = 0x0423;
constexpr std::uint16_t tag_payload = 0x0424;
constexpr std::uint16_t tag_message_state = 0x0427;
constexpr std::uint16_t tag_alert = 0x130c;

// Section 5.2, each with its NUL. Operators send longer addresses in deliver_sm than the 21 that it allows; data_sm has 65.
constexpr std::size_t system_id_bytes = 16;
constexpr std::size_t password_bytes = 9;
constexpr std::size_t system_type_bytes = 13;
constexpr std::size_t address_range_bytes = 41;
constexpr std::size_t service_type_bytes = 6;
constexpr std::size_t address_read_bytes = 65;
constexpr std::size_t address_written_bytes = 21;
constexpr std::size_t time_bytes = 17;
constexpr std::size_t id_bytes = 65;
constexpr std::size_t text_bytes = 254;

constexpr std::size_t others_max = 64;

void read_tlv(std::uint16_t tag, Bytes value, Tlvs& tlvs, Reader& in) {
  const auto number = [&](auto& place) {
    using Number = typename std::remove_reference_t<decltype(place)>::value_type;
    if (place) return false;
    if (value.size() != sizeof(Number)) {
      in.fail(Status::bad_tlv_length);
      return false;
    }
    Number read = 0;
    for (const Byte byte : value) read = static_cast<Number>(static_cast<unsigned>(read) << 8 | byte);
    place = read;
    return true;
  };
  bool taken = false;
  switch (tag) {
    case tag_user_reference: taken = number(tlvs.user_reference); break;
    case tag_sar_reference: taken = number(tlvs.sar_reference); break;
    case tag_sar_count: taken = number(tlvs.sar_count); break;
    case tag_sar_number: taken = number(tlvs.sar_number); break;
    case tag_message_state: taken = number(tlvs.message_state); break;
    case tag_network_error:
      if (tlvs.network_error) break;
      if (value.size() == 3) {
        tlvs.network_error = NetworkError{value[0], static_cast<std::uint16_t>(value[1] << 8 | value[2])};
        taken = true;
      } else {
        in.fail(Status::bad_tlv_length);
      }
      break;
    case tag_payload:
      if (tlvs.payload) break;
      tlvs.payload.emplace(value);
      taken = true;
      break;
    case tag_receipted_id:
      // Some send it without its NUL.
      if (tlvs.receipted_id) break;
      tlvs.receipted_id.emplace(value.first(static_cast<std::size_t>(std::find(value.begin(), value.end(), Byte{0}) - value.begin())));
      taken = true;
      break;
    case tag_alert:
      tlvs.alert = true;
      taken = true;
      break;
    default: break;
  }
  if (taken) return;
  if (tlvs.others.size() == others_max) {
    in.fail(Status::bad_tlv_stream);
  } else {
    tlvs.others.push_back({tag, SecretBuffer(value)});
  }
}

void read_tlvs(Reader& in, Tlvs& tlvs) {
  while (!in.at_end()) {
    const std::uint16_t tag = in.u16(Status::bad_tlv_stream);
    const std::uint16_t size = in.u16(Status::bad_tlv_stream);
    const Bytes value = in.bytes(size, Status::bad_tlv_stream);
    if (in.broken()) return;
    read_tlv(tag, value, tlvs, in);
  }
}

Address read_address(Reader& in, Status fault) {
  Address address;
  address.type = in.u8();
  address.plan = in.u8();
  address.value = in.text(address_read_bytes, fault);
  return address;
}

ShortMessage read_message(Reader& in, Command command) {
  ShortMessage message;
  message.service_type = in.text(service_type_bytes, Status::bad_service_type);
  message.source = read_address(in, Status::bad_source);
  message.destination = read_address(in, Status::bad_destination);
  message.esm_class = in.u8();
  if (command == Command::data_sm) {
    message.registered_delivery = in.u8();
    message.data_coding = in.u8();
  } else {
    message.protocol_id = in.u8();
    message.priority = in.u8();
    message.schedule = in.text(time_bytes, Status::bad_schedule);
    message.validity = in.text(time_bytes, Status::bad_validity);
    message.registered_delivery = in.u8();
    message.replace = in.u8();
    message.data_coding = in.u8();
    message.default_id = in.u8();
    const std::size_t size = in.u8();
    message.text = in.rest_or(size, Status::bad_message_length);
  }
  if (!in.broken()) read_tlvs(in, message.tlvs);
  return message;
}

Bind read_bind(Reader& in) {
  Bind bind;
  bind.system_id = in.text(system_id_bytes, Status::bad_system_id);
  bind.password = in.text(password_bytes, Status::bad_password);
  bind.system_type = in.text(system_type_bytes, Status::bad_command_length);
  bind.interface_version = in.u8();
  bind.type = in.u8();
  bind.plan = in.u8();
  bind.address_range = in.text(address_range_bytes, Status::bad_command_length);
  return bind;
}

/// Section 4.4.2 and its like: with an error the whole body may be missing.
Named read_named(Reader& in, std::size_t bytes_max) {
  Named named;
  if (in.at_end()) return named;
  named.name = in.text(bytes_max, Status::bad_command_length);
  if (!in.broken()) read_tlvs(in, named.tlvs);
  return named;
}

void write_tlvs(const Tlvs& tlvs, Writer& out) {
  const auto head = [&](std::uint16_t tag, std::size_t size) {
    out.u16(tag);
    out.u16(static_cast<std::uint16_t>(size));
    if (size > 0xffff) out.fail(Errc::too_large);
  };
  const auto one = [&](std::uint16_t tag, const std::optional<std::uint8_t>& value) {
    if (!value) return;
    head(tag, 1);
    out.u8(*value);
  };
  const auto two = [&](std::uint16_t tag, const std::optional<std::uint16_t>& value) {
    if (!value) return;
    head(tag, 2);
    out.u16(*value);
  };
  two(tag_user_reference, tlvs.user_reference);
  two(tag_sar_reference, tlvs.sar_reference);
  one(tag_sar_count, tlvs.sar_count);
  one(tag_sar_number, tlvs.sar_number);
  if (tlvs.receipted_id) {
    head(tag_receipted_id, tlvs.receipted_id->size() + 1);
    out.text(*tlvs.receipted_id, id_bytes);
  }
  if (tlvs.network_error) {
    head(tag_network_error, 3);
    out.u8(tlvs.network_error->network);
    out.u16(tlvs.network_error->code);
  }
  if (tlvs.payload) {
    head(tag_payload, tlvs.payload->size());
    out.bytes(tlvs.payload->reveal());
  }
  one(tag_message_state, tlvs.message_state);
  if (tlvs.alert) head(tag_alert, 0);
  for (const UnknownTlv& other : tlvs.others) {
    head(other.tag, other.value.size());
    out.bytes(other.value.reveal());
  }
}

void write_address(const Address& address, std::size_t bytes_max, Writer& out) {
  out.u8(address.type);
  out.u8(address.plan);
  out.text(address.value, bytes_max);
}

void write_message(const ShortMessage& message, Command command, Writer& out) {
  const bool data = command == Command::data_sm;
  const std::size_t address_bytes = data ? address_read_bytes : address_written_bytes;
  out.text(message.service_type, service_type_bytes);
  write_address(message.source, address_bytes, out);
  write_address(message.destination, address_bytes, out);
  out.u8(message.esm_class);
  if (data) {
    out.u8(message.registered_delivery);
    out.u8(message.data_coding);
    if (!message.text.empty()) out.fail(Errc::malformed);
  } else {
    out.u8(message.protocol_id);
    out.u8(message.priority);
    out.text(message.schedule, time_bytes);
    out.text(message.validity, time_bytes);
    out.u8(message.registered_delivery);
    out.u8(message.replace);
    out.u8(message.data_coding);
    out.u8(message.default_id);
    if (message.text.size() > text_bytes) out.fail(Errc::too_large);
    out.u8(static_cast<std::uint8_t>(message.text.size()));
    out.bytes(message.text.reveal());
  }
  write_tlvs(message.tlvs, out);
}

void write_bind(const Bind& bind, Writer& out) {
  out.text(bind.system_id, system_id_bytes);
  out.text(bind.password, password_bytes);
  out.text(bind.system_type, system_type_bytes);
  out.u8(bind.interface_version);
  out.u8(bind.type);
  out.u8(bind.plan);
  out.text(bind.address_range, address_range_bytes);
}

enum class Shape { none, bind, name, id, message, unknown };

Shape shape_of(Command command) {
  switch (command) {
    case Command::bind_transceiver: return Shape::bind;
    case Command::bind_transceiver_resp: return Shape::name;
    case Command::submit_sm:
    case Command::deliver_sm:
    case Command::data_sm: return Shape::message;
    case Command::submit_sm_resp:
    case Command::deliver_sm_resp:
    case Command::data_sm_resp: return Shape::id;
    case Command::unbind:
    case Command::unbind_resp:
    case Command::enquire_link:
    case Command::enquire_link_resp:
    case Command::generic_nack: return Shape::none;
  }
  return Shape::unknown;
}

}  // namespace

Result<std::optional<std::size_t>> pdu_length(Bytes beginning) {
  if (beginning.size() < 4) return std::optional<std::size_t>();
  const std::size_t length = Reader(beginning).u32();
  if (length < header_bytes) return Errc::malformed;
  if (length > pdu_bytes_max) return Errc::too_large;
  return std::optional<std::size_t>(length);
}

Parsed parse(Bytes bytes) {
  Reader in(bytes);
  const std::size_t length = in.u32();
  Parsed parsed;
  Pdu& pdu = parsed.pdu;
  pdu.command = static_cast<Command>(in.u32());
  pdu.status = static_cast<Status>(in.u32());
  pdu.sequence = in.u32();
  if (length != bytes.size()) in.fail(Status::bad_command_length);
  if (in.broken()) {
    parsed.fault = in.fault();
    return parsed;
  }
  switch (shape_of(pdu.command)) {
    case Shape::bind: pdu.body = read_bind(in); break;
    case Shape::name: pdu.body = read_named(in, system_id_bytes); break;
    case Shape::id: pdu.body = read_named(in, id_bytes); break;
    case Shape::message: pdu.body = read_message(in, pdu.command); break;
    case Shape::none: break;
    case Shape::unknown: parsed.fault = Status::bad_command; return parsed;
  }
  if (!in.at_end()) in.fail(Status::bad_command_length);
  parsed.fault = in.fault();
  return parsed;
}

Result<SecretBuffer> write(const Pdu& pdu) {
  Writer out;
  out.u32(0);
  out.u32(static_cast<std::uint32_t>(pdu.command));
  out.u32(static_cast<std::uint32_t>(pdu.status));
  out.u32(pdu.sequence);
  const auto* bind = std::get_if<Bind>(&pdu.body);
  const auto* named = std::get_if<Named>(&pdu.body);
  const auto* message = std::get_if<ShortMessage>(&pdu.body);
  const bool empty = std::holds_alternative<std::monostate>(pdu.body);
  const Shape shape = shape_of(pdu.command);
  if (shape == Shape::bind && bind != nullptr) {
    write_bind(*bind, out);
  } else if ((shape == Shape::name || shape == Shape::id) && named != nullptr) {
    out.text(named->name, shape == Shape::name ? system_id_bytes : id_bytes);
    write_tlvs(named->tlvs, out);
  } else if (shape == Shape::message && message != nullptr) {
    write_message(*message, pdu.command, out);
  } else if (!empty || shape == Shape::bind || shape == Shape::message) {
    out.fail(Errc::malformed);
  }
  return std::move(out).finish();
}

}  // namespace hotline::smpp
