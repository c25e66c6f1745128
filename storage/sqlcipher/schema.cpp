#include "storage/sqlcipher/schema.hpp"

#include "storage/sqlcipher/log.hpp"

#include <array>

namespace hotline::storage::sqlcipher {
namespace {

struct Migration {
  int version;
  Sql script;  ///< sets user_version itself, within the same transaction
  void (*more)(Database&) = nullptr;  ///< what SQL cannot say; after the script, still within the transaction
};

// Big rows have a whole-number key and a unique index on their random id: rows then lie in the order of arrival, and a commit
// touches few pages. The exception is `mailbox`, which must not have an order of arrival at all.
// Numbers of `report`, `event`, `blob` and `media_waiting` are never used twice (AUTOINCREMENT): a reader's cursor stays right after deletions.
constexpr std::array migrations = {
    Migration{1, R"sql(
CREATE TABLE server_key (
  purpose TEXT NOT NULL PRIMARY KEY,
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE probe (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT INTO probe VALUES (1, 0);

CREATE TABLE desk (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name TEXT NOT NULL UNIQUE,
  desk_key BLOB NOT NULL CHECK (length(desk_key) = 32),
  demo INTEGER NOT NULL
) STRICT;

CREATE TABLE epoch (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  desk INTEGER NOT NULL REFERENCES desk (number),
  recipient BLOB NOT NULL,
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE INDEX epoch_by_desk ON epoch (desk, not_before);

CREATE TABLE report (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  desk INTEGER NOT NULL REFERENCES desk (number),
  epoch INTEGER NOT NULL REFERENCES epoch (number),
  channel INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  received_hour INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX report_by_desk ON report (desk);

-- A blob is being received while begun_hour is set, claimed while report is set, and being removed when neither is.
CREATE TABLE blob (
  handle INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL CHECK (length(id) = 16),
  begun_hour INTEGER,
  report INTEGER REFERENCES report (number),
  position INTEGER,
  bytes INTEGER,
  pieces INTEGER
) STRICT;
CREATE UNIQUE INDEX blob_by_report ON blob (report, id) WHERE report IS NOT NULL;
CREATE INDEX blob_unclaimed ON blob (begun_hour) WHERE report IS NULL;

CREATE TABLE piece (
  number INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (handle),
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (blob, position)
) STRICT;

CREATE TABLE idempotency (
  key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
  expiry_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sms_dedupe (
  key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
  expiry_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox (
  tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 16),
  expiry_day INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Whether answers were stored since their places in the file were last shuffled.
CREATE TABLE mailbox_order (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  disturbed INTEGER NOT NULL
) STRICT;
INSERT INTO mailbox_order VALUES (1, 0);

CREATE TABLE member (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name TEXT NOT NULL UNIQUE,
  desk INTEGER NOT NULL REFERENCES desk (number),
  role INTEGER NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  auth_hash BLOB NOT NULL CHECK (length(auth_hash) = 32),
  wrapped_secret BLOB NOT NULL,
  recovery_wrapped BLOB NOT NULL,
  recipient BLOB NOT NULL,
  sign_key BLOB NOT NULL CHECK (length(sign_key) = 32),
  created_day INTEGER NOT NULL,
  voucher BLOB NOT NULL CHECK (length(voucher) IN (0, 64))
) STRICT;
CREATE INDEX member_by_desk ON member (desk);

CREATE TABLE invitation (
  code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
  desk INTEGER NOT NULL REFERENCES desk (number),
  name TEXT NOT NULL UNIQUE,
  role INTEGER NOT NULL,
  expiry_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE access_grant (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  scope BLOB NOT NULL CHECK (length(scope) = 16),
  member INTEGER NOT NULL REFERENCES member (number),
  sealed BLOB NOT NULL,
  UNIQUE (kind, scope, member)
) STRICT;
CREATE INDEX access_grant_by_member ON access_grant (member);

CREATE TABLE case_file (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  desk INTEGER NOT NULL REFERENCES desk (number),
  recipient BLOB NOT NULL,
  state INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  created_hour INTEGER NOT NULL
) STRICT;
CREATE INDEX case_by_desk ON case_file (desk);

CREATE TABLE event (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  case_file INTEGER NOT NULL REFERENCES case_file (number),
  author BLOB NOT NULL CHECK (length(author) = 16),
  recorded_hour INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX event_by_case ON event (case_file);

PRAGMA application_id = 0x486f746c;
PRAGMA user_version = 1;
)sql"},
    Migration{2, R"sql(
-- A resumable upload has a length from its first moment, and in `bytes` what is there of it.
ALTER TABLE blob ADD COLUMN length INTEGER;
CREATE UNIQUE INDEX blob_resumable ON blob (id) WHERE length IS NOT NULL AND begun_hour IS NOT NULL;
CREATE INDEX blob_least ON blob (bytes, handle) WHERE length IS NOT NULL AND begun_hour IS NOT NULL;
-- How many of these wait for their report, and the bytes of all together: kept here, as counting them for each piece would be slow.
CREATE TABLE resumable_total (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  uploads INTEGER NOT NULL CHECK (uploads >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO resumable_total VALUES (1, 0, 0);

PRAGMA user_version = 2;
)sql"},
    Migration{3, R"sql(
-- Texts to reporters. `sealed` only while one waits; `tried`: it was being handed over.
CREATE TABLE outgoing_text (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  case_file INTEGER NOT NULL REFERENCES case_file (number),
  author BLOB NOT NULL CHECK (length(author) = 16),
  gateway TEXT NOT NULL,
  queued_hour INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  code TEXT NOT NULL,
  state_hour INTEGER NOT NULL,
  tried INTEGER NOT NULL,
  sealed BLOB,
  CHECK ((state = 1) = (sealed IS NOT NULL))
) STRICT;
CREATE INDEX outgoing_text_by_case ON outgoing_text (case_file);
CREATE INDEX outgoing_text_waiting ON outgoing_text (number) WHERE sealed IS NOT NULL;
CREATE TABLE delivery_key (
  key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
  text INTEGER NOT NULL REFERENCES outgoing_text (number),
  delivered INTEGER NOT NULL,
  expiry_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_key_by_text ON delivery_key (text);

PRAGMA user_version = 3;
)sql"},
    Migration{4, R"sql(
-- Pictures that a gateway still keeps. Who deletes the text takes what waits for it along.
CREATE TABLE media_waiting (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  report INTEGER NOT NULL REFERENCES report (number),
  queued_hour INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX media_waiting_by_report ON media_waiting (report);

PRAGMA user_version = 4;
)sql"},
    Migration{5, R"sql(
-- What a member shows besides the passphrase. kind 1 (TOTP): key is the shared secret, counter the last time step that was used.
-- kind 2 (passkey): key is the public key, counter the authenticator's own.
CREATE TABLE second_factor (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  member INTEGER NOT NULL REFERENCES member (number),
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_day INTEGER NOT NULL,
  key BLOB NOT NULL,
  credential BLOB NOT NULL,
  algorithm INTEGER NOT NULL,
  counter INTEGER NOT NULL
) STRICT;
CREATE INDEX second_factor_by_member ON second_factor (member);
CREATE UNIQUE INDEX second_factor_one_totp ON second_factor (member) WHERE kind = 1;
CREATE UNIQUE INDEX second_factor_credential ON second_factor (credential) WHERE kind = 2;
-- Proves the paper code. Empty for members who enrolled before there was this proof.
ALTER TABLE member ADD COLUMN recovery_hash BLOB NOT NULL DEFAULT x'' CHECK (length(recovery_hash) IN (0, 32));
-- The one-time permission to found the first desk from a browser.
CREATE TABLE founding (
  code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
  expiry_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 5;
)sql"},
    Migration{6, R"sql(
-- What was done at a desk, by whom, to what; never by its content. Only ever added to, and each row's hash holds the one before it.
CREATE TABLE activity (
  number INTEGER PRIMARY KEY,
  desk BLOB NOT NULL CHECK (length(desk) = 16),
  member BLOB NOT NULL CHECK (length(member) = 16),
  hour INTEGER NOT NULL,
  act INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject BLOB NOT NULL CHECK (length(subject) = 16),
  detail BLOB NOT NULL CHECK (length(detail) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX activity_by_desk ON activity (desk, number);
CREATE INDEX activity_by_subject ON activity (subject, number);
CREATE INDEX activity_by_member ON activity (member, number);
-- The events' chain. A link stays when its event is deleted with its case; `removed` is then the activity that says so.
CREATE TABLE event_link (
  position INTEGER PRIMARY KEY,
  event INTEGER NOT NULL UNIQUE,
  leaf BLOB NOT NULL CHECK (length(leaf) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  removed INTEGER REFERENCES activity (number)
) STRICT;
CREATE INDEX event_link_removed ON event_link (removed) WHERE removed IS NOT NULL;
CREATE TABLE chain_head (
  chain TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;
INSERT INTO chain_head VALUES ('activity', 0, zeroblob(32)), ('event', 0, zeroblob(32));

-- 1 new, 2 seen, 3 filed: belongs to some case. due_hour: by when a person should have read it.
ALTER TABLE report ADD COLUMN state INTEGER NOT NULL DEFAULT 1;
ALTER TABLE report ADD COLUMN due_hour INTEGER NOT NULL DEFAULT 0;
UPDATE report SET due_hour = received_hour + CASE priority WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 8 WHEN 3 THEN 24 ELSE 72 END;
CREATE INDEX report_waiting ON report (desk, priority, due_hour, number, state) WHERE state < 3;
CREATE INDEX report_new ON report (desk, priority, due_hour, number, state) WHERE state = 1;
-- Who opened a report, signed and sealed by them to the report's epoch.
CREATE TABLE report_view (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  report INTEGER NOT NULL REFERENCES report (number),
  author BLOB NOT NULL CHECK (length(author) = 16),
  recorded_hour INTEGER NOT NULL,
  activity INTEGER NOT NULL REFERENCES activity (number),
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX report_view_by_report ON report_view (report);

-- due_hour: the largest number when there is none, so that it sorts last.
ALTER TABLE case_file ADD COLUMN assignee BLOB CHECK (length(assignee) = 16);
ALTER TABLE case_file ADD COLUMN due_hour INTEGER NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE case_file ADD COLUMN last_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN closed_hour INTEGER;
UPDATE case_file SET last_event = coalesce((SELECT max(number) FROM event WHERE event.case_file = case_file.number), 0);
UPDATE case_file SET closed_hour = coalesce((SELECT recorded_hour FROM event WHERE number = last_event), created_hour) WHERE state = 2;
CREATE INDEX case_waiting ON case_file (desk, urgency, due_hour, number, assignee, state) WHERE state <> 2;
CREATE INDEX case_closed ON case_file (desk, closed_hour, number, assignee, state) WHERE state = 2;
-- For lists: sealed to the case, made by a client from the events, replaced whole.
CREATE TABLE case_summary (
  case_file INTEGER PRIMARY KEY REFERENCES case_file (number),
  id BLOB NOT NULL CHECK (length(id) = 16),
  author BLOB NOT NULL CHECK (length(author) = 16),
  recorded_hour INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

PRAGMA user_version = 6;
)sql", begin_event_chain},
    Migration{7, R"sql(
-- Calls to people of the desk: what is to be made, and the quiet after it. Times are minutes since 1970 and 0 when they are over; an entry
-- of the settings is a keyed hash; nothing of a report is here but the number up to which was looked.
CREATE TABLE call_watch (
  desk INTEGER NOT NULL PRIMARY KEY REFERENCES desk (number),
  seen INTEGER NOT NULL,
  danger_minute INTEGER NOT NULL,
  overdue_hour INTEGER NOT NULL,
  overdue_calls INTEGER NOT NULL,
  overdue_minute INTEGER NOT NULL
) STRICT;
CREATE TABLE call (
  desk INTEGER NOT NULL REFERENCES desk (number),
  entry BLOB NOT NULL CHECK (length(entry) = 32),
  cause INTEGER NOT NULL CHECK (cause BETWEEN 0 AND 3),
  since_minute INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  next_minute INTEGER NOT NULL,
  quiet_minute INTEGER NOT NULL,
  quiet_danger_minute INTEGER NOT NULL,
  PRIMARY KEY (desk, entry)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 7;
)sql"},
    Migration{8, R"sql(
-- A legal hold: HoldState, who did its last step, and when.
ALTER TABLE case_file ADD COLUMN hold INTEGER NOT NULL DEFAULT 0 CHECK (hold BETWEEN 0 AND 3);
ALTER TABLE case_file ADD COLUMN hold_by BLOB CHECK (length(hold_by) = 16);
ALTER TABLE case_file ADD COLUMN hold_hour INTEGER NOT NULL DEFAULT 0;
CREATE INDEX case_on_hold ON case_file (desk, number) WHERE hold <> 0;
-- Which reports a case is about, while it is closed or held and no longer.
CREATE TABLE case_report (
  report INTEGER NOT NULL REFERENCES report (number),
  case_file INTEGER NOT NULL REFERENCES case_file (number),
  PRIMARY KEY (report, case_file)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_report_by_case ON case_report (case_file);
CREATE INDEX report_unfiled ON report (received_hour) WHERE state = 2;
-- The hour by which destruction goes: see storage/sqlcipher/retention.hpp. 0: none was seen yet.
CREATE TABLE retention_clock (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  hour INTEGER NOT NULL
) STRICT;
INSERT INTO retention_clock VALUES (1, 0);

PRAGMA user_version = 8;
)sql"},
    Migration{9, R"sql(
-- Invitations that wait can be seen and withdrawn: by an id, since the hash of the code is as good as the code. invited_by: zeros for those
-- of before, of whom nobody knows.
CREATE TABLE invitation_of_a_member (
  code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
  desk INTEGER NOT NULL REFERENCES desk (number),
  name TEXT NOT NULL UNIQUE,
  role INTEGER NOT NULL,
  expiry_hour INTEGER NOT NULL,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  invited_by BLOB NOT NULL CHECK (length(invited_by) = 16),
  made_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO invitation_of_a_member SELECT code_hash, desk, name, role, expiry_hour, randomblob(16), zeroblob(16), expiry_hour - 72 FROM invitation;
DROP TABLE invitation;
ALTER TABLE invitation_of_a_member RENAME TO invitation;

-- Somebody who held its key has left: a client of those who remain gives it a new one.
ALTER TABLE case_file ADD COLUMN key_known_outside INTEGER NOT NULL DEFAULT 0;

-- For figures: all that they count of a report, beside its words and not behind them.
CREATE INDEX report_counted ON report (desk, received_hour, priority, channel, state);

PRAGMA user_version = 9;
)sql"},
    Migration{10, R"sql(
-- Who has left: what they signed is still checked with their key, and nobody new takes their id.
CREATE TABLE former_member (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  desk INTEGER NOT NULL REFERENCES desk (number),
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  recipient BLOB NOT NULL,
  sign_key BLOB NOT NULL CHECK (length(sign_key) = 32),
  voucher BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX former_member_of_desk ON former_member (desk);

PRAGMA user_version = 10;
)sql"},
};

}  // namespace

int newest_schema_version() noexcept { return migrations.back().version; }

int schema_version(Database& database) { return static_cast<int>(database.number("PRAGMA user_version")); }

void migrate(Database& database, int up_to) {
  // All or nothing: cut off between two steps, the next start would put a half-upgraded database in the place of the copy that leads back.
  database.script("BEGIN IMMEDIATE");
  for (const Migration& migration : migrations) {
    if (migration.version > up_to) break;
    // Read within the transaction: another process may be doing the same.
    if (schema_version(database) >= migration.version) continue;
    database.script(migration.script);
    if (migration.more != nullptr) migration.more(database);
  }
  database.script("COMMIT");
}

}  // namespace hotline::storage::sqlcipher
