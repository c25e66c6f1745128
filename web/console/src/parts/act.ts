import { useRef, useState } from "preact/hooks";

export interface Act {
  running: boolean;
  error: unknown;
  /** Runs one at a time. True when it went well. */
  run: (what: () => Promise<unknown>) => Promise<boolean>;
  forget: () => void;
}

/** Something that takes time and may fail: what a button starts and a Failure shows. */
export function useAct(): Act {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const busy = useRef(false);
  return {
    running, error,
    run: async (what) => {
      if (busy.current) return false;
      busy.current = true;
      setRunning(true);
      setError(null);
      try {
        await what();
        return true;
      } catch (thrown) {
        setError(thrown);
        return false;
      } finally {
        busy.current = false;
        setRunning(false);
      }
    },
    forget: () => setError(null),
  };
}
