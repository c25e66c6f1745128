#include "server/http/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace hotline::http {
namespace {

/// The segments of a path behind its first '/': "/" has one, which is empty.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: break;
  }
  return {};
}

}  // namespace

struct Router::Route {
  Method method;
  std::vector<std::string> segments;  ///< literal text, or empty text for a capture
  std::string shape;                  ///< 'L' or 'C' a segment: literals sort behind captures
  RouteLimits limits;
  Handler handler;

  bool matches(const std::vector<std::string_view>& path) const {
    if (path.size() != segments.size()) return false;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (shape[i] == 'C' ? path[i].empty() : path[i] != segments[i]) return false;
    }
    return true;
  }
};

Router::Router(ErrorPage error_page) : error_page_(std::move(error_page)) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string pattern, RouteLimits limits, Handler handler) {
  if (!pattern.starts_with('/') || method == Method::head || method == Method::other) {
    throw std::logic_error("a route starts with '/'; HEAD comes with GET");
  }
  Route route{method, {}, {}, limits, std::move(handler)};
  for (const std::string_view segment : split(pattern)) {
    const bool capture = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    route.shape.push_back(capture ? 'C' : 'L');
    route.segments.emplace_back(capture ? std::string_view{} : segment);
  }
  const auto before = std::find_if(routes_.begin(), routes_.end(), [&](const Route& other) { return other.shape < route.shape; });
  routes_.insert(before, std::move(route));
}

Router::Match Router::find(Request& request) const {
  Match match;
  match.status = 404;
  if (!request.path.starts_with('/')) return match;
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  const std::vector<std::string_view> path = split(request.path);
  for (const Route& route : routes_) {
    if (!route.matches(path)) continue;
    if (route.method == wanted) {
      match.handler = &route.handler;
      match.limits = route.limits;
      match.status = 0;
      match.allow.clear();
      request.captured.clear();
      for (std::size_t i = 0; i < path.size(); ++i) {
        if (route.shape[i] == 'C') request.captured.emplace_back(path[i]);
      }
      return match;
    }
    match.status = 405;
    const std::string_view name = method_name(route.method);
    if (match.allow.find(name) == std::string::npos) {
      match.allow.append(match.allow.empty() ? "" : ", ").append(name);
      if (route.method == Method::get) match.allow.append(", HEAD");
    }
  }
  return match;
}

}  // namespace hotline::http
