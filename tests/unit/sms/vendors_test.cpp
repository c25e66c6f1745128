#include "server/sms/delivery_report.hpp"
#include "server/sms/message_reader.hpp"
#include "server/sms/send_request.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

/// What each gateway says to a text and of a text, written after its own documentation, and what it must mean to us.
namespace hotline::sms {
namespace {

using Kind = HandedOver::Kind;
using storage::TextReason;
using storage::TextState;

constexpr std::string_view our_id = "0123456789abcdef0123456789abcdef";

struct Answer {
  const char* gateway;
  int status;
  const char* body;
  Kind kind;
  TextReason reason = TextReason::none;
  const char* name_or_code = "";   ///< the first name of an accepted text; the code of a refused one
};

// clang-format off
const std::vector<Answer> answers{
    {"twilio", 201, R"({"sid":"SM1","status":"queued","error_code":null})", Kind::accepted, {}, "SM1"},
    {"twilio", 400, R"({"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400})", Kind::refused, TextReason::opted_out, "21610"},
    {"twilio", 429, R"({"code":20429,"message":"Too Many Requests","status":429})", Kind::later},
    {"twilio", 400, R"({"code":21211,"status":400})", Kind::refused, TextReason::bad_number, "21211"},
    {"twilio", 400, R"({"code":21408,"status":400})", Kind::refused, TextReason::account, "21408"},
    {"twilio", 401, R"({"code":20003,"status":401})", Kind::refused, TextReason::account, "20003"},

    {"telnyx", 200, R"({"data":{"record_type":"message","id":"40385f64","to":[{"status":"queued"}]}})", Kind::accepted, {}, "40385f64"},
    {"telnyx", 400, R"({"errors":[{"code":"40300","title":"Blocked due to STOP message"}]})", Kind::refused, TextReason::opted_out, "40300"},
    {"telnyx", 429, R"({"errors":[{"code":"10011","title":"Too many requests"}]})", Kind::later},
    {"telnyx", 422, R"({"errors":[{"code":"40310","title":"Invalid 'to' address"}]})", Kind::refused, TextReason::bad_number, "40310"},
    {"telnyx", 403, R"({"errors":[{"code":"20100","title":"Insufficient Funds"}]})", Kind::refused, TextReason::account, "20100"},

    {"plivo", 202, R"({"message":"message(s) queued","message_uuid":["db3ce55a"],"api_id":"db342550"})", Kind::accepted, {}, "db3ce55a"},
    {"plivo", 429, R"({"api_id":"x","error":"too many requests"})", Kind::later},
    {"plivo", 402, R"({"api_id":"x","error":"insufficient credit"})", Kind::refused, TextReason::account, "402"},
    {"plivo", 400, R"({"api_id":"x","error":"dst is not valid"})", Kind::refused, TextReason::other, "400"},
    {"plivo-v2", 202, R"({"message_uuid":["db3ce55a"]})", Kind::accepted, {}, "db3ce55a"},
    {"plivo-v2", 401, "", Kind::refused, TextReason::account, "401"},

    {"vonage-sms", 200, R"({"message-count":"1","messages":[{"to":"5016221234","message-id":"0A","status":"0","remaining-balance":"3.1"}]})", Kind::accepted, {}, "0A"},
    {"vonage-sms", 200, R"({"message-count":"1","messages":[{"status":"1","error-text":"Throttled"}]})", Kind::later},
    {"vonage-sms", 200, R"({"message-count":"1","messages":[{"status":"4","error-text":"Bad Credentials"}]})", Kind::refused, TextReason::account, "4"},
    {"vonage-sms", 200, R"({"message-count":"1","messages":[{"status":"9","error-text":"Quota Exceeded"}]})", Kind::refused, TextReason::account, "9"},
    {"vonage-sms", 200, R"({"message-count":"1","messages":[{"status":"7","error-text":"Number barred"}]})", Kind::refused, TextReason::bad_number, "7"},
    {"vonage-sms-md5", 200, R"({"messages":[{"message-id":"0A","status":"0"}]})", Kind::accepted, {}, "0A"},
    {"vonage-sms", 200, R"({"message-count":"2","messages":[{"status":"4"},{"status":"4"}]})", Kind::refused, TextReason::account, "4"},
    {"vonage-sms-unsigned", 200, R"({"messages":[{"status":"1"}]})", Kind::later},

