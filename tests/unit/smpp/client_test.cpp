#include "server/smpp/client.hpp"

#include "tests/support/operator_by_hand.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <new>
#include <string>
#include <thread>

namespace hotline::smpp {
namespace {

using namespace std::chrono_literals;

/// Fails once when told to, as anything may that needs memory.
class FaultyClock final : public Clock {
 public:
  std::int64_t now() const override {
    if (fails.exchange(false)) throw std::bad_alloc();
    return 1'762'344'000;
  }
  mutable std::atomic<bool> fails = false;
};

class SmppClient : public ::testing::Test {
 protected:
  SmppClient() {
    SmppSettings settings;
    settings.host = "127.0.0.1";
    settings.port = by_hand.port();
    settings.system_id = "hotline";
    settings.password = SettingSecret("secret");
    ClientOptions options;
    options.part_pauses = {1ms, 1ms};
    options.pause_min = 1ms;
    ClientHooks hooks;
    hooks.deliver = [this](sms::Message) -> boost::asio::awaitable<Result<void>> {
      if (told.exchange(true)) co_return Result<void>();
      throw NotCaught();
    };
    client = Client::create(context, settings, "BZ", std::move(hooks), clock, std::move(options)).value();
    boost::asio::co_spawn(context, client->run(), boost::asio::detached);
    thread = std::thread([this] { context.run(); });
    bind();
  }
  ~SmppClient() override {
    client->stop();
    by_hand.unbind();
    thread.join();
  }
  void bind() {
    by_hand.bind();
    while (!client->bound()) std::this_thread::yield();
  }
  std::future<SendResult> submit(const std::string& text) {
    return std::async(std::launch::async, [this, text] {
      return test::run_awaitable(client->submit(crypto::SecretBuffer("+5016200001"), crypto::SecretBuffer("555"), crypto::SecretBuffer(std::string_view(text))));
    });
  }

  /// What nobody who tells of a text is ready for: it stands for memory that runs out wherever it may.
  struct NotCaught {};

  std::atomic<bool> told = false;
  const std::string two_parts = std::string(200, 'a');
  FaultyClock clock;
  boost::asio::io_context context{1};
  test::OperatorByHand by_hand;
  std::unique_ptr<Client> client;
  std::thread thread;
};

TEST_F(SmppClient, APartThatIsNotTakenAtOnceIsGivenAgain) {
  auto result = submit(two_parts);
  by_hand.take_submit(Status::ok, "1");
  by_hand.take_submit(Status::throttled);
  by_hand.take_submit(Status::ok, "2");
  const SendResult sent = result.get();
  EXPECT_EQ(sent.kind, SendResult::Kind::accepted);
  EXPECT_EQ(sent.ids.size(), 2U);
}

TEST_F(SmppClient, ATextOfWhichAPartWasTakenIsNeverCalledNotTaken) {
  auto result = submit(two_parts);
  by_hand.take_submit(Status::ok);   // without an id, too
  for (int tries = 0; tries < 3; ++tries) by_hand.take_submit(Status::submit_failed);
  const SendResult sent = result.get();
  EXPECT_EQ(sent.kind, SendResult::Kind::unknown) << "given again, its beginning would reach the phone again";
  EXPECT_EQ(sent.status, static_cast<std::uint32_t>(Status::submit_failed));
}

TEST_F(SmppClient, ATextOfWhichNothingWasTakenIsGivenAgainAsAWhole) {
  auto result = submit(two_parts);
  by_hand.take_submit(Status::queue_full);
  EXPECT_EQ(result.get().kind, SendResult::Kind::later);
}

TEST_F(SmppClient, ALinkThatFailsIsFollowedByAnotherAndNobodyWaitsOnIt) {
  auto result = submit("a");
  ASSERT_EQ(by_hand.read().command, Command::submit_sm);   // never answered
  clock.fails = true;
  by_hand.begin_delivery("hola");
  EXPECT_EQ(result.get().kind, SendResult::Kind::unknown);
  bind();
  result = submit("b");
  by_hand.take_submit(Status::ok, "1");
  EXPECT_EQ(result.get().kind, SendResult::Kind::accepted);
}

TEST_F(SmppClient, ADeliveryThatEndsByAnExceptionDoesNotHoldUpTheEnd) {
  by_hand.begin_delivery("hola");
  while (!told) std::this_thread::yield();
  // The end is in the destructor: it waits for what is being delivered, and nothing is.
}

}  // namespace
}  // namespace hotline::smpp
