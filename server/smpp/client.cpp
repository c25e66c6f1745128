#include "server/smpp/client.hpp"

#include "config/log.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "server/http/tls.hpp"
#include "server/smpp/link.hpp"
#include "server/smpp/redelivery.hpp"
#include "server/smpp/short_message.hpp"
#include "server/smpp/text_parts.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>

namespace hotline::smpp {

namespace {

namespace asio = boost::asio;
using crypto::SecretBuffer;
using Time = Session::Time;

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);

/// A link that stood so long was a good one: the next is tried after the shortest pause.
constexpr std::chrono::seconds good_link{10};

constexpr std::uint8_t type_unknown = 0;
constexpr std::uint8_t type_international = 1;
constexpr std::uint8_t type_name = 5;
constexpr std::uint8_t plan_unknown = 0;
constexpr std::uint8_t plan_telephone = 1;
constexpr std::uint8_t receipt_wanted = 1;   // section 5.2.17: at the end, whatever that is

Time now() { return std::chrono::steady_clock::now(); }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Address address_of(std::string_view number) {
  Address address;
  const bool international = number.starts_with('+') && all_digits(number.substr(1));
  if (international) {
    address = {type_international, plan_telephone, SecretBuffer(number.substr(1))};
  } else if (all_digits(number)) {
    address = {type_unknown, plan_telephone, SecretBuffer(number)};
  } else if (number.empty()) {
    address = {type_unknown, plan_unknown, SecretBuffer()};
  } else {
    address = {type_name, plan_unknown, SecretBuffer(number)};
  }
  return address;
}

}  // namespace

struct Client::Parts : std::enable_shared_from_this<Client::Parts> {
  /// Of one request, until its answer.
  struct Waiter {
    explicit Waiter(asio::io_context& context) : done(context, Time::max()) {}
    asio::steady_timer done;
    std::optional<Session::Submitted> outcome;
  };

  /// Counts as being told for as long as it lives, wherever memory runs out on the way; the last one rings `idle`.
  class Telling {
   public:
    explicit Telling(std::shared_ptr<Parts> parts) noexcept : parts_(std::move(parts)) { ++parts_->telling; }
    ~Telling() {
      if (parts_ && --parts_->telling == 0) parts_->idle.cancel();
    }
    Telling(Telling&&) noexcept = default;
    Telling& operator=(Telling&&) = delete;

   private:
    std::shared_ptr<Parts> parts_;
  };

  Parts(asio::io_context& on, crypto::LockedKey secret, ClientHooks told, const Clock& clock, ClientOptions chosen)
      : context(on), password(std::move(secret)), hooks(std::move(told)), options(std::move(chosen)), redelivery(clock), pause(on), idle(on, Time::max()),
        room(on, Time::max()) {}

  asio::awaitable<void> run();
  asio::awaitable<void> serve(std::shared_ptr<http::Transport> transport);
  void end_link() noexcept;
  asio::awaitable<void> wait_idle();
  asio::awaitable<void> stop();
  void take(std::uint64_t number, Session::Event event);
  void take_delivery(std::uint64_t number, Session::Delivered delivered);
  asio::awaitable<void> tell(std::uint64_t number, std::uint64_t delivery, std::optional<Receipt> receipt, sms::Message message, Telling counted);
  asio::awaitable<SendResult> submit(SecretBuffer to, SecretBuffer from, SecretBuffer text);
  asio::awaitable<std::optional<Session::Submitted>> submit_part(const Pdu& pdu);
  void settle(Session::Submitted submitted);

  asio::io_context& context;
  ConnectTo address;
  std::string system_id;
  std::string system_type;
  DefaultAlphabet alphabet = DefaultAlphabet::gsm7;
  std::string region;
  crypto::LockedKey password;
  ClientHooks hooks;
  ClientOptions options;
  Redelivery redelivery;
  asio::cancellation_signal connecting;
  asio::steady_timer pause;                            ///< between connections
  asio::steady_timer idle;                             ///< cancelled when nothing is being delivered any more
  asio::steady_timer room;                             ///< cancelled when an answer has come
  std::shared_ptr<Link> link;
  std::uint64_t links = 0;
  Time bound_at{};
  bool refused = false;
  std::map<std::uint32_t, std::shared_ptr<Waiter>> waiters;   ///< of this link
  std::size_t telling = 0;                             ///< as many as there are of Telling
  bool stopping = false;
  std::atomic<bool> bound{false};
};

