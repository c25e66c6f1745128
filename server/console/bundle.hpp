#pragma once

#include <array>
#include <string>
#include <string_view>

namespace hotline::console {

/// One file of the console in the browser.
struct BundleFile {
  std::string path;             ///< "/s/<hash>.js": it may be kept for ever
  std::string integrity;        ///< "sha256-…", of the attribute integrity and of Content-Security-Policy
  std::string_view content_type;
  std::string_view source;
  std::string_view gzip;        ///< the same, compressed when it was built; empty: not compressed
  std::string_view brotli;
};

/// The console in the browser as it was built in (web/console). Immutable; any thread.
class Bundle {
 public:
  Bundle();

  const BundleFile& script() const { return files_[0]; }
  /// Holds the keys; may not connect to anywhere.
  const BundleFile& worker() const { return files_[1]; }
  const BundleFile& style() const { return files_[2]; }
  const BundleFile& icon() const { return files_[3]; }
  const std::array<BundleFile, 4>& files() const { return files_; }

  /// The page that loads them: index.html with their addresses and words().
  std::string page() const;
  /// Eight words of crypto::fingerprint_words over SHA-256 of index.html as it is in the tree, the script, the worker and the style, in this
  /// order: `hotline --version` and the page say the same.
  std::string words() const;

  /// The policies of the page and of the worker: the script by its hash, nothing inline, one Trusted Types policy; WebAssembly and no
  /// connection for the worker.
  std::string page_policy() const;
  static std::string worker_policy();

 private:
  std::array<BundleFile, 4> files_;
};

}  // namespace hotline::console
