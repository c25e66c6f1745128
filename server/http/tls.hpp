#pragma once

#include "config/error.hpp"

#include <openssl/ssl.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

namespace hotline::http {

/// A listener's certificate and key. TLS 1.3 only, no tickets, no resumption, no early data: nothing links two visits.
/// Any thread.
class TlsContext {
 public:
  /// PEM files: the certificate with its chain, and the key, which must be unencrypted and closed to others.
  static Outcome<std::shared_ptr<TlsContext>> create(std::filesystem::path certificate, std::filesystem::path key);

  /// Reads both files again. New connections use them; those that are open keep theirs. When anything is wrong with
  /// the files, the old ones stay in use and the line says what to do.
  Outcome<void> reload();

  std::shared_ptr<SSL_CTX> current() const;
  /// When the certificate in use ends, seconds since 1970.
  std::int64_t ends() const;

 private:
  TlsContext(std::filesystem::path certificate, std::filesystem::path key, std::shared_ptr<SSL_CTX> context);

  std::filesystem::path certificate_;
  std::filesystem::path key_;
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;
};

/// For a client: verifies against the system's store, or `ca_file` besides when it is not empty.
Outcome<std::shared_ptr<SSL_CTX>> make_client_tls(const std::filesystem::path& ca_file);

}  // namespace hotline::http