Outcome<std::unique_ptr<Client>> Client::create(asio::io_context& context, const SmppSettings& settings, std::string_view region,
                                                ClientHooks hooks, const Clock& clock, ClientOptions options) {
  const auto alphabet = default_alphabet(settings.charset);
  if (!alphabet) return Problem{"charset is none of gsm-7, ascii, latin-1"};
  if (settings.host.empty() || settings.port == 0) return Problem{"host or port is missing; write where the operator's centre is"};
  Bind bind;
  bind.system_id = SecretBuffer(settings.system_id);
  bind.password = SecretBuffer(settings.password.reveal());
  bind.system_type = SecretBuffer(settings.system_type);
  if (bind.system_id.empty() || !write(Pdu{Command::bind_transceiver, Status::ok, 1, std::move(bind)})) {
    return Problem{"system_id takes 1 to 15 bytes, password at most 8, system_type at most 12, none of them zero"};
  }
  if (settings.tls && !options.tls) {
    auto tls = http::make_client_tls({});
    if (!tls) return tls.error();
    options.tls = std::move(*tls);
  }
  auto password = crypto::LockedKey::create(as_bytes(settings.password.reveal()));
  if (!password) return Problem{"no locked memory for the password; raise the lock limit"};
  const auto connect_within = options.connect_within;
  auto parts = std::make_shared<Parts>(context, std::move(*password), std::move(hooks), clock, std::move(options));
  parts->address = {settings.host, settings.port, settings.tls ? parts->options.tls : nullptr, connect_within};
  parts->system_id = settings.system_id;
  parts->system_type = settings.system_type;
  parts->alphabet = *alphabet;
  parts->region = region;
  return std::unique_ptr<Client>(new Client(std::move(parts)));
}

