#include "server/calling/mail_sender.hpp"

#include "crypto/random.hpp"

#include <curl/curl.h>
#include <signal.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string_view>

namespace hotline::calling {
namespace {

struct CurlEnds {
  void operator()(CURL* handle) const noexcept { ::curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { ::curl_slist_free_all(list); }
};

/// What is still to be handed over.
struct Source {
  std::string_view left;
  static std::size_t read(char* into, std::size_t size, std::size_t count, void* from) {
    auto& left = static_cast<Source*>(from)->left;
    const std::size_t piece = std::min(size * count, left.size());
    std::copy_n(left.data(), piece, into);
    left.remove_prefix(piece);
    return piece;
  }
};

int stop_asked(void* token, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0; }

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::string at(const MailSettings& mail) {
  const bool v6 = mail.host.find(':') != std::string::npos;
  return (v6 ? "[" + mail.host + "]" : mail.host) + ":" + std::to_string(mail.port);
}

std::string advice_for_answer(const MailSettings& mail, long code) {
  const std::string said = "the mail server at " + at(mail) + " answered " + std::to_string(code);
  if (code == 530) return said + ": it wants user and password in [mail]";
  if (code == 534 || code == 535) return said + ": it does not take user and password of [mail]; compare them with those of the provider";
  if (code >= 400 && code < 500) return said + ": it asks to be tried again later; if it goes on so, ask who runs it";
  return said + ": it refuses the message; see that from in [mail] is an address that this account may send as, and that email in [[call]] is right";
}

std::string advice_for(const MailSettings& mail, CURLcode result, long code) {
  const std::string server = "the mail server at " + at(mail);
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST: return "the host of " + at(mail) + " is not known; correct server in [mail], or the DNS entry";
    case CURLE_COULDNT_CONNECT:
      return "nothing takes mail at " + at(mail) + "; correct server in [mail], and see that outgoing connections to that port are allowed (many hosters close 25)";
    case CURLE_OPERATION_TIMEDOUT: return server + " does not answer in time; see that outgoing connections to that port are allowed, and that tls fits the port (587 starttls, 465 tls)";
    case CURLE_PEER_FAILED_VERIFICATION: return server + " has a certificate that cannot be verified; let server be the name in the certificate, or name its authority in ca_file";
    case CURLE_SSL_CACERT_BADFILE: return "ca_file of [mail] cannot be read; name a PEM file that this user may read";
    case CURLE_USE_SSL_FAILED: return server + " offers no STARTTLS; take tls = \"tls\" with its port (mostly 465), or another server";
    case CURLE_SSL_CONNECT_ERROR: return server + " does not speak TLS there; take tls = \"starttls\" with port 587, or the port of TLS (mostly 465)";
    case CURLE_LOGIN_DENIED:
      return code >= 400 ? advice_for_answer(mail, code) : server + " offers no way to sign in that is known here (PLAIN, LOGIN, CRAM-MD5); remove user and password, or ask who runs it";
    default: break;
  }
  if (code >= 400) return advice_for_answer(mail, code);
  return server + " ended the talk before its end; see that it is a mail server, and that tls fits the port (587 starttls, 465 tls)";
}

}  // namespace

MailSender::MailSender(const MailSettings& mail, std::string to, const Clock& clock, std::chrono::milliseconds deadline)
    : mail_(mail), to_(std::move(to)), clock_(clock), deadline_(deadline) {
  static std::once_flag once;
  std::call_once(once, [] {
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    // A write to a closed TLS connection must be an error, not the end of the program.
    struct sigaction action {};
    if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
  });
}

Delivery MailSender::send(const CallMessage& message, const std::stop_token& stop) {
  ByteArray<16> unique{};
  crypto::random_bytes(unique);
  const std::string mail = mail_of(message, mail_.from, to_, clock_.now(), unique);
  const std::unique_ptr<CURL, CurlEnds> handle(::curl_easy_init());
  const std::unique_ptr<curl_slist, CurlEnds> to(::curl_slist_append(nullptr, ("<" + to_ + ">").c_str()));
  if (!handle || !to) return {Delivery::Kind::failed, 0, "no memory for a call"};
  const auto set = [&handle](CURLoption option, auto value) { ::curl_easy_setopt(handle.get(), option, value); };

  // What stands behind the host is what we call ourselves; else libcurl would tell this machine's name.
  const std::string scheme = mail_.tls == MailSettings::Tls::tls ? "smtps://" : "smtp://";
  const std::string url = scheme + at(mail_) + "/" + mail_.from.substr(mail_.from.find('@') + 1);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  if (mail_.tls != MailSettings::Tls::none) set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!mail_.ca_file.empty()) set(CURLOPT_CAINFO, mail_.ca_file.c_str());
  const std::string password(mail_.password.reveal());
  if (!mail_.user.empty()) {
    set(CURLOPT_USERNAME, mail_.user.c_str());
    set(CURLOPT_PASSWORD, password.c_str());
  }
  const std::string from = "<" + mail_.from + ">";
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, to.get());
  Source source{mail};
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &Source::read);
  set(CURLOPT_READDATA, &source);
  set(CURLOPT_WRITEFUNCTION, &swallow);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(deadline_.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline_.count()));
  std::stop_token asked = stop;
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &stop_asked);
  set(CURLOPT_XFERINFODATA, &asked);

  const CURLcode result = ::curl_easy_perform(handle.get());
  long code = 0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &code);
  if (result == CURLE_OK) return {Delivery::Kind::sent, static_cast<int>(code), {}};
  // All of it is gone, and the last that was heard is "go on": nobody knows whether it was taken.
  constexpr long go_on = 354;
  const bool perhaps = source.left.empty() && code == go_on;
  return {perhaps ? Delivery::Kind::perhaps : Delivery::Kind::failed, static_cast<int>(code >= 400 ? code : 0), advice_for(mail_, result, code)};
}

}  // namespace hotline::calling
