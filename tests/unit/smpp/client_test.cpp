#include "server/smpp/client.hpp"

#include "tests/support/memory_stores.hpp"
#include "tests/support/operator_by_hand.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

namespace hotline::smpp {
namespace {

using namespace std::chrono_literals;

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
    client = Client::create(context, settings, "BZ", {}, clock, std::move(options)).value();
    boost::asio::co_spawn(context, client->run(), boost::asio::detached);
    thread = std::thread([this] { context.run(); });
    by_hand.bind();
    while (!client->bound()) std::this_thread::yield();
  }
  ~SmppClient() override {
    client->stop();
    by_hand.unbind();
    thread.join();
  }
  std::future<SendResult> submit(const std::string& text) {
    return std::async(std::launch::async, [this, text] {
      return test::run_awaitable(client->submit(crypto::SecretBuffer("+5016200001"), crypto::SecretBuffer("555"), crypto::SecretBuffer(std::string_view(text))));
    });
  }

  const std::string two_parts = std::string(200, 'a');
  test::FixedClock clock{1'762'344'000};
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

}  // namespace
}  // namespace hotline::smpp
