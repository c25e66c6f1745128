#include "server/calling/call_message.hpp"

#include "crypto/encoding.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace hotline::calling {
namespace {

struct Words {
  std::string_view subject;
  std::string_view soon;
  std::string_view now;
  std::string_view test_subject;
  std::string_view test;
};

constexpr Words english{"Something is waiting", "Something is waiting at the desk. Please look soon.", "Something is waiting at the desk. Please look now.",
                        "A test", "This is a test of the calls to you. Nothing is waiting."};
constexpr Words spanish{"Hay algo pendiente", "Hay algo pendiente. Por favor, revise pronto.",
                        "Hay algo pendiente. Por favor, revise ahora.", "Una prueba", "Esto es una prueba de los avisos. No hay nada pendiente."};

/// "Mon, 30 Nov 2026 16:05:00 +0000", whatever the machine's own language is.
std::string mail_date(std::int64_t now) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = now;
  std::tm time{};
  ::gmtime_r(&seconds, &time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %d %s %d %02d:%02d:%02d +0000", days.at(static_cast<std::size_t>(time.tm_wday)), time.tm_mday,
                months.at(static_cast<std::size_t>(time.tm_mon)), time.tm_year + 1900, time.tm_hour, time.tm_min, time.tm_sec);
  return text.data();
}

}  // namespace

CallMessage call_message(std::string_view language, Grade grade, std::string_view console) {
  const Words& words = language == "es" ? spanish : english;
  CallMessage message;
  message.subject = grade == Grade::test ? words.test_subject : words.subject;
  message.sentence = grade == Grade::test ? words.test : grade == Grade::now ? words.now : words.soon;
  message.console = console;
  message.grade = grade;
  return message;
}

std::string mail_of(const CallMessage& message, std::string_view from, std::string_view to, std::int64_t now, const ByteArray<16>& unique) {
  const std::string_view host = from.substr(from.find('@') + 1);
  std::string mail;
  const auto header = [&mail](std::string_view name, std::string_view value) { mail.append(name).append(": ").append(value).append("\r\n"); };
  header("Date", mail_date(now));
  header("From", from);
  header("To", to);
  header("Message-ID", "<" + crypto::to_hex(unique) + "@" + std::string(host) + ">");
  header("Subject", message.subject);
  header("Auto-Submitted", "auto-generated");   // RFC 3834: no "I am on holiday" in answer
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=us-ascii");
  mail.append("\r\n").append(message.sentence).append("\r\n");
  if (!message.console.empty()) mail.append(message.console).append("\r\n");
  return mail;
}

}  // namespace hotline::calling
