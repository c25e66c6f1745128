#pragma once

#include "config/error.hpp"
#include "config/listen_address.hpp"

namespace hotline::http {

/// A listening socket, not yet given to anybody. Closes itself.
class BoundSocket {
 public:
  /// TCP with SO_REUSEADDR, or a Unix socket of mode 0660. The line says what stands in the way.
  static Outcome<BoundSocket> create(const ListenAddress& address);
  BoundSocket(BoundSocket&& other) noexcept;
  BoundSocket& operator=(BoundSocket&&) = delete;
  ~BoundSocket();

  int family() const noexcept { return family_; }
  /// With the port that the system chose when 0 was asked for.
  const ListenAddress& address() const noexcept { return address_; }
  /// Gives the descriptor away.
  int release() noexcept;

 private:
  BoundSocket(int descriptor, int family, ListenAddress address);
  int descriptor_;
  int family_;
  ListenAddress address_;
};

}  // namespace hotline::http
