// A server whose clock is moved while it runs. libfaketime stands between it and the machine's clock.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { Place } from "./support.mjs";

const library = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find((path) => existsSync(path));
export const skip = library === undefined && "libfaketime is not installed: deploy/dependencies --tests";

/** A desk whose server's clock can be moved. `both`: also the clock that measures how long something takes, as if time had passed. */
export class Moved {
  static async found({ settings = "", both = false } = {}) {
    const moved = new Moved();
    moved.place = await Place.found({ settings });
    moved.stamp = moved.place.path("moved-by");
    moved.env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: moved.stamp, FAKETIME_NO_CACHE: "1", ...(both ? {} : { FAKETIME_DONT_FAKE_MONOTONIC: "1" }) };
    moved.move("+0");
    return moved;
  }
  /** As libfaketime has it: "+11m", "-3d". */
  move(by) { writeFileSync(this.stamp, by); }
  async serve() { return (this.server = await this.place.serve({ env: this.env })); }
}
