#include "server/app/path_rules.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace hotline::app {
namespace {

// The kernel's interface as it grew; the header of the system that compiles may be older than the kernel that runs.
// Source: Linux, include/uapi/linux/landlock.h.
constexpr std::uint64_t fs_truncate = 1ULL << 14;      // version 3
constexpr std::uint64_t fs_ioctl_device = 1ULL << 15;  // version 5
constexpr std::uint64_t net_bind_tcp = 1ULL << 0;      // version 4
constexpr std::uint64_t net_connect_tcp = 1ULL << 1;   // version 4
constexpr std::uint64_t scope_abstract_socket = 1ULL << 0;  // version 6
constexpr std::uint64_t scope_signal = 1ULL << 1;           // version 6
constexpr int rule_path = 1;
constexpr int rule_port = 2;

struct Ruleset {
  std::uint64_t handled_fs;
  std::uint64_t handled_net;
  std::uint64_t scoped;
};
struct PortRule {
  std::uint64_t allowed;
  std::uint64_t port;
};

class Descriptor {
 public:
  explicit Descriptor(long number) noexcept : number_(static_cast<int>(number)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

Problem problem(std::string_view what) {
  return {"the kernel refuses to " + std::string(what) + " (Landlock): " + std::strerror(errno) + "; report it with the kernel's version"};
}

Ruleset ruleset_of(int version) {
  Ruleset ruleset{(1ULL << 13) - 1, 0, 0};
  if (version >= 2) ruleset.handled_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) ruleset.handled_fs |= fs_truncate;
  if (version >= 4) ruleset.handled_net = net_bind_tcp | net_connect_tcp;
  if (version >= 5) ruleset.handled_fs |= fs_ioctl_device;
  if (version >= 6) ruleset.scoped = scope_abstract_socket | scope_signal;
  return ruleset;
}

std::size_t ruleset_bytes(int version) {
  return version >= 6 ? sizeof(Ruleset) : version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

std::uint64_t rights_of(PathUse use) {
  constexpr std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  switch (use) {
    case PathUse::read: return read;
    case PathUse::database:
      return read | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE | fs_truncate;
    case PathUse::make_sockets: return LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE;
  }
  return 0;
}

/// True too when there is nothing of that name.
bool allow_path(int ruleset, const PathPermission& permission, std::uint64_t handled) {
  const Descriptor opened(::open(permission.path.c_str(), O_PATH | O_CLOEXEC));
  if (opened.number() < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
  struct stat status {};
  if (::fstat(opened.number(), &status) != 0) return false;
  std::uint64_t rights = rights_of(permission.use) & handled;
  if (!S_ISDIR(status.st_mode)) rights &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | fs_truncate;
  const landlock_path_beneath_attr rule{rights, opened.number()};
  return ::syscall(__NR_landlock_add_rule, ruleset, rule_path, &rule, 0U) == 0;
}

bool allow_port(int ruleset, std::uint16_t port) {
  const PortRule rule{net_bind_tcp, port};
  return ::syscall(__NR_landlock_add_rule, ruleset, rule_port, &rule, 0U) == 0;
}

}  // namespace

Outcome<int> restrict_paths(const Permissions& permissions) {
  const long version = ::syscall(__NR_landlock_create_ruleset, nullptr, 0U, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return 0;
  Ruleset handled = ruleset_of(static_cast<int>(version));
  if (permissions.connect) handled.handled_net &= ~net_connect_tcp;
  const Descriptor ruleset(::syscall(__NR_landlock_create_ruleset, &handled, ruleset_bytes(static_cast<int>(version)), 0U));
  if (ruleset.number() < 0) return problem("take a list of files");
  for (const PathPermission& permission : permissions.paths) {
    if (!allow_path(ruleset.number(), permission, handled.handled_fs)) return problem("allow " + permission.path.string());
  }
  if ((handled.handled_net & net_bind_tcp) != 0) {
    for (const std::uint16_t port : permissions.bind_ports) {
      if (!allow_port(ruleset.number(), port)) return problem("allow a port");
    }
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::syscall(__NR_landlock_restrict_self, ruleset.number(), 0U) != 0) {
    return problem("confine this process");
  }
  return static_cast<int>(version);
}

}  // namespace hotline::app
