#include "server/cli/console_reply.hpp"

#include "server/cli/terminal.hpp"

namespace hotline::cli {

namespace json = boost::json;

Problem not_understood() {
  return {"the server's answer makes no sense: is this the console listener of a Hotline of the same version?"};
}

std::string detail_of(const Reply& reply) {
  boost::system::error_code error;
  const json::value value = json::parse(reply.body, error);
  const json::object* object = error ? nullptr : value.if_object();
  const json::value* detail = object != nullptr ? object->if_contains("detail") : nullptr;
  if (detail != nullptr && detail->is_string()) return printable(detail->get_string());
  return "the server answered with status " + std::to_string(reply.status);
}

}  // namespace hotline::cli
