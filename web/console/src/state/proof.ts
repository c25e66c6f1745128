// Some acts need a fresh proof of who sits here. The server refuses them, the person is asked, and the act is made again.
import { signal } from "@preact/signals";
import { account, type Assertion } from "../api/account";
import { onRefusal } from "../api/client";

/** Somebody waits for a proof: told whether there was one. */
export const proofWanted = signal<((proved: boolean) => void) | null>(null);

export function endProof(proved: boolean): void {
  const told = proofWanted.value;
  proofWanted.value = null;
  told?.(proved);
}

onRefusal({
  proofNeeded: () => new Promise((resolve) => {
    endProof(false);
    proofWanted.value = resolve;
  }),
});

export async function finishProof(ticket: string, proof: { totp?: string; passkey?: Assertion }): Promise<void> {
  await account.finishProof({ ticket, ...proof });
  endProof(true);
}
