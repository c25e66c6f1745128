#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// How somebody joins a desk:
///   GET    /api/v1/invitations        those that wait, without their codes; admins
///   POST   /api/v1/invitations        admins; only the hash of the code comes here
///   DELETE /api/v1/invitations/{id}   withdraws one: its code is of no use any more; admins
///   GET    /api/v1/invitations/{hash} what an invitation is for, by the hash of its code: needs no session, the code is the permission
///   POST   /api/v1/members            enrols with an invitation
void add_invitation_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
