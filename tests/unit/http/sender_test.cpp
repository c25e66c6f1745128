#include "server/http/sender.hpp"

#include "server/http/connection_slots.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <string>
#include <utility>

namespace hotline::http {
namespace {

/// A connected pair of sockets; the server's end sees `from`.
class Connected {
 public:
  Connected(int family, const char* from) {
    sockaddr_storage here{};
    socklen_t size = address(here, family, family == AF_INET ? "127.0.0.1" : "::1");
    const int listening = ::socket(family, SOCK_STREAM, 0);
    EXPECT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&here), size), 0);
    EXPECT_EQ(::listen(listening, 1), 0);
    EXPECT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&here), &size), 0);
    client_ = ::socket(family, SOCK_STREAM, 0);
    sockaddr_storage mine{};
    const socklen_t mine_size = address(mine, family, from);
    EXPECT_EQ(::bind(client_, reinterpret_cast<sockaddr*>(&mine), mine_size), 0);
    EXPECT_EQ(::connect(client_, reinterpret_cast<sockaddr*>(&here), size), 0);
    server_ = ::accept(listening, nullptr, nullptr);
    EXPECT_GE(server_, 0);
    ::close(listening);
  }
  explicit Connected(std::pair<int, int> pair) : client_(pair.first), server_(pair.second) {}
  Connected(const Connected&) = delete;
  Connected& operator=(const Connected&) = delete;
  ~Connected() {
    ::close(client_);
    ::close(server_);
  }
  int server() const { return server_; }

  static std::pair<int, int> unix_pair() {
    int both[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, both), 0);
    return {both[0], both[1]};
  }

 private:
  static socklen_t address(sockaddr_storage& into, int family, const char* text) {
    into.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
      ::inet_pton(AF_INET, text, &reinterpret_cast<sockaddr_in*>(&into)->sin_addr);
      return sizeof(sockaddr_in);
    }
    ::inet_pton(AF_INET6, text, &reinterpret_cast<sockaddr_in6*>(&into)->sin6_addr);
    return sizeof(sockaddr_in6);
  }
  int client_ = -1;
  int server_ = -1;
};

TEST(Sender, IsOnePerAddressWhateverThePort) {
  SenderKeys keys;
  const Connected one(AF_INET, "127.0.0.1");
  const Connected again(AF_INET, "127.0.0.1");
  const Connected other(AF_INET, "127.77.88.99");
  EXPECT_EQ(keys.of(one.server()), keys.of(again.server()));
  EXPECT_NE(keys.of(one.server()), keys.of(other.server()));
  EXPECT_GE(keys.of(one.server()), senders_begin);
  EXPECT_EQ(sender_group(keys.of(one.server())), keys.of(one.server()));
  EXPECT_FALSE(is_one_connection(keys.of(one.server())));
}

TEST(Sender, IsOnePerCustomersNetwork) {
  const auto told = [](const char* text) {
    sockaddr_storage address{};
    address.ss_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text, &reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr), 1);
    const Bytes bytes = telling_bytes(address);
    return ByteVector(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(told("2001:db8:1:2::3"), told("2001:db8:1:ffff:1::4")) << "who is given 48 bits is one, not 65,536";
  EXPECT_NE(told("2001:db8:1::3"), told("2001:db8:2::3"));
  EXPECT_EQ(told("::ffff:192.0.2.1").size(), 4U);
  EXPECT_NE(told("::ffff:192.0.2.1"), told("::ffff:192.0.2.2"));
}

TEST(Sender, IsAnotherEveryHourAndInEveryProcess) {
  const auto begin = std::chrono::steady_clock::now();
  SenderKeys keys(begin);
  SenderKeys others(begin);
  const Connected one(AF_INET, "127.0.0.1");
  const std::uint64_t first = keys.of(one.server(), begin);
  const std::uint64_t key = keys.current(begin);
  EXPECT_NE(first, others.of(one.server(), begin));
  EXPECT_EQ(first, keys.of(one.server(), begin + std::chrono::minutes(59)));
  EXPECT_EQ(key, keys.current(begin + std::chrono::minutes(59)));
  EXPECT_NE(key, keys.current(begin + std::chrono::minutes(61)));
  EXPECT_NE(first, keys.of(one.server(), begin + std::chrono::minutes(61)));
}

TEST(Sender, OfAUnixSocketIsTheConnection) {
  SenderKeys keys;
  const Connected one(Connected::unix_pair());
  const Connected other(Connected::unix_pair());
  const std::uint64_t first = keys.of(one.server());
  const std::uint64_t second = keys.of(other.server());
  EXPECT_NE(first, second);
  EXPECT_TRUE(is_one_connection(first) && is_one_connection(second));
  EXPECT_EQ(sender_group(first), unix_sockets);
  EXPECT_EQ(sender_group(second), unix_sockets);
  EXPECT_FALSE(is_one_connection(unix_sockets)) << "no connection has the number of all";
}

TEST(Sender, OfNothingIsNotKnown) {
  SenderKeys keys;
  EXPECT_EQ(keys.of(-1), 0U);
  EXPECT_EQ(sender_group(0), 0U);
  EXPECT_FALSE(is_one_connection(0));
}

TEST(ConnectionSlots, KnowsWhoHasMost) {
  ConnectionSlots slots(16);
  EXPECT_EQ(slots.largest().group, 0U);
  EXPECT_FALSE(slots.largest().large);
  EXPECT_TRUE(slots.try_take(7));
  EXPECT_FALSE(slots.largest().large) << "one connection is never many";
  EXPECT_TRUE(slots.try_take(7));
  EXPECT_TRUE(slots.try_take(8));
  EXPECT_EQ(slots.largest().group, 7U);
  EXPECT_TRUE(slots.largest().large);
  slots.give_back(7);
  slots.give_back(7);
  EXPECT_EQ(slots.largest().group, 8U);
  for (std::uint64_t other = 100; other < 115; ++other) EXPECT_TRUE(slots.try_take(other));
  EXPECT_FALSE(slots.try_take(8)) << "full";
  EXPECT_EQ(slots.in_use(), 16U);
}

}  // namespace
}  // namespace hotline::http
