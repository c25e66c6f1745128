#include "server/intake/parts.hpp"

namespace hotline::intake {

http::Awaitable<Result<void>> read_parts(std::string_view content_type, http::BodyReader& body, PartHandler handler) {
  using Kind = http::MultipartParser::Kind;
  auto parser = http::MultipartParser::create(content_type);
  if (!parser) co_return parser.error();
  for (;;) {
    const auto piece = co_await body.read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return parser->finish();
    Bytes input = *piece;
    for (;;) {
      const auto event = parser->next(input);
      if (!event) co_return event.error();
      if (event->kind == Kind::need_more || event->kind == Kind::end) break;
      const auto handled = co_await handler(*event, parser->part());
      if (!handled) co_return handled.error();
    }
  }
}

}  // namespace hotline::intake
