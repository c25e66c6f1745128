#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>

namespace hotline {

/// What can be expected to go wrong. Starts at 1: an error_code of 0 means success.
/// The message of each names what to do and never contains input.
enum class Errc {
  malformed = 1,        ///< the input does not follow its format
  too_large,            ///< a bound in config/limits.hpp was passed
  wrong_key,            ///< none of the given keys opens this (age: "no match")
  authentication_failed,///< a MAC, tag, signature or checksum does not hold
  unsupported,          ///< a well-formed thing of a kind that we do not take
  not_found,
  conflict,             ///< something of that name or key is there already
  duplicate,            ///< the same thing was accepted before; nothing was stored twice
  forbidden,            ///< known, but not allowed to do this
  busy,                 ///< a queue or pool is full: try again
  storage_full,         ///< no space left
  storage_failed,       ///< a read, write or sync failed; nothing was acknowledged
  corrupt,              ///< stored data contradicts itself
  out_of_memory,        ///< locked or ordinary memory could not be had
  timed_out,
  closed,               ///< the other side ended the connection, or we are stopping
};

const boost::system::error_category& hotline_category() noexcept;
boost::system::error_code make_error_code(Errc code) noexcept;

/// An expected outcome: a value, or an Errc (or an error of the system or of Asio).
template <class T>
using Result = boost::system::result<T>;

/// For people at a terminal: one line that says what is wrong and what to do.
struct Problem {
  std::string line;
};
[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location& where);

template <class T>
using Outcome = boost::system::result<T, Problem>;

}  // namespace hotline

template <>
struct boost::system::is_error_code_enum<hotline::Errc> : std::true_type {};
