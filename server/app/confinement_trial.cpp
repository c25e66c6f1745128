#include "server/app/confinement_trial.hpp"

#include "server/app/path_rules.hpp"
#include "server/app/system_calls.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <thread>

namespace hotline::app {
namespace {

namespace fs = std::filesystem;

enum ChildStatus : int { refused = 10, happened = 11, not_confined = 12 };

struct Attempt {
  std::string what;
  bool should_work;
  std::function<bool()> succeeds;
};

bool opens(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0) return false;
  ::close(file);
  if ((flags & O_CREAT) != 0) ::unlink(path.c_str());
  return true;
}

sockaddr_in here(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool listens_on(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = here(port);
  return made >= 0 && ::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

/// Whether the kernel let it try; that nobody answers there is another matter.
bool may_connect() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = here(9);
  return made >= 0 && (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 || (errno != EACCES && errno != ENOSYS));
}

bool may_send_datagrams() {
  const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = here(9);
  return made >= 0 && (::sendto(made, "", 0, 0, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 || (errno != EACCES && errno != ENOSYS));
}

/// A call with arguments of no effect: it is enough that the process lives on.
std::function<bool()> survives(long number) {
  return [number] {
    ::syscall(number, -1L, 0L, 0L, 0L, 0L, 0L);
    return errno != ENOSYS;
  };
}

void add_programs(std::vector<Attempt>& attempts) {
  attempts.push_back({"start a program", false, [] {
    const char* const words[] = {"sh", "-c", "exit 11", nullptr};
    ::execv("/bin/sh", const_cast<char* const*>(words));
    return false;
  }});
  attempts.push_back({"start a process", false, [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    return child > 0;
  }});
  attempts.push_back({"trace a process", false, [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }});
  attempts.push_back({"signal another process", false, [] { return ::kill(::getppid(), 0) == 0; }});
  attempts.push_back({"run memory that can be written", false, [] {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
  }});
  attempts.push_back({"make memory runnable", false, [] {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
  }});
}

void add_kernel(std::vector<Attempt>& attempts) {
  const std::pair<const char*, long> calls[] = {
      {"mount a filesystem", __NR_mount}, {"leave its namespaces", __NR_unshare}, {"change its root", __NR_chroot}, {"load code into the kernel", __NR_bpf},
      {"load a module", __NR_init_module}, {"use io_uring", __NR_io_uring_setup}, {"use userfaultfd", __NR_userfaultfd}, {"reach the kernel's keys", __NR_keyctl},
      {"become another user", __NR_setresuid}, {"read another process", __NR_process_vm_readv}, {"take another's descriptors", __NR_pidfd_open},
      {"keep a program in memory", __NR_memfd_create}, {"watch the processor", __NR_perf_event_open}, {"make a symbolic link", __NR_symlinkat},
      {"make a device", __NR_mknodat}, {"open a file by its number", __NR_open_by_handle_at}};
  for (const auto& [what, number] : calls) attempts.push_back({what, false, survives(number)});
  attempts.push_back({"send raw packets", false, [] { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }});
  attempts.push_back({"be readable for others again", false, [] { return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0; }});
}

void add_files(std::vector<Attempt>& attempts, const Permissions& permissions, const fs::path& folder) {
  std::vector<fs::path> closed{"/proc/self/environ", "/proc/version", "/bin/sh", "/usr/bin/env"};
  if (!permissions.connect) closed.insert(closed.end(), {"/etc/passwd", "/etc/shadow"});
  for (const fs::path& path : closed) attempts.push_back({"read " + path.string(), false, [path] { return opens(path, O_RDONLY); }});
  for (const char* outside : {"/tmp", "/var/tmp", "/dev/shm", "/run", "/etc"}) {
    const fs::path path = fs::path(outside) / ("hotline-trial-" + std::to_string(::getpid()));
    attempts.push_back({"make a file in " + std::string(outside), false, [path] { return opens(path, O_WRONLY | O_CREAT | O_EXCL); }});
  }
  attempts.push_back({"make a folder beside the database", false, [path = folder / ".hotline-trial"] {
    return ::mkdir(path.c_str(), 0700) == 0 && ::rmdir(path.c_str()) == 0;
  }});
  attempts.push_back({"make a file beside the database", true, [path = folder / ".hotline-trial"] { return opens(path, O_WRONLY | O_CREAT | O_EXCL); }});
}

void add_network(std::vector<Attempt>& attempts, const Permissions& permissions, int landlock) {
  attempts.push_back({"start a thread", true, [] {
    bool ran = false;
    std::thread([&ran] { ran = true; }).join();
    return ran;
  }});
  if (permissions.connect) {
    attempts.push_back({"look up a name", true, [] {
      addrinfo* found = nullptr;
      return ::getaddrinfo("localhost", "80", nullptr, &found) == 0;
    }});
  }
  attempts.push_back({"connect to others", permissions.connect, may_connect});
  attempts.push_back({"send datagrams to others", permissions.connect, may_send_datagrams});
  if (landlock < 4) return;
  std::uint16_t free_port = 49'151;
  while (std::find(permissions.bind_ports.begin(), permissions.bind_ports.end(), free_port) != permissions.bind_ports.end()) --free_port;
  attempts.push_back({"listen on another port", false, [free_port] { return listens_on(free_port); }});
}

Outcome<bool> happens(const Permissions& permissions, const Attempt& attempt) {
  const pid_t child = ::fork();
  if (child < 0) return Problem{std::string("cannot start a process to try with: ") + std::strerror(errno)};
  if (child == 0) {
    const bool confined = restrict_paths(permissions).has_value() && restrict_system_calls(permissions).has_value();
    ::_exit(!confined ? not_confined : attempt.succeeds() ? happened : refused);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return false;  // killed by SIGSYS
  if (WEXITSTATUS(status) == not_confined) return Problem{"the kernel refuses to confine a process; hotline serve says why"};
  return WEXITSTATUS(status) == happened;
}

}  // namespace

Outcome<std::vector<Trial>> try_confinement(const Permissions& permissions, const fs::path& database) {
  const long version = ::syscall(__NR_landlock_create_ruleset, nullptr, 0U, 1U);  // asks for the version
  std::vector<Attempt> attempts;
  add_programs(attempts);
  add_kernel(attempts);
  add_files(attempts, permissions, fs::absolute(database).parent_path());
  add_network(attempts, permissions, static_cast<int>(version));
  std::vector<Trial> trials;
  for (const Attempt& attempt : attempts) {
    const auto worked = happens(permissions, attempt);
    if (!worked) return worked.error();
    trials.push_back({attempt.what, attempt.should_work, *worked});
  }
  return trials;
}

}  // namespace hotline::app
