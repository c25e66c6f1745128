#pragma once

namespace hotline::crypto {

/// While one lives, large anonymous memory that statically linked code maps on this thread is asked for in pages of 2 MiB
/// (madvise(2), MADV_HUGEPAGE). libsodium maps Argon2's memory anew for each call and unmaps it at the end, as it should; in
/// pages of 4 KiB the kernel spends half the call's time on handing them out and taking them back. A kernel that has no large
/// pages to give takes small ones. docs/decisions/0016-argon2-memory.md has the figures.
class LargePages {
 public:
  LargePages() noexcept;
  ~LargePages();
  LargePages(const LargePages&) = delete;
  LargePages& operator=(const LargePages&) = delete;
};

}  // namespace hotline::crypto
