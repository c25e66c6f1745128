#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// A desk, its epochs, its members and who holds what:
///   GET    /api/v1/desk               desk, epochs, members (public parts)
///   POST   /api/v1/epochs             a new epoch with its grants; admins
///   GET    /api/v1/grants             the identities sealed to the one who asks
///   POST   /api/v1/grants             hands identities on, sealed to members of the same desk; admins
///   POST   /api/v1/invitations        admins; only the hash of the code comes here
///   GET    /api/v1/invitations/{hash} what an invitation is for: needs no session, the code is the permission
///   POST   /api/v1/members            enrols with an invitation
///   PUT    /api/v1/members/{id}/voucher   an admin's word, signed by the desk key, that these are the member's keys
///   DELETE /api/v1/members/{id}       removes with all grants and sessions; admins
void add_desk_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
