#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// A desk, its epochs, its members and who holds what:
///   GET    /api/v1/desk               desk, epochs, members (public parts)
///   POST   /api/v1/epochs             a new epoch with its grants; admins
///   GET    /api/v1/grants             the identities sealed to the one who asks
///   POST   /api/v1/grants             hands identities on, sealed to members of the same desk; admins
///   PUT    /api/v1/members/{id}/voucher   an admin's word, signed by the desk key, that these are the member's keys
///   DELETE /api/v1/members/{id}       removes with all grants and sessions; admins
void add_desk_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
