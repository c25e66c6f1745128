#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <optional>

namespace hotline::smpp {

/// Which part of a long text a message is, as its header says (3GPP TS 23.040, sections 9.2.3.24.1 and 9.2.3.24.8).
struct Concatenation {
  std::uint16_t reference = 0;     ///< 8 or 16 bits
  std::uint8_t count = 0;          ///< 2 and more
  std::uint8_t number = 0;         ///< from 1
};

/// What stands in front of the text when esm_class says so (3GPP TS 23.040, section 9.2.3.24).
struct UserDataHeader {
  std::size_t size = 0;            ///< bytes before the text; 0 when it claims to be longer than all there is
  std::optional<Concatenation> part;
  bool sound = true;               ///< false: an element does not fit the header, or a part's numbers contradict each other
  bool other_alphabet = false;     ///< asks for a national shift table, which the GSM alphabet without it cannot replace
};

/// Elements that are not known are passed over; of two that say which part it is, the last counts, as the section asks. Any thread.
UserDataHeader read_user_data_header(Bytes user_data) noexcept;

}  // namespace hotline::smpp
