#include "server/app/permissions.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace hotline::app {
namespace {

namespace fs = std::filesystem;

class Collector {
 public:
  void add(const fs::path& path, PathUse use) {
    if (path.empty()) return;
    std::error_code ignored;
    const PathPermission permission{fs::absolute(path, ignored), use};
    if (std::find(found_.begin(), found_.end(), permission) == found_.end()) found_.push_back(permission);
  }
  /// The folder that holds the file, and the one that holds what it links to.
  void add_folder_of(const fs::path& file, PathUse use) {
    if (file.empty()) return;
    std::error_code ignored;
    add(fs::absolute(file, ignored).parent_path(), use);
    add(fs::weakly_canonical(file, ignored).parent_path(), use);
  }
  std::vector<PathPermission> take() { return std::move(found_); }

 private:
  std::vector<PathPermission> found_;
};

void add_listener(Permissions& permissions, Collector& paths, const ListenerSettings& listener) {
  for (const ListenAddress& address : listener.listen) {
    if (address.is_unix()) paths.add_folder_of(address.socket_path, PathUse::make_sockets);
    else permissions.bind_ports.push_back(address.port);
  }
  if (!listener.tls) return;
  paths.add_folder_of(listener.tls->certificate, PathUse::read);
  paths.add_folder_of(listener.tls->key, PathUse::read);
}

/// Names of hosts are looked up by the system's library, which reads its settings anew whenever they change and loads what they
/// name. They are replaced by others of the same name, so only their folder can be named.
void add_name_lookup(Collector& paths) {
  paths.add("/etc", PathUse::read);
  paths.add_folder_of("/etc/resolv.conf", PathUse::read);
  for (const char* folder : {"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"}) {
    paths.add(folder, PathUse::read);
  }
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    if (const char* own = std::getenv(name)) paths.add(own, PathUse::read);
  }
}

}  // namespace

Permissions permissions_of(const Settings& settings) {
  Permissions permissions;
  Collector paths;
  paths.add_folder_of(settings.storage.path, PathUse::database);
  add_listener(permissions, paths, settings.public_listener);
  add_listener(permissions, paths, settings.console_listener);
  add_listener(permissions, paths, {settings.metrics.listen, {}});
  paths.add(settings.languages.folder, PathUse::read);
  paths.add(settings.reporter.icon, PathUse::read);
  paths.add(settings.reporter.questionnaire, PathUse::read);
  for (const SmsSettings& sms : settings.sms) paths.add(sms.descriptor, PathUse::read);
  for (const char* of_the_system : {"/usr/share/zoneinfo", "/etc/localtime", "/dev/null", "/dev/urandom"}) paths.add(of_the_system, PathUse::read);
  permissions.connect = !settings.sms.empty() || !settings.calls.empty();
  if (permissions.connect) add_name_lookup(paths);
  if (settings.mail) paths.add(settings.mail->ca_file, PathUse::read);
  for (const CallSettings& call : settings.calls) paths.add(call.ca_file, PathUse::read);
  permissions.paths = paths.take();
  return permissions;
}

}  // namespace hotline::app
