#include "server/intake/refusal.hpp"

#include "config/error.hpp"

namespace hotline::intake {

Refusal refusal_of(const boost::system::error_code& error) {
  if (error == Errc::too_large) return {413, "problem.too_large", {}};
  if (error == Errc::malformed || error == Errc::closed) return {400, "problem.cut_off", {}};
  if (error == Errc::timed_out) return {408, "problem.cut_off", {}};
  if (error == Errc::unsupported) return {415, "problem.general", {}};
  if (error == Errc::busy) return {503, "problem.busy", {}};
  return {503, "problem.not_stored", {}};
}

Refusal refusal_of(Shortfall shortfall) {
  switch (shortfall) {
    case Shortfall::slow: return {408, "problem.slow", {}};
    case Shortfall::text_too_long: return {413, "problem.text_too_long", {}};
    case Shortfall::fields_too_many: return {413, "problem.general", {}};   // no form of ours has so many
    case Shortfall::files_too_many: return {413, "problem.files_too_many", "file"};
    case Shortfall::files_too_big: return {413, "problem.files_too_big", "file"};
    case Shortfall::busy: return {503, "problem.busy", {}};
    case Shortfall::disk_full: return {503, "problem.disk_full", "file"};
    case Shortfall::none:
    case Shortfall::not_stored: break;
  }
  return {503, "problem.not_stored", {}};
}

}  // namespace hotline::intake
