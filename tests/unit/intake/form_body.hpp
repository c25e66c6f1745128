#pragma once

#include "server/http/message.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// The body of a multipart form that comes piece by piece, with something happening between two of them.
class FormBody final : public http::BodyReader {
 public:
  static constexpr const char* content_type = "multipart/form-data; boundary=b";

  void field(std::string_view name, std::string_view value) {
    pieces_.push_back({begun("name=\"" + std::string(name) + "\"\r\n\r\n" + std::string(value)), {}});
  }
  void file_begins(std::string_view name) { pieces_.push_back({begun("name=\"file\"; filename=\"" + std::string(name) + "\"\r\n\r\n"), {}}); }
  void bytes(std::size_t count) { pieces_.push_back({std::string(count, 'x'), {}}); }
  void end() { pieces_.push_back({"\r\n--b--\r\n", {}}); }
  /// Once everything before it was taken.
  void then(std::function<void()> happens) { pieces_.push_back({{}, std::move(happens)}); }
  /// Behind what there is nothing more comes.
  void falls_silent() { silent_ = true; }

  http::Awaitable<Result<Bytes>> read_some() override {
    while (next_ < pieces_.size()) {
      const Piece& piece = pieces_[next_++];
      if (piece.happens) piece.happens();
      if (!piece.text.empty()) co_return as_bytes(piece.text);
    }
    if (silent_) co_return Errc::timed_out;
    co_return Bytes();
  }
  std::optional<std::uint64_t> declared_size() const override { return std::nullopt; }

 private:
  struct Piece {
    std::string text;
    std::function<void()> happens;
  };
  std::string begun(const std::string& part) const {
    return std::string(pieces_.empty() ? "" : "\r\n") + "--b\r\nContent-Disposition: form-data; " + part;
  }

  std::vector<Piece> pieces_;
  std::size_t next_ = 0;
  bool silent_ = false;
};

}  // namespace hotline::intake
