#pragma once

#include "tests/unit/sms/sides.hpp"

/// What the gateways' sides are made of.
namespace hotline::test {

/// Ways to sign that several have in common.
void nothing(Sent& sent, const std::string& token, std::int64_t time, const std::string& url);
void basic(Sent& sent, const std::string& token, std::int64_t time, const std::string& url);

Sent request(http::Method method, std::string body, const std::string& type);
void header(Sent& sent, const std::string& name, const std::string& value);
void put(Pairs& pairs, const std::string& name, const std::optional<std::string>& value);
void put(boost::json::object& object, const char* name, const std::optional<std::string>& value);
/// As others send numbers: without "+".
std::optional<std::string> bare(const std::optional<std::string>& number);
/// The fields of the form, or of the query of a GET, sorted.
Pairs pairs_of(const Sent& sent);
std::string utf16be(const std::string& utf8);
std::string percent_all(const std::string& bytes);
std::string with_query(const std::string& url, const Sent& sent);

/// Those of companies, and those that an operator runs.
void add_cloud_sides(std::vector<Side>& list);
void add_own_sides(std::vector<Side>& list);

}  // namespace hotline::test
