#include "config/settings_limits.hpp"

namespace hotline::settings_detail {
namespace {

void read(Section& section, std::string_view key, std::size_t& limit, std::int64_t min, std::int64_t max) {
  if (const auto value = section.integer(key, min, max)) limit = static_cast<std::size_t>(*value);
}
void read_seconds(Section& section, std::string_view key, std::chrono::milliseconds& limit, std::int64_t min, std::int64_t max) {
  if (const auto value = section.integer(key, min, max)) limit = std::chrono::seconds(*value);
}
void read_time(Section& section, std::string_view key, std::int64_t& limit, std::int64_t min, std::int64_t max) {
  if (const auto value = section.integer(key, min, max)) limit = *value;
}

/// Days after which something is destroyed; 0 for never.
void read_days(Section& section, std::string_view key, std::int64_t& limit) {
  constexpr std::int64_t days_min = 30;
  constexpr std::int64_t days_max = 36'500;
  const auto days = section.integer(key, 0, days_max);
  if (days && *days != 0 && *days < days_min) {
    section.complain(key, "must be 0 (never destroyed) or at least 30 days, so that a slip destroys nothing at once");
  } else if (days) {
    limit = *days;
  }
}

constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;

}  // namespace

Limits read_limits(Section section) {
  Limits limits;
  read(section, "header_bytes_max", limits.header_bytes_max, 4 * kib, 64 * kib);
  read(section, "connections_max", limits.connections_max, 8, 65536);
  read(section, "header_fields_max", limits.header_fields_max, 32, 1000);
  read_seconds(section, "header_deadline", limits.header_deadline, 1, 300);
  read_seconds(section, "body_grace", limits.body_grace, 1, 300);
  read(section, "body_bytes_per_second_min", limits.body_bytes_per_second_min, 1, 1 * mib);
  read(section, "chunk_extension_bytes_max", limits.chunk_extension_bytes_max, 0, 64 * kib);
  read_seconds(section, "idle_deadline", limits.idle_deadline, 1, 3600);
  read_seconds(section, "write_deadline", limits.write_deadline, 1, 600);
  read_seconds(section, "drain_deadline", limits.drain_deadline, 1, 60);
  read_seconds(section, "stop_deadline", limits.stop_deadline, 1, 300);

  read(section, "form_bytes_max", limits.form_bytes_max, 4 * kib, 96 * kib);
  read(section, "file_bytes_max", limits.file_bytes_max, 64 * kib, 1024 * mib);
  read(section, "files_max", limits.files_max, 0, 100);
  read(section, "body_bytes_max", limits.body_bytes_max, 256 * kib, 4096 * mib);
  read(section, "form_fields_max", limits.form_fields_max, 50, 2000);
  read(section, "sms_body_bytes_max", limits.sms_body_bytes_max, 4 * kib, 16 * mib);
  read(section, "api_body_bytes_max", limits.api_body_bytes_max, 64 * kib, 64 * mib);

  read(section, "writer_queue_max", limits.writer_queue_max, 16, 65536);
  read(section, "writer_batch_max", limits.writer_batch_max, 1, 1024);
  read(section, "reader_queue_max", limits.reader_queue_max, 16, 65536);
  read(section, "reader_threads", limits.reader_threads, 1, 64);
  read(section, "io_threads", limits.io_threads, 0, 64);
  read(section, "argon2_slots", limits.argon2_slots, 0, 64);
  read(section, "argon2_queue_max", limits.argon2_queue_max, 1, 65536);
  read(section, "uploads_max", limits.uploads_max, 1, 4096);
  read(section, "uploads_per_sender_max", limits.uploads_per_sender_max, 1, 4096);
  read(section, "sender_burst", limits.sender_burst, 1, 1000000);
  read(section, "sender_per_minute", limits.sender_per_minute, 1, 1000000);
  read(section, "work_bits", limits.work_bits, 0, 24);
  read(section, "uploads_pending_bytes_max", limits.uploads_pending_bytes_max, 64 * mib, 1024 * 1024 * mib);
  read(section, "disk_reserve_bytes", limits.disk_reserve_bytes, 0, 1024 * 1024 * mib);
  read(section, "console_sessions_max", limits.console_sessions_max, 1, 65536);
  read(section, "wrong_answers_waiting_max", limits.wrong_answers_waiting_max, 1, 65536);
  read(section, "changes_waiters_max", limits.changes_waiters_max, 1, 65536);
  read(section, "changes_waits_per_member_max", limits.changes_waits_per_member_max, 1, 1024);
  read_seconds(section, "changes_wait", limits.changes_wait, 1, 120);

  read(section, "outbox_max", limits.outbox_max, 1, 100000);
  read_time(section, "text_hours", limits.text_hours, 1, 24 * 7);
  read_seconds(section, "text_retry_min", limits.text_retry_min, 1, 3600);
  read_seconds(section, "text_retry_max", limits.text_retry_max, 1, 24 * 3600);
  read_seconds(section, "gateway_deadline", limits.gateway_deadline, 1, 300);
  read_time(section, "delivery_report_hours", limits.delivery_report_hours, 1, 24 * 30);
  read(section, "media_bytes_max", limits.media_bytes_max, 64 * kib, 1024 * mib);
  read(section, "media_per_text_max", limits.media_per_text_max, 0, 100);
  read_time(section, "media_hours", limits.media_hours, 1, 24 * 30);
  read(section, "conversations_max", limits.conversations_max, 16, 1000000);
  read_seconds(section, "conversation_silence", limits.conversation_silence, 60, 7 * 24 * 3600);
  read(section, "conversation_texts_max", limits.conversation_texts_max, 1, 1000);
  read(section, "smpp_window", limits.smpp_window, 1, 1000);

  read_seconds(section, "call_deadline", limits.call_deadline, 1, 300);
  read_seconds(section, "call_retry_min", limits.call_retry_min, 1, 3600);
  read_seconds(section, "call_retry_max", limits.call_retry_max, 1, 3600);
  read_time(section, "call_hours", limits.call_hours, 1, 24 * 7);

  read_time(section, "idempotency_hours", limits.idempotency_hours, 1, 24 * 30);
  read_time(section, "sms_dedupe_hours", limits.sms_dedupe_hours, 24, 24 * 90);
  read_time(section, "mailbox_days", limits.mailbox_days, 7, 3650);
  read_time(section, "session_hours", limits.session_hours, 1, 24 * 7);
  read_time(section, "session_idle_minutes", limits.session_idle_minutes, 5, 24 * 60);
  read_time(section, "upload_orphan_hours", limits.upload_orphan_hours, 1, 24 * 30);
  read_time(section, "hold_proposal_days", limits.hold_proposal_days, 1, 365);
  read_time(section, "upgrade_copy_days", limits.upgrade_copy_days, 0, 365);
  section.finish();

  if (limits.file_bytes_max > limits.body_bytes_max) {
    section.complain("file_bytes_max", "is larger than body_bytes_max; a request must have room for its file");
  }
  if (limits.form_bytes_max > limits.body_bytes_max) {
    section.complain("form_bytes_max", "is larger than body_bytes_max; raise that or lower this");
  }
  if (limits.text_retry_min > limits.text_retry_max) section.complain("text_retry_min", "is larger than text_retry_max; lower it");
  if (limits.call_retry_min > limits.call_retry_max) section.complain("call_retry_min", "is larger than call_retry_max; lower it");
  if (limits.writer_batch_max > limits.writer_queue_max) {
    section.complain("writer_batch_max", "is larger than writer_queue_max; lower it");
  }
  return limits;
}

void read_retention(Section section, Limits& limits) {
  read_days(section, "closed_case_days", limits.closed_case_days);
  read_days(section, "unfiled_report_days", limits.unfiled_report_days);
  section.finish();
}

}  // namespace hotline::settings_detail
