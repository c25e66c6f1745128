#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

namespace hotline::app {

/// Tells the service manager how the process is: sd_notify(3), datagrams of "NAME=value" lines to the Unix socket that NOTIFY_SOCKET names.
/// Without such a socket every call does nothing. A message that is not taken is lost; nobody waits for it. One thread.
class ServiceManager {
 public:
  /// Connects, and removes the variables from the environment. Before the process is confined.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  void ready() const { tell("READY=1\nSTATUS=serving\n"); }
  void waiting_for_desk() const { tell("READY=1\nSTATUS=waiting for a desk: hotline init gives a link, or hotline desk create\n"); }
  /// Certificates are read again; reloaded() follows.
  void reloading() const;
  void reloaded() const { tell("READY=1\n"); }
  void stopping() const { tell("STOPPING=1\nSTATUS=stopping\n"); }
  /// A sign of life. Without one within the manager's time the process is killed and started anew.
  void alive() const { tell("WATCHDOG=1\n"); }
  /// How often a sign of life is due: half of what the manager waits; 0 when it does not wait for any.
  std::chrono::microseconds alive_every() const noexcept { return alive_every_; }
  /// When to try again after a try. One that failed is followed by others soon: half of the time later, the whole is over, and a server whose disk
  /// refused once is killed for it.
  std::chrono::microseconds alive_again_after(bool alive) const noexcept { return alive ? alive_every_ : std::min(alive_every_, retry_after); }

 private:
  static constexpr std::chrono::microseconds retry_after = std::chrono::seconds(5);

  void tell(std::string_view lines) const;

  int socket_ = -1;
  std::chrono::microseconds alive_every_{0};
};

}  // namespace hotline::app
