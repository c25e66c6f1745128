#include "server/smpp/send_result.hpp"

namespace hotline::smpp {

SendResult::Kind kind_of(Status status) noexcept {
  switch (status) {
    case Status::ok: return SendResult::Kind::accepted;
    case Status::throttled:
    case Status::queue_full:
    case Status::system_error:
    case Status::submit_failed:
    case Status::temporary_fault:
    case Status::bad_bind_state: return SendResult::Kind::later;
    default: return SendResult::Kind::refused;
  }
}

SendResult::Reason reason_of(Status status) noexcept {
  if (kind_of(status) != SendResult::Kind::refused) return SendResult::Reason::none;
  switch (status) {
    case Status::bad_destination:
    case Status::bad_destination_ton:
    case Status::bad_destination_npi: return SendResult::Reason::number;
    case Status::bad_source:
    case Status::bad_source_ton:
    case Status::bad_source_npi:
    case Status::bad_service_type:
    case Status::bad_system_id:
    case Status::bad_password: return SendResult::Reason::account;
    case Status::bad_message_length:
    case Status::bad_esm_class: return SendResult::Reason::content;
    default: return SendResult::Reason::other;
  }
}

}  // namespace hotline::smpp
