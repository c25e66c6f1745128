#include "config/log.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace hotline::http {
namespace {

using std::chrono::milliseconds;

class Pressure : public ServerTest {
 protected:
  static Limits quick() {
    Limits limits;
    limits.header_deadline = milliseconds(1000);
    limits.body_grace = milliseconds(1000);
    limits.idle_deadline = milliseconds(1000);
    limits.write_deadline = milliseconds(1000);
    limits.drain_deadline = milliseconds(1000);
    return limits;
  }
};

/// Memory of this process that is in use, in bytes.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t pages = 0;
  file >> all >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void allow_descriptors(rlim_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(std::max(limit.rlim_cur, wanted), limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(Pressure, ASilentConnectionEnds) {
  start(quick());
  RawClient client = connect();
  EXPECT_TRUE(client.ended());
  RawClient idle = connect();
  idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(idle.receive()->body, "hello");
  EXPECT_TRUE(idle.ended());
}

TEST_F(Pressure, AHeaderThatDoesNotComeIsGivenUp) {
  start(quick());
  RawClient client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: ");
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
  EXPECT_TRUE(has_security_headers(*response));
  EXPECT_TRUE(client.ended());
}

TEST_F(Pressure, AHeaderThatTricklesIsGivenUp) {
  start(quick());
  RawClient client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: ");
  // Each byte comes well within the deadline; only their sum does not.
  while (client.send("y") && !client.answered_within(milliseconds(20))) {
  }
  EXPECT_EQ(client.receive()->status, 408);
}

TEST_F(Pressure, ABodyThatDoesNotComeIsGivenUp) {
  start(quick());
  for (const char* framing : {"Content-Length: 100\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"}) {
    RawClient client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 408);
    EXPECT_TRUE(client.ended());
  }
}

TEST_F(Pressure, ABodyThatTricklesIsGivenUp) {
  start(quick());
  RawClient client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  while (client.send("y") && !client.answered_within(milliseconds(20))) {
  }
  EXPECT_EQ(client.receive()->status, 408);
}

TEST_F(Pressure, AQuickStartBuysNoLongSilence) {
  start(quick());
  RawClient client = connect();
  // At 64 KiB a piece, saving up a second for each would buy more silence than this client bears.
  client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n" + std::string(7999999, 'b'));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 422);  // the handler's word for a body that failed
  EXPECT_TRUE(client.ended());
}

TEST_F(Pressure, AReaderWhoDoesNotReadIsGivenUp) {
  start(quick());
  RawClient client = connect();
  // More answers than socket buffers hold, and not one read until the server has given up and sending fails.
  std::string many;
  for (int i = 0; i < 50; ++i) many += "GET /source HTTP/1.1\r\nHost: a\r\n\r\n";
  while (client.send(many)) {
  }
  EXPECT_LT(client.receive_all().size(), 300000U * 50 * 100);
}

TEST_F(Pressure, TwoThousandIdleConnectionsDoNotStopAnHonestOne) {
  allow_descriptors(6000);
  start();
  EXPECT_EQ(get("/hello").body, "hello");
  const std::size_t before = resident();
  std::vector<RawClient> idle;
  idle.reserve(2000);
  for (int i = 0; i < 1000; ++i) idle.push_back(connect());
  for (int i = 0; i < 500; ++i) {
    idle.push_back(connect());
    idle.back().send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  for (int i = 0; i < 500; ++i) {
    idle.push_back(connect());
    idle.back().send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Len");
  }
  for (std::size_t i = 1000; i < 1500; ++i) EXPECT_EQ(idle[i].receive()->body, "hello");
  EXPECT_EQ(get("/hello").body, "hello");
  EXPECT_EQ(get("/").body.size(), 10240U);
#ifndef HOTLINE_SANITIZED
  EXPECT_LT(resident() - before, 40U * 1024 * 1024);
#else
  static_cast<void>(before);
#endif
}

TEST_F(Pressure, AFullServerWaitsForAPlace) {
  Limits limits;
  limits.connections_max = 3;
  start(limits);
  std::vector<RawClient> busy;
  for (int i = 0; i < 3; ++i) {
    busy.push_back(connect());
    busy.back().send("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  gate_.wait_for(3);
  RawClient next = connect();  // the kernel takes it; the server does not yet
  next.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(server_->connections(), 3U);
  EXPECT_EQ(requests_, 0);
  gate_.open();
  EXPECT_EQ(next.receive()->body, "hello");
  for (RawClient& client : busy) EXPECT_EQ(client.receive()->body, "waited");
}

TEST_F(Pressure, AFullServerLetsTheLongestIdleGo) {
  Limits limits;
  limits.connections_max = 3;
  limits.idle_deadline = std::chrono::minutes(10);
  start(limits);
  std::vector<RawClient> idle;
  for (int i = 0; i < 3; ++i) {
    idle.push_back(connect());
    idle.back().send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(idle.back().receive()->body, "hello");
  }
  EXPECT_EQ(get("/hello").body, "hello");  // the one that was idle longest makes room
}

TEST_F(Pressure, AFullServerLetsTheSlowestGo) {
  Limits limits;
  limits.connections_max = 32;
  limits.header_deadline = limits.body_grace = std::chrono::minutes(1);
  start(limits);
  const std::string half(1'000'000, 'x');
  RawClient quick(address_, "127.0.0.100");
  quick.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + half);
  // Of many addresses with three connections each, none idle.
  std::vector<RawClient> slow;
  for (std::size_t i = 1; i < limits.connections_max; ++i) {
    slow.emplace_back(address_, "127.0.0." + std::to_string(1 + i / 3));
    slow.back().send(i % 2 == 0 ? "GET /hello HTTP/1.1\r\nHost: " : "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\nx");
  }
  RawClient honest(address_, "127.0.0.200");
  honest.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto response = honest.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
  quick.send(half);
  EXPECT_EQ(quick.receive()->body, "2000000") << "who sends well goes on";
}

TEST_F(Pressure, RunsOutOfDescriptorsAndRecovers) {
  start();
  EXPECT_EQ(get("/hello").body, "hello");
  std::vector<RawClient> waiting;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  waiting.reserve(5);
  RawClient probe = connect();
  probe.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(probe.receive()->body, "hello");
  // UBSan opens a pipe when it first sees an object of some type; so it must see this one while there are descriptors.
  static_cast<void>(LogValue(boost::system::error_code(EMFILE, boost::system::system_category())));
  // The clients have descriptors; the server gets none for the other ends, as the limit is where the next number would be.
  std::vector<int> own;
  for (int i = 0; i < 5; ++i) own.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int free_number = ::dup(0);
  ::close(free_number);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(free_number);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(address_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  for (const int client : own) {
    ASSERT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(::send(client, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  }
  // The open connection is served all the same.
  probe.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(probe.receive()->body, "hello");
  EXPECT_EQ(requests_, 3);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  const timeval patience{20, 0};
  for (const int client : own) {
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    char first[12];
    EXPECT_EQ(::recv(client, first, sizeof(first), MSG_WAITALL), static_cast<ssize_t>(sizeof(first)));
    EXPECT_EQ(std::string_view(first, sizeof(first)), "HTTP/1.1 200");
    ::close(client);
  }
}

TEST_F(Pressure, StoppingLetsRequestsFinishAndEndsIdleConnections) {
  start();
  // One at least on each io thread, which take turns: each thread hears by itself that it is to stop.
  std::vector<RawClient> idle;
  for (int i = 0; i < 4; ++i) {
    idle.push_back(connect());
    idle.back().send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(idle.back().receive()->body, "hello");
  }
  RawClient busy = connect();
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  gate_.wait_for(1);
  std::thread stopping([this] { server_->stop(); });
  for (RawClient& client : idle) EXPECT_TRUE(client.ended());
  EXPECT_THROW(
      {
        for (;;) connect();  // until the listener has closed its socket
      },
      std::runtime_error);
  gate_.open();
  const auto response = busy.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "waited");
  EXPECT_EQ(response->headers.at("connection"), "close");
  EXPECT_TRUE(busy.ended());
  stopping.join();
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Pressure, SeveralBeginToStopBeforeOneIsWaitedFor) {
  start();
  RawClient idle = connect();
  idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(idle.receive()->body, "hello");
  RawClient busy = connect();
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  gate_.wait_for(1);
  server_->begin_to_stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_THROW(connect(), std::runtime_error);
  gate_.open();
  EXPECT_EQ(busy.receive()->body, "waited") << "it did not wait for what was at hand";
  server_->stop();
  EXPECT_EQ(server_->connections(), 0U);
  server_->stop();
}

TEST_F(Pressure, StoppingCutsWhatDoesNotEnd) {
  Limits limits;
  limits.stop_deadline = milliseconds(100);
  start(limits);
  RawClient sending = connect();
  sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  EXPECT_EQ(sending.receive()->status, 100);
  server_->stop();
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_FALSE(sending.receive() && sending.receive());
}

TEST_F(Pressure, AHandlerThatNeverEndsIsLeftBehindSafely) {
  Limits limits;
  limits.stop_deadline = milliseconds(50);
  start(limits);
  RawClient client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  gate_.wait_for(1);
  server_->stop();
  EXPECT_TRUE(client.ended());
}

TEST_F(Pressure, ManyClientsAtOnce) {
  start();
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        RawClient client = connect();
        for (int k = 0; k < 5; ++k) {
          client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
          const auto response = client.receive();
          if (response && response->body == "abc") ++answered;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 8 * 20 * 5);
}

}  // namespace
}  // namespace hotline::http
