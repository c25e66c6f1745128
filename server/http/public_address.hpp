#pragma once

#include <boost/asio/ip/address.hpp>

namespace hotline::http {

/// Whether an address is one of the public internet: what anybody there may be told to connect to. Not so: this machine, private and
/// shared networks, links, multicast, documentation, addresses that hold another one (mapped, NAT64, 6to4, Teredo), and those where clouds
/// answer questions about the machine. After the special-purpose registries of IANA (RFC 6890). Pure.
bool is_public_address(const boost::asio::ip::address& address) noexcept;

}  // namespace hotline::http
