#include "server/app/system_calls.hpp"

#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

namespace hotline::app {
namespace {

constexpr const char* allowed[] = {
    // files that Landlock lets through
    "open", "openat", "close", "close_range", "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2",
    "pwritev2", "lseek", "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "fsync", "fdatasync", "sync_file_range", "ftruncate", "truncate", "fallocate", "fadvise64", "flock", "fcntl", "dup",
    "dup2", "dup3", "pipe", "pipe2", "getdents64", "unlink", "unlinkat", "rename", "renameat", "renameat2", "chmod", "fchmod", "fchmodat",
    "umask",
    // memory
    "brk", "munmap", "mremap", "madvise", "mlock", "mlock2", "munlock", "mlockall", "munlockall", "msync", "mincore", "membarrier",
    // the network
    "socketpair", "bind", "listen", "accept", "accept4", "getsockname", "getpeername", "getsockopt", "setsockopt", "recvfrom", "recvmsg", "recvmmsg",
    "shutdown",
    // waiting
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "restart_syscall",
    // threads and signals
    "futex", "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "sched_yield", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "setpriority", "getpriority", "exit", "exit_group", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending",
    "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack",
    // who and where we are
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getpgrp", "getpgid", "getsid", "uname",
    "sysinfo", "getrusage", "getrlimit", "times", "getcpu", "getrandom",
};

constexpr const char* deadly[] = {
    // programs and processes
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "kcmp", "kill", "tkill", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
    "setgroups", "capset", "setsid", "setpgid",
    // mounts and namespaces
    "mount", "umount", "umount2", "mount_setattr", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "pivot_root", "chroot",
    "unshare", "setns", "swapon", "swapoff", "quotactl", "quotactl_fd", "open_by_handle_at", "name_to_handle_at", "mknod", "mknodat", "symlink",
    "symlinkat", "link", "linkat",
    // the kernel
    "bpf", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "perf_event_open", "userfaultfd", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "reboot", "syslog", "acct", "ioperm", "iopl", "modify_ldt",
    "memfd_create", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup", "lookup_dcookie",
    "fanotify_init",
};

/// The filter under construction; the first failure is kept, later calls do nothing.
class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), ::seccomp_release) {
    if (!context_) failure_ = -ENOMEM;
  }

  void attribute(scmp_filter_attr name, std::uint32_t value) {
    if (failure_ == 0) failure_ = ::seccomp_attr_set(context_.get(), name, value);
  }
  template <class... Conditions>
  void rule(std::uint32_t action, const char* call, Conditions... conditions) {
    if (failure_ != 0) return;
    const int number = ::seccomp_syscall_resolve_name(call);
    if (number < 0) return;  // this processor's kernel has no such call
    failure_ = ::seccomp_rule_add_exact(context_.get(), action, number, sizeof...(conditions), conditions...);
  }
  int load() {
    if (failure_ == 0) failure_ = ::seccomp_load(context_.get());
    return failure_;
  }

 private:
  std::unique_ptr<void, void (*)(void*)> context_;
  int failure_ = 0;
};