    {"vonage-messages", 202, R"({"message_uuid":"aaaa-1"})", Kind::accepted, {}, "aaaa-1"},
    {"vonage-messages", 401, R"({"type":"https://developer.vonage.com/api-errors#unauthorized","title":"Unauthorized"})", Kind::refused, TextReason::account, "Unauthorized"},
    {"vonage-messages", 402, R"({"title":"Low balance"})", Kind::refused, TextReason::account, "402"},
    {"vonage-messages", 429, R"({"title":"Rate Limit Hit"})", Kind::later},
    {"vonage-messages", 422, R"({"title":"Your request parameters didn't validate."})", Kind::refused, TextReason::other, "422"},

    {"messagebird", 201, R"({"id":"efa6405d","direction":"mt","recipients":{"totalCount":1}})", Kind::accepted, {}, "efa6405d"},
    {"messagebird", 422, R"({"errors":[{"code":9,"description":"no (correct) recipients found","parameter":"recipient"}]})", Kind::refused, TextReason::bad_number, "9"},
    {"messagebird", 402, R"({"errors":[{"code":25,"description":"Not enough balance"}]})", Kind::refused, TextReason::account, "25"},
    {"messagebird", 401, R"({"errors":[{"code":2,"description":"Request not allowed"}]})", Kind::refused, TextReason::account, "2"},
    {"messagebird", 429, R"({"errors":[{"code":98}]})", Kind::later},

    {"bird", 202, R"({"id":"b1","status":"accepted"})", Kind::accepted, {}, "b1"},
    {"bird", 401, R"({"code":"Unauthorized","message":"no"})", Kind::refused, TextReason::account, "Unauthorized"},
    {"bird", 422, R"({"code":"InvalidPayload","message":"no"})", Kind::refused, TextReason::other, "InvalidPayload"},
    {"bird", 429, "{}", Kind::later},

    {"sinch", 201, R"({"id":"01FC66","to":["5016221234"],"from":"12345","canceled":false,"type":"mt_text"})", Kind::accepted, {}, "01FC66"},
    {"sinch", 401, "", Kind::refused, TextReason::account, "401"},
    {"sinch", 400, R"({"code":"syntax_invalid_parameter_format","text":"to"})", Kind::refused, TextReason::other, "syntax_invalid_parameter_format"},
    {"sinch", 429, "", Kind::later},

    {"infobip", 200, R"({"messages":[{"messageId":"m1","status":{"groupId":1,"groupName":"PENDING","id":26,"name":"PENDING_ACCEPTED"},"to":"5016221234"}]})", Kind::accepted, {}, "m1"},
    {"infobip", 200, R"({"messages":[{"messageId":"m1","status":{"groupId":5,"groupName":"REJECTED","id":14,"name":"REJECTED_DESTINATION_BLOCKLISTED"}}]})", Kind::refused, TextReason::opted_out, "REJECTED_DESTINATION_BLOCKLISTED"},
    {"infobip", 200, R"({"messages":[{"status":{"groupId":5,"id":12,"name":"REJECTED_NOT_ENOUGH_CREDITS"}}]})", Kind::refused, TextReason::account, "REJECTED_NOT_ENOUGH_CREDITS"},
    {"infobip", 200, R"({"messages":[{"status":{"groupId":5,"id":13,"name":"REJECTED_SENDER"}}]})", Kind::refused, TextReason::account, "REJECTED_SENDER"},
    {"infobip", 200, R"({"messages":[{"status":{"groupId":5,"id":52,"name":"REJECTED_DESTINATION"}}]})", Kind::refused, TextReason::bad_number, "REJECTED_DESTINATION"},
    {"infobip", 200, R"({"messages":[{"status":{"groupId":5,"id":20,"name":"REJECTED_FLOODING_FILTER"}}]})", Kind::later},
    {"infobip", 401, R"({"requestError":{"serviceException":{"messageId":"UNAUTHORIZED"}}})", Kind::refused, TextReason::account, "401"},
    {"infobip", 429, "", Kind::later},

    {"africastalking", 201, R"({"SMSMessageData":{"Message":"Sent to 1/1 Total Cost: KES 0.8","Recipients":[{"statusCode":101,"number":"+5016221234","status":"Success","messageId":"ATPid_1"}]}})", Kind::accepted, {}, "ATPid_1"},
    {"africastalking", 201, R"({"SMSMessageData":{"Message":"Sent to 0/1 Total Cost: 0","Recipients":[{"statusCode":406,"status":"UserInBlacklist","messageId":"None"}]}})", Kind::refused, TextReason::opted_out, "406"},
    {"africastalking", 201, R"({"SMSMessageData":{"Message":"Sent to 0/1 Total Cost: 0","Recipients":[{"statusCode":405,"status":"InsufficientBalance","messageId":"None"}]}})", Kind::refused, TextReason::account, "405"},
    {"africastalking", 201, R"({"SMSMessageData":{"Message":"InvalidSenderId","Recipients":[]}})", Kind::refused, TextReason::account, "InvalidSenderId"},
    {"africastalking", 201, R"({"SMSMessageData":{"Message":"x","Recipients":[{"statusCode":403}]}})", Kind::refused, TextReason::bad_number, "403"},
    {"africastalking", 201, R"({"SMSMessageData":{"Message":"x","Recipients":[{"statusCode":500}]}})", Kind::later},
    {"africastalking", 401, "The supplied authentication is invalid", Kind::refused, TextReason::account, "401"},

    {"clickatell", 202, R"({"messages":[{"apiMessageId":"c1","accepted":true,"to":"5016221234","errorCode":null,"error":null}]})", Kind::accepted, {}, "c1"},
    {"clickatell", 202, R"({"messages":[{"apiMessageId":null,"accepted":false,"to":"5016221234","errorCode":26,"error":"Recipient opted out"}]})", Kind::refused, TextReason::opted_out, "26"},
    {"clickatell", 202, R"({"messages":[{"accepted":false,"errorCode":20}]})", Kind::refused, TextReason::account, "20"},
    {"clickatell", 401, "", Kind::refused, TextReason::account, "401"},
    {"clickatell", 429, "", Kind::later},
    {"clickatell-one", 202, R"({"messages":[{"apiMessageId":"c1","accepted":true,"to":"5016221234","error":null}]})", Kind::accepted, {}, "c1"},
    {"clickatell-one", 207, R"({"messages":[{"apiMessageId":null,"accepted":false,"error":{"code":25,"description":"Invalid recipient address."}}]})", Kind::refused, TextReason::bad_number, "25"},
    {"clickatell-one", 207, R"({"messages":[{"accepted":false,"error":{"code":26}}]})", Kind::refused, TextReason::opted_out, "26"},
    {"clickatell-one", 429, R"({"error":{"code":43}})", Kind::later},

    {"kannel", 202, "0: Accepted for delivery", Kind::accepted, {}, our_id.data()},
    {"kannel", 202, "3: Queued for later delivery", Kind::accepted, {}, our_id.data()},
    {"kannel", 503, "4: Temporal failure, try again later.", Kind::later},
    {"kannel", 403, "Not routable. Do not try again.", Kind::refused, TextReason::bad_number, "403"},
    {"kannel", 403, "Authorization failed for sendsms", Kind::refused, TextReason::account, "403"},
    {"kannel", 400, "Missing receiver number, rejected", Kind::refused, TextReason::other, "400"},

    {"jasmin", 200, R"(Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d")", Kind::accepted, {}, "07033084-5cfd-4812-90a4-e4d24ffb6e3d"},
    {"jasmin", 403, R"(Error "User throughput exceeded")", Kind::later},
    {"jasmin", 403, R"(Error "Authentication failure for username:hotline")", Kind::refused, TextReason::account, "403"},
    {"jasmin", 412, R"(Error "No route found")", Kind::refused, TextReason::other, "412"},

    {"android", 202, R"({"id":"PyDmBQZZXYmyxMwED8Fzy","state":"Pending","recipients":[{"phoneNumber":"+5016221234","state":"Pending"}]})", Kind::accepted, {}, "PyDmBQZZXYmyxMwED8Fzy"},
    {"android", 401, "", Kind::refused, TextReason::account, "401"},
    {"android", 400, R"({"message":"invalid phone number"})", Kind::refused, TextReason::other, "400"},
    {"android", 429, "", Kind::later},

    {"httpsms", 200, R"({"data":{"id":"32343a19","status":"pending"},"message":"message added to queue","status":"success"})", Kind::accepted, {}, "32343a19"},
    {"httpsms", 401, R"({"data":"Make sure your API key is set","status":"error"})", Kind::refused, TextReason::account, "401"},
    {"httpsms", 402, R"({"message":"You have exceeded your limit","status":"error"})", Kind::refused, TextReason::account, "402"},
    {"httpsms", 422, R"({"data":{"to":["invalid"]},"status":"error"})", Kind::refused, TextReason::other, "422"},
    {"httpsms", 429, "", Kind::later},

    {"whatsapp", 200, R"({"messaging_product":"whatsapp","contacts":[{"wa_id":"5016221234"}],"messages":[{"id":"wamid.1"}]})", Kind::accepted, {}, "wamid.1"},
    {"whatsapp", 400, R"({"error":{"message":"x","type":"OAuthException","code":131047}})", Kind::refused, TextReason::content, "131047"},
    {"whatsapp", 400, R"({"error":{"code":131050}})", Kind::refused, TextReason::opted_out, "131050"},
    {"whatsapp", 400, R"({"error":{"code":131026}})", Kind::refused, TextReason::bad_number, "131026"},
    {"whatsapp", 401, R"({"error":{"code":190}})", Kind::refused, TextReason::account, "190"},
    {"whatsapp", 400, R"({"error":{"code":130429}})", Kind::later},

    {"bandwidth", 202, R"({"id":"1476207046","owner":"+12345678901","segmentCount":1,"direction":"out"})", Kind::accepted, {}, "1476207046"},
    {"bandwidth", 400, R"({"type":"request-validation","description":"Your request could not be accepted","fieldErrors":[{"fieldName":"to"}]})", Kind::refused, TextReason::other, "request-validation"},
    {"bandwidth", 401, R"({"type":"unauthorized","description":"Authentication Failed"})", Kind::refused, TextReason::account, "unauthorized"},
    {"bandwidth", 429, R"({"type":"max-message-queue-size-exceeded"})", Kind::later},
};

struct Report {
  const char* gateway;
  const char* type;                ///< "json", "form", or "query" for a GET
  const char* body;
  std::optional<TextState> state;  ///< nothing: it says nothing new
  TextReason reason = TextReason::none;
  const char* name = "m1";
};

const std::vector<Report> reports{
    {"twilio", "form", "MessageSid=m1&MessageStatus=sent", {}},
    {"twilio", "form", "MessageSid=m1&MessageStatus=delivered", TextState::delivered},
    {"twilio", "form", "MessageSid=m1&MessageStatus=undelivered&ErrorCode=30005", TextState::refused, TextReason::bad_number},
    {"twilio", "form", "MessageSid=m1&MessageStatus=failed&ErrorCode=30003", TextState::refused, TextReason::undelivered},
    {"telnyx", "json", R"({"data":{"event_type":"message.finalized","payload":{"id":"m1","to":[{"status":"delivered"}],"errors":[]}}})", TextState::delivered},
    {"telnyx", "json", R"({"data":{"event_type":"message.finalized","payload":{"id":"m1","to":[{"status":"delivery_failed"}],"errors":[{"code":"40001"}]}}})", TextState::refused, TextReason::bad_number},
    {"telnyx", "json", R"({"data":{"event_type":"message.finalized","payload":{"id":"m1","to":[{"status":"expired"}],"errors":[{"code":"40005"}]}}})", TextState::refused, TextReason::undelivered},
    {"telnyx", "json", R"({"data":{"event_type":"message.finalized","payload":{"id":"m1","to":[{"status":"delivery_failed"}],"errors":[{"code":"40008"}]}}})", TextState::refused, TextReason::undelivered},
    {"telnyx", "json", R"({"data":{"event_type":"message.finalized","payload":{"id":"m1","to":[{"status":"delivery_failed"}],"errors":[{"code":"40012"}]}}})", TextState::refused, TextReason::bad_number},
    {"telnyx", "json", R"({"data":{"event_type":"message.sent","payload":{"id":"m1","to":[{"status":"sent"}]}}})", {}},
    {"plivo", "form", "MessageUUID=m1&Status=delivered&From=1&To=2", TextState::delivered},
    {"plivo", "form", "MessageUUID=m1&Status=undelivered&ErrorCode=200", TextState::refused, TextReason::opted_out},
    {"plivo", "form", "MessageUUID=m1&Status=failed&ErrorCode=900", TextState::refused, TextReason::account},
    {"plivo-v2", "form", "MessageUUID=m1&Status=undelivered&ErrorCode=50", TextState::refused, TextReason::bad_number},
    {"vonage-sms", "form", "messageId=m1&status=delivered&err-code=0&msisdn=5016221234&to=HOTLINE", TextState::delivered},
    {"vonage-sms", "json", R"({"messageId":"m1","status":"failed","err-code":"9","msisdn":"447700900000","to":"AcmeInc"})", TextState::refused, TextReason::opted_out},
    {"vonage-sms", "form", "messageId=m1&status=accepted&err-code=0", {}},
    {"vonage-sms-md5", "form", "messageId=m1&status=rejected&err-code=6", TextState::refused, TextReason::content},
    {"vonage-sms-unsigned", "form", "messageId=m1&status=expired&err-code=2", TextState::refused, TextReason::undelivered},
    {"vonage-messages", "json", R"({"message_uuid":"m1","to":"5016221234","status":"delivered","channel":"sms"})", TextState::delivered},
    {"vonage-messages", "json", R"({"message_uuid":"m1","status":"rejected","error":{"type":"https://developer.vonage.com/api-errors/messages#1240","title":"1240"}})", TextState::refused, TextReason::opted_out},
    {"vonage-messages", "json", R"({"message_uuid":"m1","status":"submitted"})", {}},
    {"messagebird", "query", "id=m1&reference=x&recipient=5016221234&status=delivered&statusErrorCode=0", TextState::delivered},
    {"messagebird", "query", "id=m1&reference=x&recipient=5016221234&status=delivery_failed&statusErrorCode=1", TextState::refused, TextReason::bad_number},
    {"messagebird", "query", "id=m1&status=sent", {}},
    {"bird", "json", R"({"event":"sms.outbound","payload":{"id":"m1","direction":"outgoing","status":"delivered"}})", TextState::delivered},
    {"bird", "json", R"({"payload":{"id":"m1","direction":"outgoing","status":"delivery_failed","failure":{"code":15001}}})", TextState::refused, TextReason::undelivered},
    {"sinch", "json", R"({"type":"recipient_delivery_report_sms","batch_id":"m1","recipient":"5016221234","code":0,"status":"Delivered"})", TextState::delivered},
    {"sinch", "json", R"({"type":"recipient_delivery_report_sms","batch_id":"m1","code":402,"status":"Failed"})", TextState::refused, TextReason::bad_number},
    {"sinch", "json", R"({"type":"recipient_delivery_report_sms","batch_id":"m1","code":401,"status":"Dispatched"})", {}},
    {"infobip", "json", R"({"results":[{"messageId":"m1","status":{"groupId":3,"groupName":"DELIVERED","id":5,"name":"DELIVERED_TO_HANDSET"},"error":{"name":"NO_ERROR"}}]})", TextState::delivered},
    {"infobip", "json", R"({"results":[{"messageId":"m1","status":{"groupId":3,"groupName":"DELIVERED","id":2,"name":"DELIVERED_TO_OPERATOR"}}]})", {}},
    {"infobip", "json", R"({"results":[{"messageId":"m1","status":{"groupId":2,"name":"UNDELIVERABLE_NOT_DELIVERED"},"error":{"name":"EC_UNKNOWN_SUBSCRIBER"}}]})", TextState::refused, TextReason::bad_number},
    {"africastalking", "form", "id=m1&status=Success&phoneNumber=%2B5016221234&networkCode=70201", TextState::delivered},
    {"africastalking", "form", "id=m1&status=Failed&failureReason=UserInBlackList", TextState::refused, TextReason::opted_out},
    {"africastalking", "form", "id=m1&status=Buffered", {}},
    {"clickatell", "json", R"({"messageId":"m1","statusCode":4,"status":"RECEIVED_BY_RECIPIENT"})", TextState::delivered},
    {"clickatell", "json", R"({"messageId":"m1","statusCode":7,"status":"ERROR_DELIVERING"})", TextState::refused, TextReason::undelivered},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m0","status":"SENT_TO_SUPPLIER","statusCode":4},{"messageId":"m1","status":"DEVICE_ACK","statusCode":5}]}})", TextState::delivered},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m1","status":"READ","statusCode":6}]}})", TextState::delivered},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m1","status":"DELIVERY_FAILURE","statusCode":23}]}})", TextState::refused, TextReason::undelivered},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m1","status":"EXPIRED","statusCode":20}]}})", TextState::refused, TextReason::undelivered},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m1","status":"RECIPIENT_DOES_NOT_EXIST","statusCode":29}]}})", TextState::refused, TextReason::bad_number},
    {"clickatell-one", "json", R"({"event":{"messageStatusUpdate":[{"messageId":"m1","status":"VOLUME_LIMIT_DAILY","statusCode":27}]}})", TextState::refused, TextReason::account},
    {"kannel", "query", "hotline_text=m1&hotline_state=1", TextState::delivered},
    {"kannel", "query", "hotline_text=m1&hotline_state=8", {}},
    {"kannel", "query", "hotline_text=m1&hotline_state=16", TextState::refused, TextReason::undelivered},
    {"jasmin", "form", "id=m1&message_status=DELIVRD&level=2&err=000", TextState::delivered},
    {"jasmin", "form", "id=m1&message_status=ESME_ROK&level=1", {}},
    {"jasmin", "form", "id=m1&message_status=UNDELIV&level=2&err=001", TextState::refused, TextReason::undelivered},
    {"android", "json", R"({"event":"sms:delivered","id":"e1","payload":{"messageId":"m1","phoneNumber":"+5016221234"}})", TextState::delivered},
    {"android", "json", R"({"event":"sms:failed","id":"e1","payload":{"messageId":"m1","reason":"RESULT_ERROR_NO_SERVICE"}})", TextState::refused, TextReason::undelivered},
    {"android", "json", R"({"event":"sms:sent","id":"e1","payload":{"messageId":"m1"}})", {}},
    {"httpsms", "json", R"({"type":"message.phone.delivered","id":"e1","data":{"id":"m1","contact":"+5016221234"}})", TextState::delivered},
    {"httpsms", "json", R"({"type":"message.send.failed","id":"e1","data":{"id":"m1","error_message":"cannot reach +5016221234"}})", TextState::refused, TextReason::undelivered},
    {"httpsms", "json", R"({"type":"message.send.expired","id":"e1","data":{"message_id":"m1","contact":"+5016221234","request_id":"r"}})", TextState::refused, TextReason::undelivered},
    {"whatsapp", "json", R"({"entry":[{"changes":[{"value":{"statuses":[{"id":"m1","status":"delivered"}]}}]}]})", TextState::delivered},
    {"whatsapp", "json", R"({"entry":[{"changes":[{"value":{"statuses":[{"id":"m1","status":"failed","errors":[{"code":131047}]}]}}]}]})", TextState::refused, TextReason::content},
    {"bandwidth", "json", R"([{"type":"message-delivered","message":{"id":"m1"},"to":"+5016221234"}])", TextState::delivered},
    {"bandwidth", "json", R"([{"type":"message-failed","errorCode":4406,"description":"rejected-unallocated-to-number","message":{"id":"m1"}}])", TextState::refused, TextReason::bad_number},
    {"bandwidth", "json", R"([{"type":"message-sending","message":{"id":"m1"}}])", {}},
};
// clang-format on

