#include "server/app/service_manager.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hotline::app {
namespace {

using namespace std::chrono_literals;

/// A manager that waits so long for a sign of life; its socket has no file.
class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManagerTest() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof(sa_family_t)), 0);
    socklen_t size = sizeof any;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&any), &size), 0);
    address_ = "@" + std::string(any.sun_path + 1, size - sizeof(sa_family_t) - 1);
  }
  ~ServiceManagerTest() override { ::close(socket_); }
  ServiceManager waiting(const char* microseconds) {
    ::setenv("NOTIFY_SOCKET", address_.c_str(), 1);
    ::setenv("WATCHDOG_USEC", microseconds, 1);
    return ServiceManager();
  }

 private:
  int socket_;
  std::string address_;
};

TEST_F(ServiceManagerTest, OneFailureLeavesTimeForMoreTries) {
  const ServiceManager manager = waiting("120000000");
  EXPECT_EQ(manager.alive_every(), 60s);
  EXPECT_EQ(manager.alive_again_after(true), 60s);
  EXPECT_LE(manager.alive_again_after(false), 10s) << "of the 60 seconds that are left";
}

TEST_F(ServiceManagerTest, WhoWaitsForLittleIsToldAsOften) {
  const ServiceManager manager = waiting("400000");
  EXPECT_EQ(manager.alive_again_after(true), 200ms);
  EXPECT_EQ(manager.alive_again_after(false), 200ms);
}

}  // namespace
}  // namespace hotline::app
