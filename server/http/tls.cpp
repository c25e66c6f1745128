#include "server/http/tls.hpp"

#include <openssl/err.h>

#include <sys/stat.h>

#include <ctime>
#include <string>
#include <string_view>

namespace hotline::http {
namespace {

using Context = std::shared_ptr<SSL_CTX>;

/// No terminal is asked for a passphrase: an encrypted key is refused.
int no_passphrase(char*, int, int, void*) { return 0; }

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, http11, sizeof(http11), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// Those of Mozilla's modern profile, and before them the one that a later quantum computer does not undo, where OpenSSL has it (3.5).
bool choose_groups(SSL_CTX* context) {
  const bool chosen = SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519:P-256:P-384") == 1 ||
                      SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
  ERR_clear_error();
  return chosen;
}

Context make_context(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  return context;
}

Problem problem(const std::filesystem::path& file, std::string_view what) { return {file.string() + ": " + std::string(what)}; }

Outcome<Context> load(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  struct stat status {};
  if (::stat(certificate.c_str(), &status) != 0) return problem(certificate, "cannot be read; check the path and its mode");
  if (::stat(key.c_str(), &status) != 0) return problem(key, "cannot be read; check the path and its mode");
  if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) return problem(key, "is open to every user; run chmod 640 on it");

  const Context context = make_context(TLS_server_method());
  if (!context || !choose_groups(context.get())) return Problem{"TLS cannot be started: OpenSSL gives no context"};
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  const bool have_certificate = SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) == 1;
  const bool have_key = have_certificate && SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) == 1;
  const bool fit = have_key && SSL_CTX_check_private_key(context.get()) == 1;
  ERR_clear_error();
  if (!have_certificate) return problem(certificate, "holds no PEM certificate that OpenSSL can use");
  if (!have_key) return problem(key, "holds no unencrypted PEM key that fits the certificate");
  if (!fit) return problem(key, "does not belong to the certificate");
  return context;
}

}  // namespace

TlsContext::TlsContext(std::filesystem::path certificate, std::filesystem::path key, Context context)
    : certificate_(std::move(certificate)), key_(std::move(key)), context_(std::move(context)) {}

Outcome<std::shared_ptr<TlsContext>> TlsContext::create(std::filesystem::path certificate, std::filesystem::path key) {
  Outcome<Context> context = load(certificate, key);
  if (!context) return context.error();
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(certificate), std::move(key), std::move(*context)));
}

Outcome<void> TlsContext::reload() {
  Outcome<Context> fresh = load(certificate_, key_);
  if (!fresh) return Problem{fresh.error().line + " (the certificate loaded before stays in use)"};
  const std::lock_guard lock(mutex_);
  context_.swap(*fresh);
  return {};
}

std::int64_t TlsContext::ends() const {
  std::tm end{};
  const Context context = current();
  const X509* const certificate = SSL_CTX_get0_certificate(context.get());
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
  return ::timegm(&end);
}

Context TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

Outcome<Context> make_client_tls(const std::filesystem::path& ca_file) {
  const Context context = make_context(TLS_client_method());
  if (!context) return Problem{"TLS cannot be started: OpenSSL gives no context"};
  // A proxy in front of the server may be older than the server itself.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context.get());
  const bool loaded = ca_file.empty() || SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (!loaded) return problem(ca_file, "holds no PEM certificate to trust");
  return context;
}

}  // namespace hotline::http
