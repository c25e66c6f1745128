// The words of each desk's key as this browser saw them first. They are public; what matters is that they stay the same.

const name = (desk: string): string => `desk ${desk}`;

export function knownDeskWords(desk: string): string | null {
  try {
    return localStorage.getItem(name(desk));
  } catch {
    return null;
  }
}

/** Keeps them the first time; never replaces others. */
export function rememberDeskWords(desk: string, words: string): void {
  try {
    if (localStorage.getItem(name(desk)) === null) localStorage.setItem(name(desk), words);
  } catch {
    // a browser that keeps nothing sees every desk for the first time
  }
}

/** After people compared the new words by another way. */
export function acceptDeskWords(desk: string, words: string): void {
  try {
    localStorage.setItem(name(desk), words);
  } catch {
    // see above
  }
}
