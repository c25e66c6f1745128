#include "server/http/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hotline::http {

namespace {

struct Net4 {
  std::uint32_t base;
  unsigned bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) { return a << 24 | b << 16 | c << 8 | d; }

constexpr std::array not_public_v4{
    Net4{v4(0, 0, 0, 0), 8},         // this network
    Net4{v4(10, 0, 0, 0), 8},        // private
    Net4{v4(100, 64, 0, 0), 10},     // shared by an operator's customers; a cloud's metadata
    Net4{v4(127, 0, 0, 0), 8},       // this machine
    Net4{v4(168, 63, 129, 16), 32},  // Azure's metadata
    Net4{v4(169, 254, 0, 0), 16},    // the link; most clouds' metadata
    Net4{v4(172, 16, 0, 0), 12},     // private
    Net4{v4(192, 0, 0, 0), 24},      // protocols; Oracle's metadata
    Net4{v4(192, 0, 2, 0), 24},      // documentation
    Net4{v4(192, 88, 99, 0), 24},    // 6to4 relays
    Net4{v4(192, 168, 0, 0), 16},    // private
    Net4{v4(198, 18, 0, 0), 15},     // benchmarks
    Net4{v4(198, 51, 100, 0), 24},   // documentation
    Net4{v4(203, 0, 113, 0), 24},    // documentation
    Net4{v4(224, 0, 0, 0), 3},       // multicast, reserved, broadcast
};

struct Net6 {
  std::uint64_t base;   // the first 64 bits, which are enough for all of these
  unsigned bits;
};

constexpr Net6 global_v6{0x2000'0000'0000'0000, 3};
constexpr std::array not_public_v6{
    Net6{0x2001'0000'0000'0000, 23},   // protocols: Teredo, benchmarks, ORCHID
    Net6{0x2001'0db8'0000'0000, 32},   // documentation
    Net6{0x2002'0000'0000'0000, 16},   // 6to4
    Net6{0x3fff'0000'0000'0000, 20},   // documentation
};

bool in(std::uint32_t address, const Net4& net) noexcept { return (address ^ net.base) >> (32 - net.bits) == 0; }
bool in(std::uint64_t address, const Net6& net) noexcept { return (address ^ net.base) >> (64 - net.bits) == 0; }

}  // namespace

bool is_public_address(const boost::asio::ip::address& address) noexcept {
  if (address.is_v4()) {
    const std::uint32_t number = address.to_v4().to_uint();
    return std::none_of(not_public_v4.begin(), not_public_v4.end(), [&](const Net4& net) { return in(number, net); });
  }
  const auto bytes = address.to_v6().to_bytes();
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return in(number, global_v6) && std::none_of(not_public_v6.begin(), not_public_v6.end(), [&](const Net6& net) { return in(number, net); });
}

}  // namespace hotline::http
