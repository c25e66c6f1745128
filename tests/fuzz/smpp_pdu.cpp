#include "crypto/secret.hpp"
#include "server/smpp/receipt.hpp"
#include "server/smpp/session.hpp"
#include "server/smpp/short_message.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <string_view>
#include <cstddef>
#include <cstdint>

using namespace hotline;
using namespace hotline::smpp;

namespace {

constexpr Byte to_session = 0xff;

/// A PDU without a fault that fits what we may write is the same when it is written and read again, but for the order of its TLVs.
void check_pdu(Bytes bytes) {
  const auto length = pdu_length(bytes);
  if (length && *length) FUZZ_CHECK(**length >= header_bytes && **length <= pdu_bytes_max);
  if (bytes.size() < header_bytes) return;
  const Parsed parsed = parse(bytes);
  if (const auto* message = std::get_if<ShortMessage>(&parsed.pdu.body)) {
    FUZZ_CHECK(message->text.size() <= 255);
    static_cast<void>(read_receipt(*message, DefaultAlphabet::gsm7));
    const sms::Message read = read_message(*message, DefaultAlphabet::gsm7, "BZ", bytes, !parsed.fault);
    const auto has = [&](std::string_view flag) { return std::find(read.flags.begin(), read.flags.end(), flag) != read.flags.end(); };
    FUZZ_CHECK((has("unreadable") || has("text-repaired")) == !read.raw.empty());
    FUZZ_CHECK(!parsed.fault || has("unreadable"));
  }
  if (parsed.fault) return;
  const auto written = write(parsed.pdu);
  if (!written) return;
  const Parsed again = parse(written->reveal());
  FUZZ_CHECK(!again.fault);
  const auto twice = write(again.pdu);
  FUZZ_CHECK(twice && std::equal(twice->reveal().begin(), twice->reveal().end(), written->reveal().begin(), written->reveal().end()));
}

/// Whatever an operator sends, in whatever pieces: every delivery is told once, and the end is told once, last.
void check_session(Bytes bytes) {
  using namespace std::chrono_literals;
  Session::Time now{1000h};
  Bind bind{crypto::SecretBuffer("hotline"), crypto::SecretBuffer("secret"), {}, 0x34, 0, 0, {}};
  auto session = Session::create(bind, {}, now);
  FUZZ_CHECK(session);
  std::uint64_t delivered = 0;
  std::size_t submitted = 0;
  bool closed = false;
  const auto tell = [&] {
    while (auto event = session->next_event()) {
      FUZZ_CHECK(!closed);
      if (std::get_if<Session::Closed>(&*event)) closed = true;
      if (std::get_if<Session::Submitted>(&*event)) FUZZ_CHECK(submitted-- > 0);
      if (const auto* one = std::get_if<Session::Delivered>(&*event)) {
        FUZZ_CHECK(one->delivery == ++delivered);
        session->answer(one->delivery, Status::ok, now);
      }
    }
    FUZZ_CHECK(closed == session->closed());
  };
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(bytes[0] + 1U, bytes.size() - 1);
    session->receive(bytes.subspan(1, size), now);
    bytes = bytes.subspan(1 + size);
    if (size % 8 == 0) now += 7s;
    if (size % 16 == 1) {
      ShortMessage message;
      message.text = crypto::SecretBuffer("hola");
      if (session->submit(Pdu{Command::submit_sm, Status::ok, 0, std::move(message)}, now)) ++submitted;
    }
    if (session->due() <= now) session->tick(now);
    tell();
    if (size % 4 == 2) static_cast<void>(session->take_output());
  }
  session->end();
  tell();
  FUZZ_CHECK(closed && submitted == 0);
}

}  // namespace

/// The first byte tells which: one PDU, or all that a connection brings.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::initialise();
  if (size == 0) return 0;
  const Bytes bytes(data + 1, size - 1);
  if (data[0] == to_session) {
    check_session(bytes);
  } else {
    check_pdu(bytes);
  }
  return 0;
}