scmp_arg_cmp bits_are(unsigned argument, std::uint64_t mask, std::uint64_t value) { return {argument, SCMP_CMP_MASKED_EQ, mask, value}; }
scmp_arg_cmp equals(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

void add_memory_rules(Filter& filter) {
  // Libraries that the C library loads late are mapped to be run, never to be written too.
  filter.rule(SCMP_ACT_ALLOW, "mmap", bits_are(2, PROT_WRITE | PROT_EXEC, 0));
  filter.rule(SCMP_ACT_ALLOW, "mmap", bits_are(2, PROT_WRITE | PROT_EXEC, PROT_WRITE));
  filter.rule(SCMP_ACT_ALLOW, "mmap", bits_are(2, PROT_WRITE | PROT_EXEC, PROT_EXEC));
  filter.rule(SCMP_ACT_KILL_PROCESS, "mmap", bits_are(2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC));
  filter.rule(SCMP_ACT_ALLOW, "mprotect", bits_are(2, PROT_EXEC, 0));
  filter.rule(SCMP_ACT_KILL_PROCESS, "mprotect", bits_are(2, PROT_EXEC, PROT_EXEC));
}

void add_thread_rules(Filter& filter) {
  filter.rule(SCMP_ACT_ALLOW, "clone", bits_are(0, CLONE_THREAD, CLONE_THREAD));
  filter.rule(SCMP_ACT_KILL_PROCESS, "clone", bits_are(0, CLONE_THREAD, 0));
  // clone3 hides its flags from a filter: with ENOSYS (the default) the C library takes clone.
  // An abort may end this process, no other.
  filter.rule(SCMP_ACT_ALLOW, "tgkill", equals(0, static_cast<std::uint64_t>(::getpid())));
  filter.rule(SCMP_ACT_ALLOW, "prctl", equals(0, PR_SET_NAME));
  filter.rule(SCMP_ACT_ALLOW, "prctl", equals(0, PR_GET_NAME));
  filter.rule(SCMP_ACT_ALLOW, "prlimit64", equals(2, 0));  // to read a limit, not to set one
}

void add_device_rules(Filter& filter) {
  // To wait or not, how much waits, and whether this is a terminal. Nothing that types into one.
  for (const std::uint64_t request : {0ULL + FIONBIO, 0ULL + FIONREAD, 0ULL + FIOCLEX, 0ULL + FIONCLEX, 0ULL + TCGETS}) filter.rule(SCMP_ACT_ALLOW, "ioctl", equals(1, request));
}

constexpr int families[] = {AF_UNIX, AF_INET, AF_INET6};

/// For a server that is only talked to: its sockets listen, and what was accepted has its peer already.
void add_listening_rules(Filter& filter) {
  constexpr std::uint64_t type = 0xf;   // the rest are flags (socket(2))
  for (const int family : families) {
    for (const std::uint64_t protocol : {0ULL, 0ULL + IPPROTO_TCP}) {
      filter.rule(SCMP_ACT_ALLOW, "socket", equals(0, static_cast<std::uint64_t>(family)), bits_are(1, type, SOCK_STREAM), equals(2, protocol));
    }
  }
  // Without an address, and without connecting on the way (TCP Fast Open).
  filter.rule(SCMP_ACT_ALLOW, "sendto", equals(4, 0));
  filter.rule(SCMP_ACT_ALLOW, "sendmsg", bits_are(2, MSG_FASTOPEN, 0));
}

void add_connecting_rules(Filter& filter) {
  for (const int family : families) filter.rule(SCMP_ACT_ALLOW, "socket", equals(0, static_cast<std::uint64_t>(family)));
  for (const char* call : {"connect", "sendto", "sendmsg", "sendmmsg"}) filter.rule(SCMP_ACT_ALLOW, call);
  // Which addresses this machine has: asked when names of hosts are looked up.
  filter.rule(SCMP_ACT_ALLOW, "socket", equals(0, AF_NETLINK), equals(2, NETLINK_ROUTE));
}

}  // namespace

Outcome<bool> restrict_system_calls(const Permissions& permissions) {
  Filter filter;
  filter.attribute(SCMP_FLTATR_CTL_TSYNC, 1);
  filter.attribute(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  for (const char* call : allowed) filter.rule(SCMP_ACT_ALLOW, call);
  for (const char* call : deadly) filter.rule(SCMP_ACT_KILL_PROCESS, call);
  add_memory_rules(filter);
  add_thread_rules(filter);
  add_device_rules(filter);
  if (permissions.connect) add_connecting_rules(filter);
  else add_listening_rules(filter);
  // A search instead of a walk through the whole list at each call.
  filter.attribute(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  const int failure = filter.load();
  if (failure == 0) return true;
  if (::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL) return false;
  return Problem{std::string("the kernel refuses the filter of system calls (seccomp): ") + std::strerror(-failure) + "; report it with the kernel's version"};
}

}  // namespace hotline::app
