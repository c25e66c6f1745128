#include "server/console/own_desk.hpp"

namespace hotline::console {

http::Awaitable<Result<storage::Desk>> own_desk(const Context& context, DeskId id) {
  auto desks = co_await context.stores.desks().list();
  if (!desks) co_return desks.error();
  for (storage::Desk& desk : *desks) {
    if (desk.id == id) co_return std::move(desk);
  }
  co_return Errc::not_found;
}

}  // namespace hotline::console