Descriptor descriptor_of(const char* gateway) { return built_in_descriptor(gateway).value(); }

TEST(Vendors, WhatTheySayToAText) {
  for (const Answer& one : answers) {
    SCOPED_TRACE(std::string(one.gateway) + " " + std::to_string(one.status) + " " + one.body);
    const Descriptor descriptor = descriptor_of(one.gateway);
    const OutgoingText text{std::string(our_id), crypto::SecretBuffer(std::string_view("+5016221234")), crypto::SecretBuffer(std::string_view("+1")), crypto::SecretBuffer(std::string_view("x"))};
    const HandedOver outcome = read_send_answer(*descriptor.send, text, one.status, as_bytes(std::string_view(one.body)), std::nullopt);
    EXPECT_EQ(outcome.kind, one.kind);
    EXPECT_EQ(outcome.reason, one.reason);
    if (one.kind == Kind::accepted) {
      ASSERT_EQ(outcome.names.size(), 1u);
      EXPECT_EQ(outcome.names[0].reveal_text(), one.name_or_code);
    } else if (one.kind == Kind::refused) {
      EXPECT_EQ(outcome.code, one.name_or_code);
    }
  }
}

TEST(Vendors, ATextOfWhichALaterPartIsRefusedMayHaveArrivedInHalf) {
  const OutgoingText text{std::string(our_id), crypto::SecretBuffer(std::string_view("+5016221234")), crypto::SecretBuffer(std::string_view("+1")), crypto::SecretBuffer(std::string_view("x"))};
  for (const char* gateway : {"vonage-sms", "vonage-sms-md5", "vonage-sms-unsigned"}) {
    const auto said = [&](std::string_view body) { return read_send_answer(*descriptor_of(gateway).send, text, 200, as_bytes(body), std::nullopt); };
    const HandedOver half = said(R"({"message-count":"2","messages":[{"message-id":"0A","status":"0"},{"status":"9","error-text":"Quota"}]})");
    EXPECT_EQ(half.kind, Kind::unknown) << gateway;
    EXPECT_EQ(half.code, "9");
    EXPECT_TRUE(half.names.empty()) << "its beginning's report is not the text's";
    for (const char* first : {"1", "4"}) {
      const HandedOver end = said(R"({"message-count":"2","messages":[{"status":")" + std::string(first) + R"("},{"message-id":"0B","status":"0"}]})");
      EXPECT_EQ(end.kind, Kind::unknown) << "its end is on its way";
      EXPECT_EQ(end.code, first);
      EXPECT_TRUE(end.names.empty());
    }
    EXPECT_EQ(said(R"({"messages":[{"message-id":"0A","status":"0"},{"message-id":"0B"}]})").kind, Kind::unknown) << "of a part nothing is said";
    const HandedOver whole = said(R"({"messages":[{"message-id":"0A","status":"0"},{"message-id":"0B","status":"0"}]})");
    EXPECT_EQ(whole.kind, Kind::accepted);
    EXPECT_EQ(whole.names.size(), 2U);
    EXPECT_EQ(said(R"({"messages":[]})").kind, Kind::unknown);
  }
}

