#include "config/error.hpp"

#include <stdexcept>

namespace hotline {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "hotline"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::malformed: return "not in the expected format";
      case Errc::too_large: return "larger than the limit";
      case Errc::wrong_key: return "no key at hand opens this";
      case Errc::authentication_failed: return "changed or cut: its authentication does not hold";
      case Errc::unsupported: return "of a kind that is not supported";
      case Errc::not_found: return "not found";
      case Errc::conflict: return "already there";
      case Errc::duplicate: return "received before";
      case Errc::forbidden: return "not allowed";
      case Errc::busy: return "too busy, try again shortly";
      case Errc::storage_full: return "no space left on the disk";
      case Errc::storage_failed: return "the disk or database failed";
      case Errc::corrupt: return "stored data contradicts itself; run hotline check";
      case Errc::out_of_memory: return "out of memory";
      case Errc::timed_out: return "took too long";
      case Errc::closed: return "the connection was closed";
    }
    return "unknown error";
  }
};

}  // namespace

const boost::system::error_category& hotline_category() noexcept {
  static const Category category;
  return category;
}

boost::system::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), hotline_category()};
}

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
  throw std::runtime_error(problem.line);
}

}  // namespace hotline
