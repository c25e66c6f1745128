#pragma once

#include "server/console/accounts.hpp"

namespace hotline::console {

/// A member's second factors; also for those who must add one first:
///   GET    /api/v1/second-factors                what the member has
///   POST   /api/v1/second-factors/totp           a new secret, with its QR code; not active yet
///   POST   /api/v1/second-factors/totp/confirm   {"code"}: active, in the place of an earlier one
///   POST   /api/v1/second-factors/passkey/options   what a browser needs to make a passkey; the challenge is good once
///   POST   /api/v1/second-factors/passkey        adds the one that it made
///   DELETE /api/v1/second-factors/{id}           409 for the last one where one is required
///   DELETE /api/v1/members/{id}/second-factors   who lost theirs begins again; their sessions end; admins
void add_second_factor_routes(http::Router& router, const Context& context, Accounts& accounts);

}  // namespace hotline::console
