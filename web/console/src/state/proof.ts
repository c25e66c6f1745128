// Some acts need a fresh proof of who sits here. The server refuses them, the person is asked, and the act is made again.
import { signal } from "@preact/signals";
import { account, type Assertion } from "../api/account";
import { onRefusal } from "../api/client";
import { isUnlocked } from "./session";

/** Somebody waits for a proof: told whether there was one. */
export const proofWanted = signal<((proved: boolean) => void) | null>(null);

export function endProof(proved: boolean): void {
  const told = proofWanted.value;
  proofWanted.value = null;
  told?.(proved);
}

onRefusal({
  // A refusal that comes after a lock is the end of that act: it is not made while nobody is known to sit here.
  proofNeeded: () => isUnlocked.value ? new Promise((resolve) => {
    endProof(false);
    proofWanted.value = resolve;
  }) : Promise.resolve(false),
});

export async function finishProof(ticket: string, proof: { totp?: string; passkey?: Assertion }): Promise<void> {
  await account.finishProof({ ticket, ...proof });
  endProof(true);
}
