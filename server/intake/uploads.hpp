#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// Sealed files that come in as many requests as a bad line makes of them, also with a restart of the server in between: tus 1.0.0
/// (https://tus.io/protocols/resumable-upload), core, creation and termination.
///   OPTIONS /api/v1/uploads        what is understood, and how large a file may be
///   POST    /api/v1/uploads        Upload-Length: 201, Location
///   HEAD    /api/v1/uploads/{id}   Upload-Offset: what of it is on the disk
///   PATCH   /api/v1/uploads/{id}   Upload-Offset, application/offset+octet-stream: 204 and the new Upload-Offset, after the commit
///   DELETE  /api/v1/uploads/{id}   204
/// POST /{id} with X-HTTP-Method-Override stands for the last three. The id becomes the file's id in the sealed report; a report takes
/// it by a part named `upload` (report_api.hpp). Unknown, expired and taken ids are answered alike, 404.
/// Of two requests that add to one file at once, one goes on and the other gets 409.
void add_upload_routes(http::Router& router, const ReporterContext& context);

/// The longest sealed file: Limits::file_bytes_max, an eighth of padding (Padmé), the age header.
std::uint64_t sealed_file_bytes_max(const Limits& limits) noexcept;

}  // namespace hotline::intake
