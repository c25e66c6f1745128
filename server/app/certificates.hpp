#pragma once

#include "config/settings.hpp"
#include "server/http/tls.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hotline::app {

/// The certificates of the listeners: read again when asked, and by themselves soon after their files were replaced. One thread.
class Certificates {
 public:
  /// Reads those of one listener; gives nothing for a listener without TLS.
  Outcome<std::shared_ptr<http::TlsContext>> add(const ListenerSettings& listener);

  /// Reads all again. What cannot be used is told to the operator, and what was there before stays in use.
  void reload();
  /// Reads again those whose files changed since they were last read and were the same at the last two looks: certificate
  /// and key are replaced one after the other, and what belongs together is read together. Call every other second.
  void look();

 private:
  /// Device, inode, size and time of change of both files, however they are reached.
  using Look = std::array<std::int64_t, 10>;
  struct Watched {
    TlsFiles files;
    std::shared_ptr<http::TlsContext> context;
    Look read;   ///< as they were when last read
    Look seen;   ///< as they were at the last look
  };

  static Look look_at(const TlsFiles& files);
  static void reload(Watched& watched);

  std::vector<Watched> watched_;
};

}  // namespace hotline::app