TEST(Vendors, WhatTheyReport) {
  for (const Report& one : reports) {
    SCOPED_TRACE(std::string(one.gateway) + " " + one.body);
    const Descriptor descriptor = descriptor_of(one.gateway);
    const std::string_view type = one.type;
    const Bytes body = as_bytes(std::string_view(one.body));
    const auto fields = type == "json" ? parse_json_fields(body, 400) : parse_form_fields(body, 400);
    ASSERT_TRUE(fields);
    http::Request request;
    request.method = type == "query" ? http::Method::get : http::Method::post;
    if (type == "query") request.raw_query = one.body;
    EXPECT_NE(std::find(descriptor.methods.begin(), descriptor.methods.end(), request.method), descriptor.methods.end()) << "it comes by that method";
    const std::string media_type = type == "json" ? "application/json" : "application/x-www-form-urlencoded";
    if (type != "query") {
      EXPECT_NE(std::find(descriptor.accept.begin(), descriptor.accept.end(), media_type), descriptor.accept.end());
    }
    EXPECT_TRUE(std::any_of(descriptor.auth.begin(), descriptor.auth.end(), [&](const Auth& auth) { return applies(auth, request.method, type == "query" ? "" : media_type); }))
        << "something proves it";
    const SignedRequest signed_request{request, type == "query" ? Bytes() : body, *fields, "https://h.example/sms/n", 0};
    const auto verdict = read_request(descriptor, signed_request, classify(descriptor, signed_request));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->meaning, Meaning::status);
    EXPECT_TRUE(verdict->messages.empty());
    const auto read = read_delivery_reports(descriptor, signed_request);
    if (!one.state) {
      EXPECT_TRUE(read.empty());
      continue;
    }
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].name.reveal_text(), one.name);
    EXPECT_EQ(read[0].state, *one.state);
    EXPECT_EQ(read[0].reason, one.reason);
    EXPECT_EQ(read[0].code.find("501"), std::string::npos) << "no number of a person beside the case";
  }
}

TEST(Vendors, AreTriedAllOfThem) {
  std::map<std::string, std::set<Kind>> said;
  std::map<std::string, std::set<TextState>> reported;
  for (const Answer& one : answers) said[one.gateway].insert(one.kind);
  for (const Report& one : reports) {
    if (one.state) reported[one.gateway].insert(*one.state);
  }
  for (const std::string& name : built_in_descriptor_names()) {
    if (!built_in_descriptor(name)->send) continue;
    EXPECT_TRUE(said[name].contains(Kind::accepted) || said[name].contains(Kind::later)) << name;
    EXPECT_FALSE(reported[name].empty()) << name;
  }
}

}  // namespace
}  // namespace hotline::sms
