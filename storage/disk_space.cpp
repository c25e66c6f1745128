#include "storage/disk_space.hpp"

#include <sys/statvfs.h>

#include <filesystem>

namespace hotline::storage {

DiskSpace::DiskSpace(const std::string& file, std::uint64_t reserve_bytes)
    : folder_(std::filesystem::absolute(file).parent_path().string()), reserve_bytes_(reserve_bytes) {}

std::uint64_t DiskSpace::free_bytes() const noexcept {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) return 0;
  return static_cast<std::uint64_t>(disk.f_bavail) * static_cast<std::uint64_t>(disk.f_frsize);
}

bool DiskSpace::has_room() const noexcept {
  if (reserve_bytes_ == 0) return true;
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) return true;
  return static_cast<std::uint64_t>(disk.f_bavail) * static_cast<std::uint64_t>(disk.f_frsize) > reserve_bytes_;
}

Outcome<void> require_room(const std::string& file, std::uint64_t needed, std::uint64_t reserve_bytes, const std::string& what) {
  const auto mib = [](std::uint64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB"; };
  const std::string folder = std::filesystem::absolute(file).parent_path().string();
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return {};
  const std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * static_cast<std::uint64_t>(disk.f_frsize);
  if (free >= needed && free - needed >= reserve_bytes) return {};
  const std::string kept = reserve_bytes == 0 ? "" : " beside the " + mib(reserve_bytes) + " that stay free for reports ([limits] disk_reserve_bytes)";
  return Problem{"no room for " + what + ": it takes " + mib(needed) + kept + ", and the disk of " + folder + " has " + mib(free) +
                 ": make room there, or use another disk"};
}

}  // namespace hotline::storage
