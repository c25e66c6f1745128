#include "server/app/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace hotline::app {
namespace {

std::uint64_t number_in(const char* name) {
  const char* text = std::getenv(name);
  std::uint64_t number = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

/// A socket that is connected to the address, or -1. "@name" is one without a file.
int connect_to(std::string_view address) {
  sockaddr_un target{};
  target.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof(target.sun_path) || (address[0] != '/' && address[0] != '@')) return -1;
  std::memcpy(target.sun_path, address.data(), address.size());
  if (address[0] == '@') target.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  const int made = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made >= 0 && ::connect(made, reinterpret_cast<const sockaddr*>(&target), size) == 0) return made;
  if (made >= 0) ::close(made);
  return -1;
}

}  // namespace

ServiceManager::ServiceManager() {
  if (const char* address = std::getenv("NOTIFY_SOCKET")) socket_ = connect_to(address);
  const std::uint64_t whose = number_in("WATCHDOG_PID");
  if (whose == 0 || whose == static_cast<std::uint64_t>(::getpid())) alive_every_ = std::chrono::microseconds(number_in("WATCHDOG_USEC") / 2);
  for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(variable);
  if (socket_ < 0) alive_every_ = {};
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) + "\n");
}

void ServiceManager::tell(std::string_view lines) const {
  if (socket_ >= 0) static_cast<void>(::send(socket_, lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace hotline::app
