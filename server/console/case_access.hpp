#pragma once

#include "server/console/context.hpp"

#include <optional>
#include <string_view>

namespace hotline::console {

/// The case that the path names first, as the member has it. Errc::not_found: it is not there, or another desk's, alike.
/// Errc::forbidden: a colleague has it, and the role does not go that far.
http::Awaitable<Result<storage::CaseView>> case_of_path(http::Request& request, const Context& context, const SignedIn& who);

/// A whole number of the query from 0 up; nothing when it is not there; Errc::malformed for anything else.
Result<std::optional<std::int64_t>> query_number(const http::Request& request, std::string_view name);
/// A text of the query.
std::optional<std::string> query_text(const http::Request& request, std::string_view name);

}  // namespace hotline::console
