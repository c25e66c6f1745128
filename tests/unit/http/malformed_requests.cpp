#include "tests/unit/http/malformed_requests.hpp"

#include <string_view>

namespace hotline::http {
namespace {

using namespace std::string_literals;
using Table = std::vector<MalformedRequest>;

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; }
std::string post(const std::string& headers, const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}
std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }

void add_request_lines(Table& table) {
  const auto line = [&](const std::string& name, const std::string& text) {
    table.push_back({"request line: " + name, text + "\r\nHost: a\r\n\r\n"});
  };
  line("empty", "");
  line("two empty lines", "\r\n");
  line("space in front", " GET / HTTP/1.1");
  line("tab in front", "\tGET / HTTP/1.1");
  line("method only", "GET");
  line("no version", "GET /");
  line("no version but a space", "GET / ");
  line("no target", "GET HTTP/1.1");
  line("two spaces before the target", "GET  / HTTP/1.1");
  line("two spaces before the version", "GET /  HTTP/1.1");
  line("tab before the target", "GET\t/ HTTP/1.1");
  line("tab before the version", "GET /\tHTTP/1.1");
  line("space behind the version", "GET / HTTP/1.1 ");
  line("tab behind the version", "GET / HTTP/1.1\t");
  line("a fourth word", "GET / HTTP/1.1 x");
  line("space in the target", "GET /a b HTTP/1.1");
  line("version 0.9", "GET / HTTP/0.9");
  line("version 1.2", "GET / HTTP/1.2");
  line("version 2.0", "GET / HTTP/2.0");
  line("version 1", "GET / HTTP/1");
  line("version 11", "GET / HTTP/11");
  line("version 1.10", "GET / HTTP/1.10");
  line("version 01.1", "GET / HTTP/01.1");
  line("version 1,1", "GET / HTTP/1,1");
  line("version 1.1x", "GET / HTTP/1.1x");
  line("version in lower case", "GET / http/1.1");
  line("another protocol", "GET / ICAP/1.0");
  line("HTTP/2 preface", "PRI * HTTP/2.0");
  line("method with a colon", "G:T / HTTP/1.1");
  line("method with a slash", "G/T / HTTP/1.1");
  line("method with an at sign", "G@T / HTTP/1.1");
  line("method with quotes", "\"GET\" / HTTP/1.1");
  line("method with a bracket", "G[T / HTTP/1.1");
  line("method not ASCII", "G\xc3\x89T / HTTP/1.1");
  line("method empty", " / HTTP/1.1");
  line("method unknown", "FROB / HTTP/1.1");
  line("method in lower case", "get / HTTP/1.1");
  line("TRACE", "TRACE / HTTP/1.1");
  line("CONNECT", "CONNECT a:443 HTTP/1.1");
  line("CONNECT with a path", "CONNECT / HTTP/1.1");
  line("NUL in the method", "G\0T / HTTP/1.1"s);
  line("NUL in the target", "GET /\0 HTTP/1.1"s);
  line("NUL in the version", "GET / HTTP/1.1\0"s);
  line("DEL in the target", "GET /\x7f HTTP/1.1");
  line("bell in the target", "GET /\x07 HTTP/1.1");
  line("bytes over 127 in the target", "GET /\xc3\xa9 HTTP/1.1");
  table.push_back({"request line: a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x41\x42"s, false});
  table.push_back({"request line: bare LF ends it", "GET / HTTP/1.1\nHost: a\r\n\r\n"});
  table.push_back({"request line: bare CR ends it", "GET / HTTP/1.1\rHost: a\r\n\r\n"});
  table.push_back({"request line: ends in CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"});
  table.push_back({"request line: HTTP/0.9 and nothing else", "GET /\r\n", false});
  table.push_back({"request line: cut", "GET / HT", false});
  table.push_back({"request line: cut before its LF", "GET / HTTP/1.1\r", false});
  table.push_back({"request line: 20,000 bytes", "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"});
  table.push_back({"request line: method of 20,000 bytes", std::string(20000, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n"});
}

void add_targets(Table& table) {
  const auto target = [&](const std::string& text) { table.push_back({"target: " + text, "GET " + text + " HTTP/1.1\r\nHost: a\r\n\r\n"}); };
  for (const char* text : {"*", "http://a/", "https://a/", "http://b/", "a:80", "a", "?a", "#a", "/#a", "/?#", "//", "//a", "/a//b", "/..", "/../", "/a/..",
                           "/a/../b", "/./", "/.", "/%2e%2e/", "/%2E", "/%00", "/a%00", "/%0d%0aX:y", "/%2f", "/a%2fb", "/%5c", "/a\\b", "/%", "/%4", "/%zz",
                           "/%u0041", "/?%", "/?%x0", "/%ff", "/%c0%af", "/%7f", "/<a>", "/\"", "/{a}", "/a|b", "/a^b", "/`"}) {
    target(text);
  }
}

void add_header_lines(Table& table) {
  const auto header = [&](const std::string& name, const std::string& text) { table.push_back({"header: " + name, get(text)}); };
  header("space before the colon", "X : y\r\n");
  header("tab before the colon", "X\t: y\r\n");
  header("no colon", "X\r\n");
  header("no name", ": y\r\n");
  header("space in the name", "X Y: z\r\n");
  header("space in front of the name", " X: y\r\n");
  header("tab in front of the name", "\tX: y\r\n");
  header("quotes in the name", "\"X\": y\r\n");
  header("parenthesis in the name", "X(: y\r\n");
  header("at sign in the name", "X@: y\r\n");
  header("not ASCII in the name", "X\xc3\xa9: y\r\n");
  header("NUL in the name", "X\0: y\r\n"s);
  header("DEL in the name", "X\x7f: y\r\n");
  header("NUL in the value", "X: a\0b\r\n"s);
  header("DEL in the value", "X: a\x7f\r\n");
  header("bell in the value", "X: a\x07\r\n");
  header("escape in the value", "X: a\x1b[0m\r\n");
  header("vertical tab in the value", "X: a\x0b\r\n");
  header("form feed in the value", "X: a\x0c\r\n");
  header("folded", "X: a\r\n b\r\n");
  header("folded by a tab", "X: a\r\n\tb\r\n");
  header("folded right behind the colon", "X:\r\n a\r\n");
  header("folded to nothing", "X: a\r\n \r\n");
  header("bare LF ends a line", "X: y\nZ: z\r\n");
  header("bare CR ends a line", "X: y\rZ: z\r\n");
  header("bare CR in a value", "X: a\rb\r\n");
  header("CR CR LF", "X: y\r\r\n");
  header("LF CR", "X: y\n\r");
  header("LF LF ends the header", "X: y\n\n");
  header("101 fields", [] {
    std::string fields;
    for (int i = 0; i < 100; ++i) fields += "X" + std::to_string(i) + ": y\r\n";
    return fields;
  }());
  header("16 KiB value", "X: " + std::string(16384, 'a') + "\r\n");
  header("16 KiB name", std::string(16384, 'a') + ": b\r\n");
  table.push_back({"header: first line folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"});
  table.push_back({"header: bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"});
  table.push_back({"header: bare CR everywhere", "GET / HTTP/1.1\rHost: a\r\r"});
  table.push_back({"header: cut within a name", "GET / HTTP/1.1\r\nHo", false});
  table.push_back({"header: cut within a value", "GET / HTTP/1.1\r\nHost: a", false});
  table.push_back({"header: cut before the empty line", "GET / HTTP/1.1\r\nHost: a\r\n", false});
  table.push_back({"header: cut within the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r", false});
  table.push_back({"header: without end, over 16 KiB", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(30000, 'b'), false});
}

void add_hosts(Table& table) {
  const auto host = [&](const std::string& name, const std::string& fields) {
    table.push_back({"host: " + name, "GET / HTTP/1.1\r\n" + fields + "\r\n"});
  };
  host("none", "");
  host("none, but others", "X: y\r\n");
  host("empty", "Host:\r\n");
  host("blank", "Host:  \r\n");
  host("twice the same", "Host: a\r\nHost: a\r\n");
  host("two", "Host: a\r\nHost: b\r\n");
  host("two in different case", "Host: a\r\nhOST: b\r\n");
  host("two in a list", "Host: a, b\r\n");
  host("two words", "Host: a b\r\n");
  host("user", "Host: u@a\r\n");
  host("scheme", "Host: http://a\r\n");
  host("path", "Host: a/b\r\n");
  host("query", "Host: a?b\r\n");
  host("port not a number", "Host: a:b\r\n");
  host("port too high", "Host: a:65536\r\n");
  host("port negative", "Host: a:-1\r\n");
  host("port too long", "Host: a:000080\r\n");
  host("two ports", "Host: a:80:80\r\n");
  host("port only", "Host: :80\r\n");
  host("open bracket", "Host: [::1\r\n");
  host("closed bracket", "Host: ::1]\r\n");
  host("IPv6 without brackets", "Host: ::1\r\n");
  host("empty brackets", "Host: []\r\n");
  host("text behind the bracket", "Host: [::1]x\r\n");
  host("zone", "Host: [fe80::1%25eth0]\r\n");
  host("escape", "Host: %61\r\n");
  host("not ASCII", "Host: \xc3\xa9\r\n");
  host("quotes", "Host: \"a\"\r\n");
  host("angle brackets", "Host: <a>\r\n");
  host("256 bytes", "Host: " + std::string(256, 'a') + "\r\n");
  table.push_back({"host: two in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"});
}

void add_lengths(Table& table) {
  const auto length = [&](const std::string& name, const std::string& fields) { table.push_back({"length: " + name, post(fields, "hello")}); };
  length("plus sign", "Content-Length: +5\r\n");
  length("minus sign", "Content-Length: -5\r\n");
  length("minus zero", "Content-Length: -0\r\n");
  length("hex", "Content-Length: 0x5\r\n");
  length("letters", "Content-Length: five\r\n");
  length("letter behind", "Content-Length: 5a\r\n");
  length("decimal point", "Content-Length: 5.0\r\n");
  length("exponent", "Content-Length: 5e0\r\n");
  length("blank within", "Content-Length: 5 0\r\n");
  length("underscore", "Content-Length: 0_5\r\n");
  length("quotes", "Content-Length: \"5\"\r\n");
  length("empty", "Content-Length:\r\n");
  length("list of the same", "Content-Length: 5, 5\r\n");
  length("list of different", "Content-Length: 5, 6\r\n");
  length("list with an empty one", "Content-Length: 5,\r\n");
  length("twice the same", "Content-Length: 5\r\nContent-Length: 5\r\n");
  length("two different", "Content-Length: 5\r\nContent-Length: 6\r\n");
  length("two, one zero", "Content-Length: 0\r\nContent-Length: 5\r\n");
  length("two in different case", "Content-Length: 5\r\ncontent-length: 5\r\n");
  length("over 64 bits", "Content-Length: 18446744073709551621\r\n");
  length("2^64-1", "Content-Length: 18446744073709551615\r\n");
  length("2^63", "Content-Length: 9223372036854775808\r\n");
  length("40 digits", "Content-Length: " + std::string(40, '0') + "5\r\n");
  length("NUL behind", "Content-Length: 5\0\r\n"s);
  length("full-width digit", "Content-Length: \xef\xbc\x95\r\n");
  length("space before the colon", "Content-Length : 5\r\n");
  length("folded", "Content-Length:\r\n 5\r\n");
  table.push_back({"length: over the route's limit", post("Content-Length: 1001\r\n", std::string(1001, 'a'))});
  table.push_back({"length: a terabyte", post("Content-Length: 1000000000000\r\n", "hello"), false});
  table.push_back({"length: body on a route without", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"});
  table.push_back({"length: body cut", post("Content-Length: 10\r\n", "hello"), false});
  table.push_back({"length: body absent", post("Content-Length: 10\r\n", ""), false});
}

void add_encodings(Table& table) {
  const std::string body = "5\r\nhello\r\n0\r\n\r\n";
  const auto encoding = [&](const std::string& name, const std::string& fields) { table.push_back({"encoding: " + name, post(fields, body)}); };
  encoding("with a length before", "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n");
  encoding("with a length behind", "Transfer-Encoding: chunked\r\nContent-Length: 15\r\n");
  encoding("with a length of zero", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n");
  encoding("with a length that cuts the body", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n");
  encoding("identity", "Transfer-Encoding: identity\r\n");
  encoding("gzip", "Transfer-Encoding: gzip\r\n");
  encoding("gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n");
  encoding("chunked, gzip", "Transfer-Encoding: chunked, gzip\r\n");
  encoding("chunked, identity", "Transfer-Encoding: chunked, identity\r\n");
  encoding("identity, chunked", "Transfer-Encoding: identity, chunked\r\n");
  encoding("chunked, chunked", "Transfer-Encoding: chunked, chunked\r\n");
  encoding("twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
  encoding("twice, second identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n");
  encoding("twice, first identity", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n");
  encoding("empty", "Transfer-Encoding:\r\n");
  encoding("comma only", "Transfer-Encoding: ,\r\n");
  encoding("leading comma", "Transfer-Encoding: , chunked\r\n");
  encoding("trailing comma", "Transfer-Encoding: chunked,\r\n");
  encoding("quoted", "Transfer-Encoding: \"chunked\"\r\n");
  encoding("single quotes", "Transfer-Encoding: 'chunked'\r\n");
  encoding("semicolon", "Transfer-Encoding: chunked;\r\n");
  encoding("parameter", "Transfer-Encoding: chunked;q=1\r\n");
  encoding("prefix", "Transfer-Encoding: xchunked\r\n");
  encoding("suffix", "Transfer-Encoding: chunkedx\r\n");
  encoding("two words", "Transfer-Encoding: chunked x\r\n");
  encoding("vertical tab", "Transfer-Encoding: \x0b" "chunked\r\n");
  encoding("NUL", "Transfer-Encoding: chunked\0\r\n"s);
  encoding("space before the colon", "Transfer-Encoding : chunked\r\n");
  encoding("folded", "Transfer-Encoding:\r\n chunked\r\n");
  encoding("folded second line", "Transfer-Encoding: chunked\r\n , identity\r\n");
  encoding("hidden by a bare CR", "X: y\rTransfer-Encoding: chunked\r\n");
  encoding("hidden by a bare LF", "X: y\nTransfer-Encoding: chunked\r\n");
  encoding("long s", "Transfer-Encoding: chunked\xc5\xbf\r\n");
  table.push_back({"encoding: chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body});
  table.push_back({"encoding: chunked on a route without body", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body});
}

void add_chunks(Table& table) {
  const auto chunk = [&](const std::string& name, const std::string& body) { table.push_back({"chunk: " + name, chunked(body)}); };
  chunk("plus sign", "+5\r\nhello\r\n0\r\n\r\n");
  chunk("minus sign", "-5\r\nhello\r\n0\r\n\r\n");
  chunk("0x", "0x5\r\nhello\r\n0\r\n\r\n");
  chunk("not hex", "g\r\nhello\r\n0\r\n\r\n");
  chunk("no size", "\r\nhello\r\n0\r\n\r\n");
  chunk("extension without size", ";a=b\r\nhello\r\n0\r\n\r\n");
  chunk("space in front", " 5\r\nhello\r\n0\r\n\r\n");
  chunk("space behind", "5 \r\nhello\r\n0\r\n\r\n");
  chunk("tab behind", "5\t\r\nhello\r\n0\r\n\r\n");
  chunk("comma", "5,5\r\nhello\r\n0\r\n\r\n");
  chunk("underscore", "0_5\r\nhello\r\n0\r\n\r\n");
  chunk("decimal point", "5.0\r\nhello\r\n0\r\n\r\n");
  chunk("overflow of 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n");
  chunk("2^64-1", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n");
  chunk("16 times f and 5", "ffffffffffffffff5\r\nhello\r\n0\r\n\r\n");
  chunk("bare LF behind the size", "5\nhello\r\n0\r\n\r\n");
  chunk("bare CR behind the size", "5\rhello\r\n0\r\n\r\n");
  chunk("CR CR LF behind the size", "5\r\r\nhello\r\n0\r\n\r\n");
  chunk("bare LF behind the data", "5\r\nhello\n0\r\n\r\n");
  chunk("bare CR behind the data", "5\r\nhello\r0\r\n\r\n");
  chunk("nothing behind the data", "5\r\nhello0\r\n\r\n");
  chunk("data longer than said", "3\r\nhello\r\n0\r\n\r\n");
  chunk("two bytes for the line's end", "5\r\nhelloXX0\r\n\r\n");
  chunk("last chunk with data", "0\r\nhello\r\n\r\n");
  chunk("NUL in the size", "5\0\r\nhello\r\n0\r\n\r\n"s);
  chunk("extension without name", "5;\r\nhello\r\n0\r\n\r\n");
  chunk("extension without value", "5;a=\r\nhello\r\n0\r\n\r\n");
  chunk("extension with an open quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n");
  chunk("extension with a bare LF", "5;a\nb\r\nhello\r\n0\r\n\r\n");
  chunk("extension with a bare CR", "5;a\rb\r\nhello\r\n0\r\n\r\n");
  chunk("extension with a control character", "5;a=\x01\r\nhello\r\n0\r\n\r\n");
  chunk("extension of 2 KiB", "5;a=" + std::string(2048, 'b') + "\r\nhello\r\n0\r\n\r\n");
  chunk("extension of 20 KiB", "5;a=" + std::string(20480, 'b') + "\r\nhello\r\n0\r\n\r\n");
  chunk("many short extensions", [] {
    std::string body;
    for (int i = 0; i < 200; ++i) body += "1;abc=defg\r\nx\r\n";
    return body + "0\r\n\r\n";
  }());
  chunk("size of 10,000 zeros", std::string(10000, '0') + "5\r\nhello\r\n0\r\n\r\n");
  chunk("trailer", "5\r\nhello\r\n0\r\nX: y\r\n\r\n");
  chunk("trailer with a length", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n");
  chunk("trailer with an encoding", "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunk("trailer with a host", "5\r\nhello\r\n0\r\nHost: b\r\n\r\n");
  chunk("trailer malformed", "5\r\nhello\r\n0\r\nnonsense\r\n\r\n");
  chunk("trailer of 20 KiB", "5\r\nhello\r\n0\r\nX: " + std::string(20480, 'y') + "\r\n\r\n");
  chunk("bare LF behind the last chunk", "5\r\nhello\r\n0\n\r\n");
  chunk("over the route's limit in one", "3e9\r\n" + std::string(1001, 'a') + "\r\n0\r\n\r\n");
  chunk("over the route's limit in many", [] {
    std::string body;
    for (int i = 0; i < 101; ++i) body += "a\r\n0123456789\r\n";
    return body + "0\r\n\r\n";
  }());
  const auto cut = [&](const std::string& name, const std::string& body) { table.push_back({"chunk: cut " + name, chunked(body), false}); };
  cut("before the first", "");
  cut("within a size", "5");
  cut("within data", "5\r\nhel");
  cut("before the last", "5\r\nhello\r\n");
  cut("behind the last size", "5\r\nhello\r\n0\r\n");
  cut("within the end", "5\r\nhello\r\n0\r\n\r");
}

void add_demands(Table& table) {
  table.push_back({"demand: upgrade to websocket", get("Connection: Upgrade\r\nUpgrade: websocket\r\n")});
  table.push_back({"demand: upgrade to h2c", get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n")});
  table.push_back({"demand: upgrade without connection", get("Upgrade: TLS/1.0\r\n")});
  table.push_back({"demand: unknown expectation", post("Expect: 200-maybe\r\nContent-Length: 5\r\n", "hello")});
  table.push_back({"demand: expectation with more", post("Expect: 100-continue, x\r\nContent-Length: 5\r\n", "hello")});
  table.push_back({"demand: two expectations", post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", "hello")});
  table.push_back({"demand: continue over the limit", post("Expect: 100-continue\r\nContent-Length: 1001\r\n", ""), false});
  table.push_back({"demand: two content types", post("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 5\r\n", "hello")});
  table.push_back({"demand: malformed connection", get("Connection: a b\r\n")});
  table.push_back({"demand: connection with a quote", get("Connection: \"close\"\r\n")});
}

}  // namespace

std::vector<MalformedRequest> malformed_requests() {
  Table table;
  add_request_lines(table);
  add_targets(table);
  add_header_lines(table);
  add_hosts(table);
  add_lengths(table);
  add_encodings(table);
  add_chunks(table);
  add_demands(table);
  return table;
}

}  // namespace hotline::http
