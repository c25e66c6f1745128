#include "server/app/certificates.hpp"

#include "config/log.hpp"

#include <sys/stat.h>

#include <cstdio>

namespace hotline::app {

Outcome<std::shared_ptr<http::TlsContext>> Certificates::add(const ListenerSettings& listener) {
  if (!listener.tls) return std::shared_ptr<http::TlsContext>();
  const Look before = look_at(*listener.tls);
  auto context = http::TlsContext::create(listener.tls->certificate, listener.tls->key);
  if (!context) return context.error();
  watched_.push_back({*listener.tls, *context, before, before});
  return std::move(*context);
}

void Certificates::reload() {
  for (Watched& watched : watched_) reload(watched);
}

void Certificates::look() {
  for (Watched& watched : watched_) {
    const Look now = look_at(watched.files);
    const bool settled = now == watched.seen;
    watched.seen = now;
    if (settled && now != watched.read) reload(watched);
  }
}

Certificates::Look Certificates::look_at(const TlsFiles& files) {
  Look look{};
  std::size_t at = 0;
  for (const auto& path : {files.certificate, files.key}) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) status = {};
    for (const auto value : {static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino), static_cast<std::int64_t>(status.st_size),
                             static_cast<std::int64_t>(status.st_ctim.tv_sec), static_cast<std::int64_t>(status.st_ctim.tv_nsec)}) {
      look[at++] = value;
    }
  }
  return look;
}

void Certificates::reload(Watched& watched) {
  watched.read = look_at(watched.files);
  const auto reloaded = watched.context->reload();
  if (reloaded) {
    log_event(LogLevel::info, "tls_certificate_reloaded");
  } else {
    // The line names files of the settings, nothing of a person: it goes to the operator as it is.
    log_event(LogLevel::error, "tls_certificate_not_reloaded");
    std::fprintf(stderr, "hotline: %s\n", reloaded.error().line.c_str());
  }
}

}  // namespace hotline::app
