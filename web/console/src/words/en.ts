// Words of the shell: signing in, members, account, and what the parts say. A key with _one and _other is counted.
export const en = {
  // parts
  cancel: "Cancel",
  close_dialog: "Close",
  passphrase_show: "Show",
  passphrase_hide: "Hide",

  // what to do about failures
  failure_offline: "No connection to the server. Check the line; what you typed is still here. Then try again.",
  failure_busy: "The server is busy. Wait a minute and try again.",
  failure_signed_out: "Your session has ended. Sign in again.",
  failure_refused: "The server did not take this. Load the page again; if it stays, tell your admin.",
  failure_broken: "Something went wrong in this page. Load it again; if it stays, tell your admin what you were doing.",
} as const satisfies Record<string, string>;
