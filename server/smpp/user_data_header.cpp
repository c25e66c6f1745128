#include "server/smpp/user_data_header.hpp"

namespace hotline::smpp {

namespace {

constexpr Byte part_of_8_bits = 0x00;
constexpr Byte part_of_16_bits = 0x08;
constexpr Byte national_single_shift = 0x24;
constexpr Byte national_locking_shift = 0x25;

void read_part(std::uint16_t reference, Bytes counts, UserDataHeader& header) {
  const std::uint8_t count = counts[0];
  const std::uint8_t number = counts[1];
  if (number == 0 || number > count) {
    header.sound = false;
    return;
  }
  header.part.reset();
  if (count > 1) header.part = Concatenation{reference, count, number};
}

}  // namespace

UserDataHeader read_user_data_header(Bytes user_data) noexcept {
  UserDataHeader header;
  if (user_data.empty() || user_data[0] >= user_data.size()) {
    header.sound = false;
    return header;
  }
  Bytes left = user_data.subspan(1, user_data[0]);
  header.size = left.size() + 1;
  while (!left.empty()) {
    if (left.size() < 2 || left[1] > left.size() - 2) {
      header.sound = false;
      break;
    }
    const Byte element = left[0];
    const Bytes value = left.subspan(2, left[1]);
    left = left.subspan(2 + value.size());
    if (element == part_of_8_bits && value.size() == 3) {
      read_part(value[0], value.subspan(1), header);
    } else if (element == part_of_16_bits && value.size() == 4) {
      read_part(static_cast<std::uint16_t>(value[0] << 8 | value[1]), value.subspan(2), header);
    } else if (element == part_of_8_bits || element == part_of_16_bits) {
      header.sound = false;
    } else if (element == national_single_shift || element == national_locking_shift) {
      header.other_alphabet = true;
    }
  }
  return header;
}

}  // namespace hotline::smpp
