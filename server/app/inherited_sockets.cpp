#include "server/app/inherited_sockets.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hotline::app {
namespace {

constexpr int first_descriptor = 3;
constexpr int sockets_max = 64;

/// The number that an environment variable holds, or -1.
int number_in(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return -1;
  const std::string_view digits(text);
  int number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? number : -1;
}

}  // namespace

Outcome<InheritedSockets> take_inherited_sockets() {
  InheritedSockets sockets;
  const int count = number_in("LISTEN_PID") == static_cast<int>(::getpid()) ? number_in("LISTEN_FDS") : 0;
  const char* given = std::getenv("LISTEN_FDNAMES");
  std::string names = given == nullptr ? "" : given;
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(variable);
  if (count > sockets_max) return Problem{"more than 64 sockets were handed over; give only those of the public and the console listener"};
  for (int i = 0; i < count; ++i) {
    const std::size_t colon = std::min(names.find(':'), names.size());
    const std::string name = names.substr(0, colon);
    names.erase(0, colon + 1);
    auto socket = http::BoundSocket::adopt(first_descriptor + i);
    if (!socket) return socket.error();
    if (name != "public" && name != "console") {
      return Problem{"a socket was handed over that is neither public nor console; set FileDescriptorName=public or =console in its unit"};
    }
    (name == "public" ? sockets.public_sockets : sockets.console_sockets).push_back(std::move(*socket));
  }
  return sockets;
}

}  // namespace hotline::app
