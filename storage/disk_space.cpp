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

}  // namespace hotline::storage