Client::Client(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;

asio::awaitable<void> Client::run() {
  const std::shared_ptr<Parts> parts = parts_;
  co_await parts->run();
}

bool Client::bound() const noexcept { return parts_->bound.load(); }

void Client::stop() {
  asio::post(parts_->context, [parts = parts_] {
    if (parts->stopping) return;
    parts->stopping = true;
    parts->pause.cancel();
    parts->connecting.emit(asio::cancellation_type::terminal);
    asio::co_spawn(parts->context, [](std::shared_ptr<Parts> kept) -> asio::awaitable<void> { co_await kept->stop(); }(parts), asio::detached);
  });
}

asio::awaitable<SendResult> Client::submit(SecretBuffer to, SecretBuffer from, SecretBuffer text) {
  const std::shared_ptr<Parts> parts = parts_;
  // A named coroutine: its arguments are in its frame before it changes threads.
  auto work = parts->submit(std::move(to), std::move(from), std::move(text));
  SendResult result = co_await asio::co_spawn(parts->context, std::move(work), asio::use_awaitable);
  co_return result;
}

asio::awaitable<void> Client::Parts::run() {
  const auto stopped = [this] { return stopping; };
  auto wait = options.pause_min;
  while (!stopping) {
    refused = false;
    bound_at = Time::max();
    Result<std::shared_ptr<http::Transport>> transport = make_error_code(Errc::closed);
    try {
      auto work = connect(context, address, stopped);
      transport = co_await asio::co_spawn(context, std::move(work), asio::bind_cancellation_slot(connecting.slot(), asio::use_awaitable));
    } catch (...) {
      // stop() says so, or memory ran out.
    }
    if (transport) {
      try {
        co_await serve(std::move(*transport));
      } catch (...) {
        // Memory ran out: this link only, not every one that comes after it.
        log_event(LogLevel::error, "smpp_link_failed");
      }
      end_link();
    } else if (!stopping) {
      log_event(LogLevel::warning, "smpp_not_connected", {{"error", transport.error()}});
    }
    if (stopping) break;
    if (bound_at != Time::max() && now() - bound_at >= good_link) wait = options.pause_min;
    // A wrong password does not become right, and some operators lock whoever tries it often.
    if (refused) wait = options.pause_max;
    // Not all together with others whose line broke at the same moment.
    ByteArray<1> jitter{};
    crypto::random_bytes(jitter);
    pause.expires_after(wait - wait * jitter[0] / 1024);
    try {
      co_await pause.async_wait(as_outcome);
    } catch (...) {
      // Without memory for it, then at once.
    }
    wait = std::min(wait * 2, options.pause_max);
  }
  co_await wait_idle();
}

asio::awaitable<void> Client::Parts::serve(std::shared_ptr<http::Transport> transport) {
  Bind bind;
  bind.system_id = SecretBuffer(system_id);
  bind.password = SecretBuffer(password.reveal());
  bind.system_type = SecretBuffer(system_type);
  auto session = Session::create(bind, options.session, now());
  if (!session) co_return;
  const std::uint64_t number = ++links;
  link = std::make_shared<Link>(context, std::move(transport), std::move(*session), [this, number](Session::Event event) {
    take(number, std::move(event));
  });
  const std::shared_ptr<Link> served = link;
  if (stopping) served->session().end();
  co_await served->serve();
}

/// However it came: nobody waits for an answer any more.
void Client::Parts::end_link() noexcept {
  bound = false;
  link.reset();
  room.cancel();
  for (const auto& [request, waiter] : waiters) {
    waiter->outcome.emplace();   // no status: nobody knows
    waiter->done.cancel();
  }
  waiters.clear();
}

asio::awaitable<void> Client::Parts::wait_idle() {
  while (telling > 0) co_await idle.async_wait(as_outcome);
}

asio::awaitable<void> Client::Parts::stop() {
  const std::shared_ptr<Parts> kept = shared_from_this();
  const Time until = now() + options.stop_within;
  while (telling > 0 && now() < until) {
    asio::steady_timer poll(context, std::chrono::milliseconds(20));
    co_await poll.async_wait(as_outcome);
  }
  if (!link) co_return;
  link->session().unbind(now());
  link->pump();
}

void Client::Parts::take(std::uint64_t number, Session::Event event) {
  if (std::holds_alternative<Session::Bound>(event)) {
    bound = true;
    bound_at = now();
    redelivery.on_bound(bound_at);
    log_event(LogLevel::info, "smpp_bound");
  } else if (const auto* no = std::get_if<Session::BindRefused>(&event)) {
    // One that is bound already is our own last link, which the operator has not missed yet.
    refused = no->status != Status::already_bound && kind_of(no->status) == SendResult::Kind::refused;
    log_event(LogLevel::error, "smpp_bind_refused", {{"command_status", static_cast<std::uint32_t>(no->status)}});
  } else if (auto* delivered = std::get_if<Session::Delivered>(&event)) {
    take_delivery(number, std::move(*delivered));
  } else if (auto* submitted = std::get_if<Session::Submitted>(&event)) {
    settle(std::move(*submitted));
  } else if (const auto* read = std::get_if<Session::AnswersRead>(&event)) {
    for (const std::uint64_t delivery : read->deliveries) redelivery.on_read(delivery);
  } else if (const auto* closed = std::get_if<Session::Closed>(&event)) {
    bound = false;
    if (!stopping) log_event(LogLevel::warning, "smpp_link_ended", {{"reason", make_error_code(closed->reason)}});
  }
}

void Client::Parts::take_delivery(std::uint64_t number, Session::Delivered delivered) {
  std::optional<Receipt> receipt;
  sms::Message message;
  if (delivered.message) receipt = read_receipt(*delivered.message, alphabet);
  if (!receipt) {
    const Bytes pdu = delivered.pdu.reveal();
    const bool is_receipt = delivered.message && (delivered.message->esm_class & esm_type) == esm_type_receipt;
    if (delivered.message) {
      message = read_message(*delivered.message, alphabet, region, pdu, !delivered.fault && !is_receipt);
    } else {
      message.flags.emplace_back("unreadable");
      message.raw = SecretBuffer(pdu);
    }
    const ShortMessage* whole = delivered.message && !delivered.fault ? &*delivered.message : nullptr;
    message.dedupe = redelivery.key_of(whole, pdu, delivered.delivery, now());
  }
  if (delivered.fault) {
    log_event(LogLevel::warning, "smpp_malformed", {{"command_status", static_cast<std::uint32_t>(*delivered.fault)}});
  }
  auto work = tell(number, delivered.delivery, std::move(receipt), std::move(message), Telling(shared_from_this()));
  asio::co_spawn(context, std::move(work), asio::detached);
}

/// The last parameter is in its frame, and with it the Parts.
asio::awaitable<void> Client::Parts::tell(std::uint64_t number, std::uint64_t delivery, std::optional<Receipt> receipt, sms::Message message, Telling) {
  const bool is_receipt = receipt.has_value();
  bool told = false;
  try {
    if (is_receipt && !hooks.report) {
      told = true;
    } else if (is_receipt) {
      const Result<void> result = co_await hooks.report(std::move(*receipt));
      told = result || result.error() == make_error_code(Errc::not_found) || result.error() == make_error_code(Errc::duplicate);
    } else {
      const Result<void> result = co_await hooks.deliver(std::move(message));
      told = result || result.error() == make_error_code(Errc::duplicate);
    }
  } catch (const std::exception&) {
    log_event(LogLevel::error, "smpp_delivery_failed");
  }
  // The link may be another by now; what it did not get answered comes again.
  if (link && links == number && !link->session().closed()) {
    link->session().answer(delivery, told ? Status::ok : Status::temporary_fault, now());
    if (!is_receipt) redelivery.on_answered(delivery, told, now());
    link->pump();
  }
}

void Client::Parts::settle(Session::Submitted submitted) {
  room.cancel();
  const auto found = waiters.find(submitted.request);
  if (found == waiters.end()) return;
  found->second->outcome = std::move(submitted);
  found->second->done.cancel();
  waiters.erase(found);
}

/// Nothing: it was not handed over, for sure.
asio::awaitable<std::optional<Session::Submitted>> Client::Parts::submit_part(const Pdu& pdu) {
  const Time until = now() + options.session.answer_within;
  for (;;) {
    if (stopping || !link || !link->session().bound() || now() >= until) co_return std::nullopt;
    if (!link->session().window_full()) break;
    room.expires_at(std::min(until, now() + std::chrono::milliseconds(200)));
    co_await room.async_wait(as_outcome);
  }
  const std::shared_ptr<Link> used = link;
  const auto request = used->session().submit(pdu, now());
  if (!request) {
    Session::Submitted bad;
    bad.status = request.error() == make_error_code(Errc::too_large) ? Status::bad_message_length : Status::bad_destination;
    co_return bad;
  }
  const auto waiter = std::make_shared<Waiter>(context);
  waiters[*request] = waiter;
  used->pump();
  while (!waiter->outcome) co_await waiter->done.async_wait(as_outcome);
  co_return std::move(waiter->outcome);
}

asio::awaitable<SendResult> Client::Parts::submit(SecretBuffer to, SecretBuffer from, SecretBuffer text) {
  const std::shared_ptr<Parts> kept = shared_from_this();
  SendResult result;
  const auto hash = crypto::blake2b({to.reveal(), text.reveal()});
  auto split = split_text(text.reveal_text(), alphabet, hash.front());
  if (!split) {
    result.kind = SendResult::Kind::refused;
    result.reason = SendResult::Reason::content;
    co_return result;
  }
  bool some_taken = false;
  for (SecretBuffer& part : split->parts) {
    ShortMessage message;
    message.source = address_of(from.reveal_text());
    message.destination = address_of(to.reveal_text());
    message.esm_class = split->headers ? esm_header : std::uint8_t{0};
    message.registered_delivery = receipt_wanted;
    message.data_coding = split->data_coding;
    message.text = std::move(part);
    const Pdu pdu{Command::submit_sm, Status::ok, 0, std::move(message)};
    for (std::size_t tries = 0;; ++tries) {
      auto submitted = co_await submit_part(pdu);
      result.kind = SendResult::Kind::later;
      result.status = 0;
      if (submitted && !submitted->status) {
        result.kind = SendResult::Kind::unknown;
      } else if (submitted) {
        result.status = static_cast<std::uint32_t>(*submitted->status);
        result.kind = kind_of(*submitted->status);
        result.reason = reason_of(*submitted->status);
      }
      if (result.kind == SendResult::Kind::accepted && !submitted->id.empty()) result.ids.push_back(std::move(submitted->id));
      if (result.kind != SendResult::Kind::later || !some_taken || tries == options.part_pauses.size()) break;
      asio::steady_timer breath(context, options.part_pauses[tries]);
      co_await breath.async_wait(as_outcome);
    }
    if (result.kind != SendResult::Kind::accepted) break;
    some_taken = true;
  }
  // Given again, its beginning would reach the phone again, each time.
  if (result.kind == SendResult::Kind::later && some_taken) result.kind = SendResult::Kind::unknown;
  co_return result;
}

}  // namespace hotline::smpp
