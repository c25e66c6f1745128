#pragma once

#include "server/http/precompressed.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// An empty form in each language, compressed once but for the random text in its hidden field. Any thread.
class EmptyForms {
 public:
  /// The page with that text in it.
  using Draw = std::function<std::string(std::string_view language, std::string_view random)>;

  /// `random`: some text as will stand in the form.
  EmptyForms(const std::vector<std::string>& languages, Draw draw, const std::string& random);

  http::Response response(const http::Request& request, std::string_view language, std::string_view random) const;

 private:
  Draw draw_;
  std::map<std::string, http::GzipTemplate, std::less<>> compressed_;   ///< by language
};

}  // namespace hotline::intake
