import http from "node:http";

/** The cookie of a session that the command line began, and that goes on: somebody in between keeps its end from the server. */
export function lent_session(place, server) {
  return new Promise((resolve, reject) => {
    const between = http.createServer((request, response) => {
      if (request.headers.cookie) resolve(request.headers.cookie);
      if (request.method === "DELETE") return response.writeHead(204).end();
      const { host } = new URL(server.console);
      const onward = http.request(`${server.console}${request.url}`, { method: request.method, headers: { ...request.headers, host } }, (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
      });
      onward.on("error", reject);
      request.pipe(onward);
    }).listen(0, "127.0.0.1", () => {
      place.hotline("case", "list", "--server", `http://127.0.0.1:${between.address().port}`, "--member", "demo", "--passphrase-file", place.passphrase_file)
        .then(() => between.close(), reject);
    });
  });
}
