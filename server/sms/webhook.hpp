#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/http/upload_slots.hpp"
#include "server/sms/check_proof.hpp"
#include "server/sms/gateways.hpp"
#include "server/sms/message_intake.hpp"
#include "server/sms/text_events.hpp"

#include <optional>

namespace hotline::sms {

/// Takes texts from gateways: verifies, hands them to the intake, and answers as the gateway expects once they are
/// committed. A second delivery gets the same answer and stores nothing.
/// Any thread; what it is given must outlive it, and it must outlive every answer that it made.
class Webhook {
 public:
  /// `events`: who is told of delivery reports; may be null. Of texts the intake tells.
  Webhook(const Gateways& gateways, MessageIntake& intake, const Clock& clock, const Limits& limits, TextEvents* events = nullptr);
  Webhook(const Gateways&& gateways, MessageIntake&, const Clock&, const Limits&, TextEvents* = nullptr) = delete;

  /// From now on what `hotline sms check` sends is answered like a text and not stored. Before add_routes().
  void answer_checks(CheckProof proof) { check_proof_.emplace(std::move(proof)); }

  /// GET and POST of /sms/{name} and /sms/{name}/{path token}.
  void add_routes(http::Router& router);

  /// 200 or as the descriptor says · 403 not from the gateway · 400 not readable and not proved · 404 no such gateway · 405, 408, 413, 415 ·
  /// 503 with Retry-After when it is our fault.
  http::Awaitable<http::Response> handle(http::Request& request);

  /// Where large bodies get their places. For tests, which take one away.
  http::UploadSlots& large_bodies() { return large_bodies_; }

 private:
  http::Awaitable<http::Response> take(const Gateway& gateway, http::Request& request);
  /// A body that is large needs a place, so that strangers cannot fill the memory. Errc::busy: there is none, or it was lost to another while
  /// this one dripped. Errc::authentication_failed: it cannot prove itself, whatever else comes.
  http::Awaitable<Result<crypto::SecretBuffer>> read_body(const Gateway& gateway, http::Request& request, http::UploadSlots::Place& place);
  /// What is told that is not taken; 503 where the gateway sends it again with a proof.
  static http::Response refused(const Gateway& gateway, const http::Request& request, const boost::system::error_code& error);
  /// What is answered to a request that has come in whole. `is_check`: it is one of our own, and nothing of it is stored.
  http::Awaitable<http::Response> answer(const Gateway& gateway, const http::Request& request, Bytes body, bool is_check);

  const Gateways& gateways_;
  MessageIntake& intake_;
  std::optional<CheckProof> check_proof_;
  const Clock& clock_;
  const Limits& limits_;
  TextEvents* events_;
  http::UploadSlots large_bodies_;
};

}  // namespace hotline::sms
