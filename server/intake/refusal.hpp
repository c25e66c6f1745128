#pragma once

#include "server/intake/submission.hpp"

#include <boost/system/error_code.hpp>

#include <string_view>

namespace hotline::intake {

/// How a form that was not taken is answered: the status, and the id of the text that tells the person what to do.
struct Refusal {
  int status;
  std::string_view problem;
  std::string_view question = {};   ///< key of the one to be mended, or empty
};

/// Of a form that could not be read or stored.
Refusal refusal_of(const boost::system::error_code& error);
/// Of a form that is too much, or whose files could not be taken; `shortfall` is not none.
Refusal refusal_of(Shortfall shortfall);

}  // namespace hotline::intake
