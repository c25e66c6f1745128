#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hotline {

/// Every bound of the program, in one place, with its unit. Those that an operator may change are read from [limits].
struct Limits {
  // HTTP, per connection and per process
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t connections_max = 4096;
  std::size_t header_fields_max = 100;
  std::chrono::milliseconds header_deadline = std::chrono::seconds(10);  ///< from a request's first byte
  std::chrono::milliseconds body_grace = std::chrono::seconds(10);  ///< after this a body must keep body_bytes_per_second_min
  std::size_t body_bytes_per_second_min = 1024;
  std::size_t chunk_extension_bytes_max = 1024;     ///< of all chunks of a body together
  std::chrono::milliseconds idle_deadline = std::chrono::seconds(60);
  std::chrono::milliseconds write_deadline = std::chrono::seconds(30);  ///< for each write that makes no progress
  std::chrono::milliseconds drain_deadline = std::chrono::seconds(5);   ///< for a refused sender to read why
  std::chrono::milliseconds stop_deadline = std::chrono::seconds(10);   ///< sessions that are not done by then are closed

  // What a report may hold
  std::size_t form_bytes_max = 64 * 1024;           ///< all text of a form together, decoded
  std::size_t file_bytes_max = 25 * 1024 * 1024;
  std::size_t files_max = 10;
  std::size_t body_bytes_max = 50 * 1024 * 1024;    ///< a whole request with files
  std::size_t form_fields_max = 200;
  std::size_t report_bytes_max = 128 * 1024;        ///< largest padded JSON; docs/formats.md section 1
  std::size_t age_header_bytes_max = 64 * 1024;
  std::size_t sms_body_bytes_max = 64 * 1024;
  std::size_t api_body_bytes_max = 1024 * 1024;     ///< JSON requests of the console

  // Queues and pools
  std::size_t writer_queue_max = 1024;              ///< jobs
  std::size_t writer_batch_max = 64;                ///< jobs that share one commit
  std::size_t reader_queue_max = 1024;
  std::size_t reader_threads = 2;
  std::size_t io_threads = 0;                       ///< 0: as many as processors, at most 4
  std::size_t argon2_slots = 0;                     ///< 0: as many as processors; each takes 19 MiB while it runs
  std::size_t argon2_queue_max = 256;
  std::size_t uploads_max = 64;                     ///< requests with files being received at the same time
  std::size_t uploads_per_sender_max = 8;           ///< of these, at most so many from one address
  std::size_t console_sessions_max = 1024;
  std::size_t wrong_answers_waiting_max = 256;      ///< wrong passphrases whose answer waits; as many wrong codes besides
  std::size_t changes_waiters_max = 256;            ///< requests that are held until something changes
  std::size_t changes_waits_per_member_max = 16;    ///< of these, for one member: tabs and devices
  std::chrono::milliseconds changes_wait = std::chrono::seconds(25);   ///< how long one is held, below what proxies cut
  std::size_t blob_chunk_bytes = 256 * 1024;        ///< rows in which a sealed file is stored

  // Strangers in a crowd (server/intake/crowd): who sends more than this waits behind those who do not; nobody is refused for it
  std::size_t sender_burst = 20;                    ///< requests that cost something, at once
  std::size_t sender_per_minute = 10;               ///< and then
  std::size_t work_bits = 14;                       ///< leading zero bits of a proof of work; each more doubles the work
  std::size_t uploads_pending_bytes_max = std::size_t{4} * 1024 * 1024 * 1024;   ///< sealed files whose report has not come, together
  std::size_t disk_reserve_bytes = 256 * 1024 * 1024;   ///< with less free, files are refused and words still taken

  // Texts (server/sms, server/texting)
  std::size_t outbox_max = 2000;                    ///< texts to reporters that wait at the same time
  std::int64_t text_hours = 24;                     ///< a text that no gateway took for so long, hours of silence apart, is given up
  std::chrono::milliseconds text_retry_min = std::chrono::seconds(5);    ///< before the second try; then each wait is twice the last
  std::chrono::milliseconds text_retry_max = std::chrono::minutes(15);
  std::chrono::milliseconds gateway_deadline = std::chrono::seconds(20); ///< for a gateway's answer to one request of ours
  std::int64_t delivery_report_hours = 7 * 24;      ///< how long a delivery report finds its text
  std::size_t media_bytes_max = 25 * 1024 * 1024;   ///< one picture fetched from a gateway
  std::size_t media_per_text_max = 10;
  std::int64_t media_hours = 24;                    ///< how long a picture is asked for
  std::size_t conversations_max = 10000;            ///< people asked at the same time; whoever has been silent longest is forgotten first
  std::chrono::milliseconds conversation_silence = std::chrono::hours(24);   ///< after which a conversation begins again
  std::size_t conversation_texts_max = 12;          ///< that one number gets without a caseworker in a day
  std::size_t smpp_window = 10;                     ///< requests of ours that an operator has not answered yet

  // Calls to people of the desk (server/calling)
  std::chrono::milliseconds call_deadline = std::chrono::seconds(30);    ///< for a mail server or a webhook, one call altogether
  std::chrono::milliseconds call_retry_min = std::chrono::seconds(15);   ///< before the second try; then each wait is twice the last
  std::chrono::milliseconds call_retry_max = std::chrono::minutes(15);
  std::int64_t call_hours = 12;                     ///< a call that did not get through for so long is given up

  // How long things are kept
  std::int64_t idempotency_hours = 24;
  std::int64_t sms_dedupe_hours = 7 * 24;
  std::int64_t mailbox_days = 90;
  std::int64_t session_hours = 12;
  std::int64_t session_idle_minutes = 60;           ///< a session that nobody asks with for so long ends before
  std::int64_t upload_orphan_hours = 24;            ///< blobs that no report claimed
  std::int64_t hold_proposal_days = 14;             ///< how long a legal hold that nobody confirmed protects
  std::int64_t upgrade_copy_days = 7;               ///< how long the copy stays that is made before an upgrade

  // Destruction by time (storage/retention.hpp), [retention]; 0: never
  std::int64_t closed_case_days = 730;              ///< after it was closed: the case, and the reports that it was about
  std::int64_t unfiled_report_days = 730;           ///< after it came: a report that was read and put into no case
};

}  // namespace hotline
