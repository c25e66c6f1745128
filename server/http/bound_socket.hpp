#pragma once

#include "config/error.hpp"
#include "config/listen_address.hpp"

namespace hotline::http {

/// A listening socket, not yet given to anybody. Closes itself.
class BoundSocket {
 public:
  /// TCP with SO_REUSEADDR, or a Unix socket of mode 0660. The line says what stands in the way.
  static Outcome<BoundSocket> create(const ListenAddress& address);
  /// Removes the file of a Unix socket that no program answers on any more, as create() does. To be called before the process gives up
  /// connecting to others, by which alone it can tell. Nothing is done for TCP.
  static Outcome<void> remove_stale(const ListenAddress& address);
  /// One that another program opened and handed over: a service manager, mostly. Takes the descriptor; refused when it is not a
  /// listening TCP or Unix stream socket. A Unix socket's file is left to who made it.
  static Outcome<BoundSocket> adopt(int descriptor);
  BoundSocket(BoundSocket&& other) noexcept;
  BoundSocket& operator=(BoundSocket&&) = delete;
  ~BoundSocket();

  int family() const noexcept { return family_; }
  /// With the port that the system chose when 0 was asked for.
  const ListenAddress& address() const noexcept { return address_; }
  /// Whether the socket's file was made here, and is to be removed here.
  bool owns_file() const noexcept { return owns_file_; }
  /// Gives the descriptor away.
  int release() noexcept;

 private:
  BoundSocket(int descriptor, int family, ListenAddress address);
  int descriptor_;
  int family_;
  ListenAddress address_;
  bool owns_file_ = false;
};

}  // namespace hotline::http
