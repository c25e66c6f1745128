#pragma once

#include "config/ids.hpp"

#include <cstdint>
#include <vector>

namespace hotline::storage {

/// What somebody did. Kept as the number: new ones go to the end, none is used twice.
enum class Act : std::uint8_t {
  signed_in = 1,
  sign_in_refused = 2,          ///< by whom, or with which name, is not kept
  second_factor_refused = 3,
  signed_out = 4,
  passphrase_changed = 5,
  recovered = 6,                ///< signed in again with the paper code
  second_factor_added = 7,
  second_factor_removed = 8,
  session_ended = 9,            ///< of another device, or of a colleague by an admin
  member_invited = 10,
  member_enrolled = 11,
  member_vouched = 12,
  member_removed = 13,
  member_granted = 14,          ///< identities were sealed to this member
  epoch_begun = 15,
  report_opened = 16,
  file_opened = 17,
  case_opened = 18,             ///< a new case was made
  case_viewed = 19,
  case_changed = 20,
  answer_stored = 21,
  text_ordered = 22,
  deleted = 23,
  activity_read = 24,
  hold_changed = 25,            ///< a legal hold was asked for, confirmed, lifted, or one of these was taken back
  invitation_withdrawn = 26,
  recovery_code_renewed = 27,   ///< by the member, signed in
  figures_read = 28,
  case_rekeyed = 29,            ///< new keys, since somebody who knew the old ones has left
  role_refused = 30,            ///< asked for what the member's role does not include; once an hour
  text_withdrawn = 31,          ///< before a gateway had it, or was asked for too late
  recovery_begun = 32,          ///< the sealed keys went to who had the paper code; it need not go on to `recovered`
};

/// What an act was done to. Kept as the number.
enum class SubjectKind : std::uint8_t { none = 0, member = 1, report = 2, file = 3, case_ = 4, epoch = 5, text = 6, invitation = 7, session = 8, second_factor = 9 };

/// An id by its kind; the id is zero where there is none.
struct Subject {
  SubjectKind kind = SubjectKind::none;
  ByteArray<16> id{};

  Subject() = default;
  Subject(SubjectKind its_kind, const ByteArray<16>& its_id) : kind(its_kind), id(its_id) {}
  Subject(const MemberId& member) : Subject(SubjectKind::member, member.bytes) {}     // NOLINT: meant to convert
  Subject(const ReportId& report) : Subject(SubjectKind::report, report.bytes) {}     // NOLINT
  Subject(const BlobId& file) : Subject(SubjectKind::file, file.bytes) {}             // NOLINT
  Subject(const CaseId& of_case) : Subject(SubjectKind::case_, of_case.bytes) {}      // NOLINT
  Subject(const EpochId& epoch) : Subject(SubjectKind::epoch, epoch.bytes) {}         // NOLINT
  Subject(const TextId& text) : Subject(SubjectKind::text, text.bytes) {}             // NOLINT
  Subject(const InvitationId& invitation) : Subject(SubjectKind::invitation, invitation.bytes) {}   // NOLINT

  bool operator==(const Subject&) const = default;
};

/// One line of what was done at a desk: who, when to the hour, to what. Never anything of what it says.
struct Activity {
  Act act = Act::signed_in;
  DeskId desk;
  MemberId member;                  ///< zero: nobody who is known, or the server
  std::int64_t hour = 0;            ///< since 1970
  Subject subject;
  ByteArray<32> detail{};           ///< BLAKE2b-256 of the sealed event or events that went along; zeros without
};

/// What is written down in the commit of the change that it tells of: both are there or neither.
using ActivityLines = std::vector<Activity>;

struct ActivityRow {
  std::int64_t number = 0;          ///< from 1, without gaps over all desks of the database
  Activity activity;
};

/// The end of the chain: whoever has noted it can see later whether anything before it was taken away or changed.
struct ActivityHead {
  std::int64_t count = 0;
  ByteArray<32> hash{};
};

}  // namespace hotline::storage
