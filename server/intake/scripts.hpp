#pragma once

#include "server/intake/questionnaire.hpp"
#include "web/templates.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hotline::intake {

/// One bundle of the reporter's script.
struct ScriptFile {
  std::string path;                   ///< "/s/<hash>.js": it may be kept for ever
  std::string integrity;              ///< "sha256-…", of the attribute integrity and of Content-Security-Policy
  std::string_view source;
  std::string_view gzip;              ///< the same, compressed when it was built
  std::string_view brotli;
};

/// The reporter's script as it was built in (web/reporter/script), and what it must know of the questions. Immutable; any thread.
class Scripts {
 public:
  explicit Scripts(const Questionnaire& questionnaire);

  /// On every page; loaded after the first answer; the worker, which computes and sends.
  const ScriptFile& page() const { return files_[0]; }
  const ScriptFile& seal() const { return files_[1]; }
  const ScriptFile& worker() const { return files_[2]; }
  const std::array<ScriptFile, 3>& files() const { return files_; }

  /// "/s/<hash>.json", and Questionnaire::script_data().
  const std::string& questions_path() const { return questions_path_; }
  const std::string& questions() const { return questions_; }

  /// What web/reporter/script_head.mustache asks for.
  void set(web::Data& data) const;

  /// The Content-Security-Policy of every page: these scripts by their hashes, nothing inline, one Trusted Types policy.
  static std::string content_security_policy();

 private:
  std::array<ScriptFile, 3> files_;
  std::string questions_path_;
  std::string questions_;
};

}  // namespace hotline::intake
